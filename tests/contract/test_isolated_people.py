"""People whom statements single out, counted in all and in parts of them."""

import numpy as np
import pytest

from audit.attacks.singling_out_univariate import SinglingOutUnivariate
from audit.contract.arms import Side
from audit.contract.isolated_people import Spoken, _in_parts, isolated_people, people_case
from audit.contract.isolation import bets_of
from audit.contract.outcomes import Wins
from audit.contract.predicates import Condition, Op, Predicate
from audit.contract.strata import Strata, Stratum
from audit.facts.measurement import Caveat, Measurement
from audit.facts.reasons import CaveatCode
from audit.harness.controls import full_copy
from tests.contract.handmade import NUMBER, WHOLE, lab_of

KINDS = {"x": WHOLE, "y": WHOLE}


def equals(*values):
    return [Predicate((Condition("x", Op.EQUALS, float(v)),)) for v in values]


def side(x):
    return {"x": [float(v) for v in x], "y": [0.0] * len(x)}


def spoken(lab, made, blind):
    return Spoken(bets_of(made, lab).light, bets_of(blind, lab).light)


def measured(found):
    return {
        (m.name, m.scope.get("subset", "")): m
        for m in found
        if isinstance(m, Measurement) and m.scope.get("counted") == "people"
    }


def small():
    return lab_of(KINDS, side([1, 2, 3, 4]), side([0]), side([4, 5, 6, 6])).for_check("check")


def test_people_are_counted_by_hand():
    lab = small()
    # 1 and 2 are one real person each, 1 twice; 5 is one of the holdout; 4 and 6 are two people.
    one = spoken(lab, equals(1, 1, 4), blind=equals(3, 9, 9, 1))
    two = spoken(lab, equals(2, 5, 6), blind=equals(9, 9, 9))
    found = measured(isolated_people([one, two], lab))
    assert found["attack_rate", ""].estimate.value == 2 / 4
    assert found["control_rate", ""].estimate.value == 1 / 4
    assert found["excess", ""].estimate.value == pytest.approx(1 / 4)
    assert found["risk", ""].estimate.value == pytest.approx((1 / 4) / (3 / 4))
    # Guessed as often as stated: 3 is one person, the fourth guess does not count.
    assert found["baseline_rate", ""].estimate.value == 1 / 4
    assert found["excess", ""].n == 8


def test_a_person_of_many_rows_is_alone():
    people = {"real": [0, 0, 0, 1], "holdout": [0, 1]}
    lab = lab_of(KINDS, side([1, 1, 1, 2]), side([0]), side([3, 4]), people=people)
    case = people_case([spoken(lab, equals(1), blind=equals(9))])
    assert sorted(case.real) == [False, True]
    assert lab.people(Side.REAL).n_people == 2


def test_who_is_singled_out_does_not_depend_on_who_is_real():
    there = lab_of(KINDS, side([1, 2, 3, 4]), side([0]), side([4, 5, 6, 6]))
    back = lab_of(KINDS, side([4, 5, 6, 6]), side([0]), side([1, 2, 3, 4]))
    cases = [people_case([spoken(lab, equals(*range(8)), equals(9))]) for lab in (there, back)]
    np.testing.assert_array_equal(cases[0].real, cases[1].holdout)
    np.testing.assert_array_equal(cases[0].holdout, cases[1].real)


def test_the_planted_control_asks_for_statements_alone():
    lab = full_copy(small())
    assert not list(isolated_people([spoken(lab, equals(1), equals(2))], lab))


def test_few_people_have_no_parts_and_that_is_said():
    lab = small()
    found = list(isolated_people([spoken(lab, equals(1), equals(2))], lab))
    assert not any(m.scope.get("subset") for m in found if isinstance(m, Measurement))
    assert CaveatCode.VULNERABLE_TOO_FEW in {c.code for c in found if isinstance(c, Caveat)}


def test_a_leak_confined_to_the_vulnerable_shows_there(monkeypatch):
    # A crowd of 900 around a few values and 100 people far out on each side: those are a tenth.
    monkeypatch.setattr("audit.contract.strata.chosen_share", lambda *_, **__: 0.1)
    crowd = np.arange(900) % 30
    real = {"x": [*crowd, *range(1_000, 1_100)]}
    holdout = {"x": [*crowd, *range(2_000, 2_100)]}
    lab = lab_of({"x": NUMBER}, real, real, holdout)
    attack = SinglingOutUnivariate()
    found = measured(attack.run(lab.for_check(attack.card.id)))
    # 100 of 1,000 real people, and all 100 of the vulnerable; nobody of the holdout.
    assert found["excess", ""].estimate.value == pytest.approx(0.1)
    inside = found["excess", "vulnerable"]
    assert (inside.estimate.value, inside.n) == (1.0, 200)
    assert inside.estimate.low > 0.9
    assert found["attack_rate", "vulnerable"].estimate.value == 1.0
    assert found["control_rate", "vulnerable"].estimate.value == 0.0
    # The most exposed tenth is the same people; in the crowd nobody is singled out.
    assert found["excess", "decile-10"].estimate.value == 1.0
    assert found["excess", "decile-1"].estimate.value == 0.0
    assert found["excess", "others"].p_value < 1e-6
    assert found["excess", "others"].estimate.low < inside.estimate.low


def test_by_relabelling_no_part_alarms_too_often():
    n, alarms = 240, {"vulnerable": 0, "others": 0, "p": 0}
    rng = np.random.default_rng(5)
    for seed in range(80):
        # One in five of the pool is singled out, twice as many of those who stand alone.
        alone = rng.random(2 * n) < 0.25
        hit = rng.random(2 * n) < np.where(alone, 0.3, 0.15)
        order = rng.permutation(2 * n)
        real, holdout = order[:n], order[n:]
        chosen = Stratum("vulnerable", alone[real], alone[holdout])
        parts = tuple(Stratum(f"decile-{i}", real % 3 == i, holdout % 3 == i) for i in range(3))
        case = Wins({"counted": "people"}, hit[real], hit[holdout], hit[real])
        strata = Strata(chosen, parts, ())
        found = measured(_in_parts(case, strata, np.random.default_rng(seed)))
        alarms["vulnerable"] += found["excess", "vulnerable"].estimate.low > 0
        alarms["others"] += found["excess", "others"].estimate.low > 0
        alarms["p"] += found["excess", "vulnerable"].p_value <= 0.05
    # Binomial(80, .05) exceeds 11 with a probability of 7e-4.
    assert max(alarms.values()) <= 11
