"""Matching on quasi-identifiers: by hand, against the holdout, and what peers get wrong."""

import numpy as np
import pytest

from audit.facts.measurement import Measurement
from audit.facts.schema import Role
from audit.metrics.quasi_identifier_matching import QuasiIdentifierMatching
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, NUMBER, Lab, lab_of

KNOWN, SECRET = frozenset({Role.QUASI_IDENTIFIER}), frozenset({Role.SENSITIVE})
OTHER = frozenset({Role.ORDINARY})
ROLES = {"q": KNOWN, "s": SECRET}
KINDS = {"q": LEVEL, "s": LEVEL}
REAL = {"q": [0, 0, 1, 2], "s": [0, 1, 1, 0]}
HOLDOUT = {"q": [0, 1, 3], "s": [1, 0, 0]}
RELEASED = {"q": [0, 0, 1], "s": [1, 0, 1]}


def run(lab):
    check = QuasiIdentifierMatching()
    found = [m for m in check.run(lab.for_check(check.card.id)) if isinstance(m, Measurement)]
    return {(m.name, *m.scope.values()): m for m in found}


def value(found, *key):
    return found[key].estimate.value


def by_hand(real=REAL, released=RELEASED, holdout=HOLDOUT, kinds=KINDS, **options):
    return run(lab_of(kinds, real, released, holdout, roles=ROLES, **options))


def test_the_largest_probability_by_hand():
    found = by_hand()
    # Records hit class 0, two real people, and class 1, one; of the holdout each has one.
    assert value(found, "max_probability") == 1.0
    assert value(found, "max_probability_control") == 1.0
    # With class 0 alone hit, a real person is one of two.
    found = by_hand(released={"q": [0, 9], "s": [0, 0]})
    assert value(found, "max_probability") == 0.5
    assert found["max_probability",].estimate.is_exact
    assert found["max_probability",].n == 4


def test_nobody_is_matched_where_no_class_is_hit():
    found = by_hand(released={"q": [8, 9], "s": [1, 1]})
    assert value(found, "max_probability") == value(found, "max_probability_control") == 0.0
    assert value(found, "meaningful") == 0.0
    # Nobody was matched: that is counted. Of holdout people it is estimated.
    assert found["meaningful",].estimate.is_exact
    assert found["meaningful_control",].estimate.high == pytest.approx(1 - 0.05 ** (1 / 3))


def test_a_class_is_counted_in_people():
    # The two rows of class 0 are of one person.
    people = {"real": [5, 5, 6, 7], "holdout": [0, 1, 2], "synthetic": [0, 1]}
    found = by_hand(released={"q": [0, 9], "s": [0, 0]}, people=people)
    assert value(found, "max_probability") == 1.0
    assert found["max_probability",].n == 3


def test_meaningful_matches_by_hand():
    found = by_hand()
    # The commonest secret, 0, teaches nothing. Of two records of class 0 one says 1, and the person
    # is one of two: 1 / 4. In class 1 the record and the person are alone: 1. So 1.25 of 4 people.
    assert value(found, "meaningful") == pytest.approx(1.25 / 4)
    assert value(found, "meaningful", "s") == pytest.approx(1.25 / 4)
    # A holdout person of class 0 has secret 1. Of the three people there 0 are real in 1 of 35
    # ways to deal four labels among seven, so 1 / f is (34 / 35) / (3 * 4 / 7) on average.
    weight = (34 / 35) / (12 / 7)
    assert value(found, "meaningful_control") == pytest.approx(weight / 2 / 3)
    # Real people get the same weight there; in class 1, two people, (30 / 35) / (2 * 4 / 7).
    real = (weight / 2 + 3 / 4) / 4
    assert value(found, "meaningful_excess") == pytest.approx(real - weight / 6)


def test_the_ends_of_the_natural_rate_enclose_it():
    control = by_hand()["meaningful_control",].estimate
    assert 0 == control.low < control.value < control.high < 1


def test_negative_numbers_are_hit_like_positive_ones():
    # Peers' defects 1 and 20: a tolerance that is a part of a signed value. Median 0, median
    # deviation 2: within 2.96.
    numbers = [-50.0, 50.0, -2.0, -1.0, 0.0, 1.0, 2.0]
    real = {"q": list(range(7)), "s": numbers}
    nobody = {"q": [8, 9], "s": [-2.0, 2.0]}
    kinds = {"q": LEVEL, "s": NUMBER}

    def exposed(says):
        released = {"q": [0, 1, 2], "s": says}
        return 7 * value(by_hand(real, released, nobody, kinds), "meaningful")

    assert exposed([-48.0, 46.0, -2.0]) == pytest.approx(1)
    assert exposed([-46.0, 48.0, -2.0]) == pytest.approx(1)
    # As near to the median as that is nothing new, and far from the value is no hit.
    assert exposed([0.0, 0.0, -2.0]) == exposed([50.0, -50.0, 0.0]) == 0


def test_missing_secrets_teach_nothing():
    real = {"q": [0, 1, 2, 2, 2], "s": [None, 1, 0, 0, 0]}
    released = {"q": [0, 1, 1], "s": [None, 1, None]}
    found = by_hand(real, released, {"q": [5, 5], "s": [0, 0]})
    # Of the two records that match the second person one names the secret.
    assert value(found, "meaningful") == pytest.approx(0.5 / 5)


def test_the_secret_itself_is_not_known():
    # Every column is known and wanted: the match is on the other one.
    both = {"q": KNOWN | SECRET, "s": KNOWN | SECRET}
    made = lab_of(KINDS, REAL, RELEASED, HOLDOUT, roles=both)
    assert value(run(made), "meaningful", "s") == pytest.approx(1.25 / 4)


def test_without_a_holdout_there_is_no_control():
    found = by_hand(holdout=None)
    assert {name for name, *_ in found} == {"max_probability", "meaningful"}


def test_a_rule_of_the_whole_population_exposes_and_leaks_nothing():
    # The base-rate trap: the secret follows from what is known, for everybody.
    rng = np.random.default_rng(4)

    def people(n):
        known = rng.integers(40, size=n)
        return {"q": known.tolist(), "s": (known % 7).tolist()}

    found = run(lab_of(KINDS, people(400), people(400), people(400), roles=ROLES))
    exposed, natural = value(found, "meaningful"), found["meaningful_control",].estimate
    assert exposed > 0.05
    assert natural.low < exposed < natural.high
    assert found["meaningful_excess",].p_value > 0.05


def test_a_full_copy_is_noticed():
    lab = Lab(planted_release(leak=1.0), seed=1)
    excess = run(lab)["meaningful_excess",]
    assert excess.estimate.low > 0.5
    assert excess.p_value < 1e-6


def test_the_most_vulnerable_people_have_their_own_rates(monkeypatch):
    monkeypatch.setattr("audit.contract.strata.chosen_share", lambda *_, **__: 0.25)
    found = run(Lab(planted_release(leak=0.4, n=400), seed=1))
    inside = found["meaningful", "vulnerable"]
    assert 50 < inside.n < 150
    # Everybody is alone in this release: two fifths are copied there as anywhere.
    assert inside.estimate.value == pytest.approx(0.4, abs=0.15)
    assert found["meaningful_excess", "vulnerable"].p_value < 1e-3


def test_a_leak_among_the_vulnerable_shows_in_their_parts(monkeypatch):
    monkeypatch.setattr("audit.contract.strata.chosen_share", lambda *_, **__: 0.1)
    # A crowd of 900 on either side in 3 classes, who are told nothing new; 100 people alone in
    # their class with a rare secret, whose records are released.
    crowd = {"q": [i % 3 for i in range(900)], "s": [0] * 900}
    real = {"q": [*crowd["q"], *range(10, 110)], "s": [*crowd["s"], *[1] * 100]}
    holdout = {"q": [*crowd["q"], *range(210, 310)], "s": [*crowd["s"], *[1] * 100]}
    found = by_hand(real, real, holdout)
    # Who is alone in a class is the one real person of it: 1 / 1. No record hits those held out.
    assert value(found, "meaningful_excess") == pytest.approx(0.1)
    assert value(found, "meaningful_excess", "vulnerable") == pytest.approx(1.0)
    assert value(found, "meaningful_excess", "decile-10") == pytest.approx(1.0)
    tenths = {m.scope.get("subset", ""): m for m in found.values() if m.p_value is not None}
    crowds = [m for n, m in tenths.items() if n.startswith("decile-") and n != "decile-10"]
    assert len(crowds) == 3
    assert all(m.estimate.value == 0 and m.p_value == 1.0 for m in crowds)
    others = found["meaningful_excess", "others"]
    assert others.p_value < 0.01
    assert others.estimate.low > 0.5


# ---------------------------------------------------------------- apparent matches

SHOWN = {"q": KNOWN, "a": OTHER, "b": OTHER}


def apparent(n_holdout=12, agree=8):
    """20 real people and n_holdout others, all alone in q, each matched by one record."""
    real = {"q": list(range(20)), "a": [0] * 20, "b": [None] * 20}
    holdout = {"q": [100 + i for i in range(n_holdout)], "a": [0] * n_holdout, "b": [0] * n_holdout}
    released = {
        "q": real["q"] + holdout["q"],
        # All agree in b, missing like missing; the first ones in a.
        "a": [0] * agree + [1] * (20 - agree) + [1] * n_holdout,
        "b": [None] * 20 + [0] * n_holdout,
    }
    return run(lab_of(dict.fromkeys("qab", LEVEL), real, released, holdout, roles=SHOWN))


def test_agreement_of_apparent_matches_by_hand():
    found = apparent(agree=12)
    # Of two columns 12 people agree in both and 8 in one; holdout people in one.
    assert value(found, "apparent_match") == pytest.approx((12 + 8 / 2) / 20)
    assert value(found, "apparent_match_control") == pytest.approx(0.5)
    assert value(found, "apparent_match_excess") == pytest.approx(0.3)
    assert value(found, "apparent_match", "50") == 1.0
    assert value(found, "apparent_match", "100") == pytest.approx(12 / 20)


def test_few_people_are_not_described():
    found = apparent(agree=8)
    assert ("apparent_match", "75") not in found
    assert ("apparent_match", "50") in found
    assert not any(name.startswith("apparent") for name, *_ in apparent(n_holdout=10))


def test_who_shares_the_quasi_identifiers_is_no_apparent_match():
    twice = {"q": [0, 0] * 20, "a": [0] * 40}
    roles, kinds = {"q": KNOWN, "a": OTHER}, dict.fromkeys("qa", LEVEL)
    found = run(lab_of(kinds, twice, twice, twice, roles=roles))
    assert not any(name.startswith("apparent") for name, *_ in found)
