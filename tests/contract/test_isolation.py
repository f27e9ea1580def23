"""From statements to rates: groups of one size, and errors over people."""

from dataclasses import replace

import numpy as np
import pytest

from audit.attacks.singling_out_univariate import SinglingOutUnivariate
from audit.contract.isolation import Seen, bets_of
from audit.contract.isolation_rates import Case, Statements, effects_of, predicate_case
from audit.contract.isolation_worst import weighed_case, weighed_cases
from audit.contract.lab import Lab
from audit.contract.predicates import Condition, Op, Predicate
from audit.facts.measurement import Measurement
from audit.statistics.rates import Z95, difference_ends
from audit.testing import planted_release
from tests.contract.handmade import WHOLE, lab_of

KINDS = {"x": WHOLE, "y": WHOLE}


def equals(value):
    return Predicate((Condition("x", Op.EQUALS, float(value)),))


def side(x):
    return {"x": [float(v) for v in x], "y": [0.0] * len(x)}


def measured(lab, statements, blind=None):
    found = predicate_case("check", statements, blind or statements, lab.for_check("check"), {})
    return {m.name: m for m in found if isinstance(m, Measurement)}


def values(found):
    return {name: m.estimate.value for name, m in found.items()}


def test_rates_by_hand_with_sides_of_one_size():
    lab = lab_of(KINDS, side([1, 1, 2, 3]), side([0]), side([2, 5, 5, 6]))
    # Statements x = 1, 2, 3, 5: one real person has 2, one has 3; one holdout person has 2.
    found = values(measured(lab, [equals(v) for v in (1, 2, 3, 5)], blind=[equals(9), equals(3)]))
    assert found == pytest.approx(
        {
            "attack_rate": 0.5,
            "control_rate": 0.25,
            "baseline_rate": 0.5,
            "excess": 0.25,
            "risk": 0.25 / 0.75,
        }
    )


def test_the_denominator_is_what_was_stated():
    # Peers' defect 4: divided by the number that was asked for, two of three become two of 500.
    lab = lab_of(KINDS, side([1, 2, 3, 3]), side([0]), side([7, 7, 8, 8]))
    found = measured(lab, [equals(1), equals(2), equals(3)], blind=[equals(9)] * 5)
    assert found["attack_rate"].estimate.value == pytest.approx(2 / 3)
    assert found["attack_rate"].n == 3
    assert found["baseline_rate"].n == 5


def test_a_small_holdout_does_not_dilute_the_leak():
    # One of four real people is meant by each statement; two holdout people are compared with
    # two of the four, who hold the meant one in half of the draws: 1/2 / (2/4) = 1.
    lab = lab_of(KINDS, side([1, 2, 3, 4]), side([1, 2, 3, 4]), side([8, 9]))
    found = measured(lab, [equals(v) for v in (1, 2, 3, 4)])
    assert values(found) == pytest.approx(
        {
            "attack_rate": 1.0,
            "control_rate": 0.0,
            "baseline_rate": 0.5,
            "excess": 1.0,
            "risk": 1.0,
        }
    )


def test_a_large_holdout_is_drawn_down_to_the_real_people():
    # One of four holdout people fits: half of the groups of two hold that person.
    lab = lab_of(KINDS, side([1, 2]), side([0]), side([3, 5, 6, 7]))
    found = values(measured(lab, [equals(1), equals(3)]))
    assert found["attack_rate"] == pytest.approx(0.5)
    assert found["control_rate"] == pytest.approx((0 + 0.5) / 2)
    assert found["excess"] == pytest.approx(0.25)


def test_a_verbatim_copy_never_looks_like_a_small_risk():
    """With 1/20 as many holdout people the excess of a full copy was below a limit of .05."""
    release = planted_release(n=600)
    few = replace(
        release,
        synthetic=release.real,
        holdout=release.holdout.take(np.arange(30)),
    )
    attack = SinglingOutUnivariate(n_predicates=300)
    lab = Lab(few, seed=0).for_check(attack.card.id)
    yielded = (m for m in attack.run(lab) if isinstance(m, Measurement))
    found = {m.name: m.estimate for m in yielded if not m.scope}
    assert found["excess"].value > 0.4
    assert found["excess"].high > 0.5


def test_a_person_with_many_rows_is_one_person():
    people = {"real": [0] * 200 + [1, 2], "holdout": [0, 1, 2]}
    real = side([1] * 200 + [2, 3])
    lab = lab_of(KINDS, real, side([1]), side([4, 5, 6]), people=people)
    # 200 rows fit, all of one person: the statement isolates somebody.
    assert values(measured(lab, [equals(1)]))["attack_rate"] == 1.0


def test_nothing_found_still_has_an_upper_end():
    lab = lab_of(KINDS, side(range(100)), side([0]), side(range(200, 300)))
    found = measured(lab, [equals(v) for v in range(500, 560)])["excess"].estimate
    low, high = difference_ends(0, 60, 0, 60)
    assert found.value == 0.0
    # The jackknife sees no variation; the score interval of 60 statements does.
    assert (found.low, found.high) == pytest.approx((low, high))


def test_swapping_the_sides_flips_the_excess_and_the_tails():
    real, holdout = side([1, 2, 3, 4, 5, 5]), side([5, 6, 6, 7, 7, 8])
    statements = [equals(v) for v in range(1, 9)]
    there = measured(lab_of(KINDS, real, side([0]), holdout), statements)["excess"]
    back = measured(lab_of(KINDS, holdout, side([0]), real), statements)["excess"]
    # Real: 1, 2, 3, 4 alone. Holdout: 5 and 8 alone.
    assert there.estimate.value == pytest.approx((4 - 2) / 8)
    assert back.estimate.value == pytest.approx(-there.estimate.value)
    assert there.p_value < 0.5 < there.p_safe_side
    assert back.p_value > 0.5 > back.p_safe_side


def test_the_excess_may_lie_below_minus_one_and_the_risk_far_below():
    lab = lab_of(KINDS, side(range(10, 14)), side([0]), side([1, 2]))
    found = measured(lab, [equals(1), equals(2), equals(10)])
    # Control 2/3; matched attack (0 + 0 + 1/2) / 3 = 1/6; (1/6 - 2/3) / (1/2) = -1.
    assert found["excess"].estimate.value == pytest.approx(-1.0)
    assert found["risk"].estimate.value == pytest.approx(-1.0 / (1 / 3))
    for m in found.values():
        assert m.estimate.low <= m.estimate.value <= m.estimate.high
    assert found["attack_rate"].estimate.value == 0.0


def test_no_risk_where_everybody_of_the_holdout_is_isolated():
    lab = lab_of(KINDS, side([1, 2]), side([0]), side([1, 2]))
    assert "risk" not in measured(lab, [equals(1), equals(2)])


def test_the_error_is_that_of_people_and_not_of_statements():
    """Ten times the same statements are no more evidence."""
    rng = np.random.default_rng(0)
    gaps, widths, foreseen = [], [], []
    for seed in range(24):
        pool = rng.integers(0, 40, 200)
        lab = lab_of(KINDS, side(pool[:100]), side([0]), side(pool[100:]), seed=seed)
        found = measured(lab, [equals(v) for v in range(40)] * 10)["excess"]
        gaps.append(found.estimate.value)
        widths.append(found.estimate.high - found.estimate.value)
        foreseen.append(found.safe_high)
    # The binomial error of 400 statements of which one in five isolates somebody, on either side.
    binomial = np.sqrt(2 * 0.2 * 0.8 / 400)
    assert np.std(gaps) > 2 * binomial
    assert np.mean(widths) > Z95 * np.std(gaps)
    # What is foreseen for a safe release is what these safe releases got.
    assert np.mean([s.mean for s in foreseen]) == pytest.approx(np.mean(widths), rel=0.01)
    assert np.mean([s.sd for s in foreseen]) == pytest.approx(np.std(gaps), rel=0.4)


@pytest.mark.parametrize("name", ["excess", "risk"])
def test_an_end_lies_beyond_nothing_only_where_relabelling_says_so(name):
    # 12 of 400 statements isolate a person and nobody of the holdout is isolated; the jackknife
    # finds the error small. One relabelling in ten finds as many, for they come from few people.
    case = Case(Seen(0.03, 0.0, 400, 1.0), np.tile([0.03, 0.0], (64, 1)), np.zeros(1))
    case.without[0, 0] = 0.029
    for often, surprising in ((10, False), (100, True)):
        null_gaps = np.zeros(999)
        null_gaps[::often] = 0.03
        effect = effects_of(case, null_gaps)[name]
        assert (effect.ends(Z95).low > 0) == surprising
        # A simultaneous end asks for more.
        assert effect.ends(3.0).low <= 0
    mirrored = replace(case, seen=Seen(0.0, 0.03, 400, 1.0), without=case.without[:, ::-1])
    for often, surprising in ((10, False), (100, True)):
        null_gaps = np.zeros(999)
        null_gaps[::often] = -0.03
        assert (effects_of(mirrored, null_gaps)[name].ends(Z95).high < 0) == surprising


def test_a_release_that_follows_nobody_is_quiet():
    release = planted_release(n=150, seed=4)
    attack = SinglingOutUnivariate(n_predicates=200)
    found = {
        m.name: m
        for m in attack.run(Lab(release, seed=1).for_check("s"))
        if isinstance(m, Measurement) and not m.scope
    }
    assert found["excess"].p_value > 0.01


def test_only_statements_of_negligible_weight_count():
    """One that fits a person on either side isolates both, whatever the release says."""
    lab = lab_of(KINDS, side([1, 1, 2, 3]), side([0]), side([2, 5, 5, 6]))
    statements = [equals(v) for v in (1, 2, 3, 6)]
    light = bets_of(statements, lab).light
    # Without the person 2 and 1 still fit one of seven others: more than 1 of 10 groups of 4.
    assert light.matches.counts.tolist() == [0, 0, 1, 1]
    found = {
        (m.name, *m.scope.values()): m
        for m in weighed_case("check", Statements(statements, statements), lab)
        if isinstance(m, Measurement)
    }
    assert found["attack_rate",].estimate.value == pytest.approx(1 / 4)
    assert found["control_rate",].estimate.value == pytest.approx(1 / 4)
    # 3 and 6 are found in half of the groups of four out of eight.
    assert found["baseline_rate",].estimate.value == pytest.approx(2 * 0.5 / 4)
    # Of any weight: 2 and 3 on one side, 2 and 6 on the other.
    assert found["attack_rate", "all"].estimate.value == pytest.approx(2 / 4)
    assert found["control_rate", "all"].estimate.value == pytest.approx(2 / 4)


def test_what_fits_a_crowd_on_one_side_is_heavy():
    lab = lab_of(KINDS, side([1] * 60), side([0]), side([1] + [2] * 59))
    # More than 25 real people are given as nobody; the one in the holdout is not alone for that.
    assert bets_of([equals(1)], lab).light.matches.counts.tolist() == [0]


def test_the_chance_to_isolate_is_that_of_the_weight():
    lab = lab_of(KINDS, side(range(400)), side([0]), side([*range(400, 799), 0]))
    # m = 1 and 2 of N = 800 at n = 400: n w (1 - w)^(n - 1), without replacement.
    chances = bets_of([equals(5), equals(0)], lab).by_chance
    assert chances == pytest.approx([0.5, 2 * 400 * 400 / (800 * 799)])


def test_the_worst_way_allows_for_the_choice():
    lab = lab_of(KINDS, side(range(100)), side([0]), side(range(100, 200)))
    told = {
        "one": Statements([equals(v) for v in range(40)], [equals(300)]),
        "two": Statements([equals(v) for v in range(140, 180)], [equals(300)]),
    }
    found = {
        (m.name, *m.scope.values()): m
        for m in weighed_cases("check", told, lab.for_check("check"))
        if isinstance(m, Measurement)
    }
    # All 40 statements are true of one real person each, those of the other way of holdout people.
    assert found["excess", "one"].estimate.value == 1.0
    assert found["excess", "two"].estimate.value == -1.0
    worst = found["excess",]
    assert worst.estimate.value == 1.0
    assert worst.estimate.high == found["excess", "one"].estimate.high
    assert worst.estimate.low <= found["excess", "one"].estimate.low
    assert worst.p_value >= found["excess", "one"].p_value
