"""People who have a record nearer to them than anybody else."""

import numpy as np
import pytest

from audit.contract.lab import Lab
from audit.facts.measurement import Measurement
from audit.metrics.authenticity import Authenticity
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, WHOLE, lab_of

KINDS = {"x": WHOLE, "c": LEVEL}


def side(*x):
    return {"x": list(map(float, x)), "c": [0] * len(x)}


def run(lab):
    found = Authenticity().run(lab.for_check("authenticity"))
    return {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}


def test_by_hand():
    # Ranks of 0, 1, 10, 11 stand 1/4 apart. The record at 0 copies a real person: nearer than the
    # next. The one at 10.5 stands between two, an eighth from each: nearer than a quarter.
    found = run(lab_of(KINDS, side(0, 11), side(0, 10.5), side(1, 10)))
    # Real: 0 by its copy, 11 by the record between; holdout: 10 by the same.
    assert found["excess",].estimate.value == pytest.approx(1.0 - 0.5)
    # Both records are nearer to their nearest real person than the two are to each other.
    assert found["unauthentic_share",].estimate.value == 1.0


def test_a_record_as_near_as_somebody_else_counts_half():
    # Two people at one place, one of each side: the record there is as near as the other is.
    found = run(lab_of(KINDS, side(0, 7), side(0), side(0, 9)))
    assert found["excess",].estimate.value == 0.0
    found = run(lab_of(KINDS, side(0, 0), side(0), side(7, 9)))
    assert found["excess",].estimate.value == 0.5


def test_nobody_met_is_no_certainty():
    # Every record differs from everybody in c, and is farther than anybody else.
    far = {"x": [0.0, 5.0], "c": [1, 1]}
    found = run(lab_of(KINDS, side(0, 1, 2), far, side(3, 4, 5)))
    excess = found["excess",].estimate
    assert excess.value == 0.0
    assert excess.low < 0.0 < excess.high
    assert found["excess",].p_value == 1.0


def test_any_row_of_a_person_counts_once():
    people = {"real": [0, 0, 1], "holdout": [0, 1, 2]}
    lab = lab_of(KINDS, side(0, 20, 40), side(0, 20), side(10, 30, 50), people=people)
    assert run(lab)["excess",].estimate.value == pytest.approx(1 / 2)


def test_more_copies_raise_the_excess():
    values = [
        run(Lab(planted_release(leak=leak), seed=0))["excess",].estimate.value
        for leak in (0.0, 0.2, 0.5, 1.0)
    ]
    assert values == sorted(values)
    assert abs(values[0]) < 0.1
    assert values[-1] > 0.95


def test_the_classic_share_alone_says_nothing():
    """A full copy is unauthentic, and so is a good part of a fresh sample."""
    fresh = [
        run(Lab(planted_release(seed=s), seed=0))["unauthentic_share",].estimate.value
        for s in range(5)
    ]
    assert 0.2 < np.mean(fresh) < 0.7
