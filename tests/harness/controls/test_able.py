"""Would it have noticed? Each attack against a release that is the real data."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.lab import Lab
from audit.harness.controls import full_copy, noticed
from audit.harness.controls.able import PEOPLE
from audit.metrics.closest_record import ClosestRecord
from audit.metrics.identical_match import IdenticalMatch
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, WHOLE, lab_of
from tests.contract.stand_ins import AboveThreshold, LooksAway

KINDS = {"a": LEVEL, "b": LEVEL}


@pytest.fixture(scope="module")
def lab():
    return Lab(planted_release(n=200), seed=0)


def test_the_real_table_stands_in_the_place_of_the_synthetic_one(lab):
    copied = full_copy(lab)
    assert copied.table(Side.SYNTHETIC) is lab.table(Side.REAL)
    assert copied.table(Side.REAL) is lab.table(Side.REAL)
    assert copied.table(Side.HOLDOUT) is lab.table(Side.HOLDOUT)
    assert copied.target_limit == PEOPLE


def test_what_was_found_in_the_release_is_forgotten(lab):
    lab.keep("something", lambda: 1)
    assert full_copy(lab).keep("something", lambda: 2) == 2


def test_a_check_that_sees_copies_is_able(lab):
    fact = noticed(IdenticalMatch(), full_copy(lab))
    assert fact is not None
    assert (fact.check, fact.plan, fact.passed) == ("identical-match", "full_copy", True)
    assert fact.numbers["value"] == pytest.approx(1.0)
    assert fact.numbers["p"] < 1e-9


def test_an_attack_that_does_not_look_is_found_unable():
    lab = Lab(planted_release(n=200, seed=1), seed=0)
    fact = noticed(LooksAway(), full_copy(lab))
    assert fact is not None
    assert not fact.passed
    assert fact.numbers["p"] > 0.05
    assert fact.numbers["n"] == 400.0


def test_an_attack_on_a_table_where_all_are_alike_is_unable():
    """The release is the real data, and nobody could tell."""
    rng = np.random.default_rng(0)

    def people():
        return {"a": list(rng.integers(0, 2, 200)), "b": list(rng.integers(0, 2, 200))}

    copied = full_copy(lab_of(KINDS, people(), people(), people()))
    fact = noticed(ClosestRecord(), copied)
    assert fact is not None
    assert not fact.passed


def test_the_headline_is_that_of_the_whole_check():
    rows = {"x": [1.0, 6.0, 7.0, 10.0], "y": [0.0] * 4}
    holdout = {"x": [1.0, 2.0], "y": [0.0] * 2}
    lab = lab_of({"x": WHOLE, "y": WHOLE}, rows, rows, holdout)
    fact = noticed(AboveThreshold(), full_copy(lab))
    assert fact is not None
    # The worst of both thresholds: 3 of 4 real people against nobody.
    assert fact.numbers["value"] == pytest.approx(0.75)


def test_a_check_without_a_test_says_nothing():
    release = replace(planted_release(n=60), holdout=None)
    assert noticed(ClosestRecord(), full_copy(Lab(release, seed=0))) is None
