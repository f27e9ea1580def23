"""People to whom the release comes nearer than anybody else does."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.information import information_weights, weighted_points
from audit.contract.lab import Lab
from audit.facts.measurement import Measurement
from audit.metrics.identifiability import Identifiability
from audit.space.points import measure
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, WHOLE, lab_of

KINDS = {"x": WHOLE, "c": LEVEL}


def side(*x, c=None):
    return {"x": list(map(float, x)), "c": list(c) if c else [0] * len(x)}


def run(lab):
    found = Identifiability().run(lab.for_check("identifiability"))
    return {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}


def test_by_hand():
    # Real 0 and 9 have their copies. Ranks are evenly apart, so the nearest record is exactly as
    # far from holdout 3 and 6 as the nearest person: one half each.
    found = run(lab_of(KINDS, side(0, 9), side(0, 9), side(3, 6)))
    assert found["excess",].estimate.value == pytest.approx(0.5)
    assert found["identifiable_share", "equal"].estimate.value == 1.0


def test_ties_count_half_for_both_sides():
    # Everybody stands at one place, and so does the release.
    found = run(lab_of(KINDS, side(1, 1), side(1), side(1, 1, 1)))
    assert found["excess",].estimate.value == 0.0
    assert found["identifiable_share", "equal"].estimate.value == 0.0


def test_sides_of_different_sizes_are_asked_the_same():
    # Peers' defect 11: hits among holdout people were divided by the number of real people.
    values = []
    for seed in range(12):
        release = planted_release(seed=seed)
        few = replace(release, holdout=release.holdout.take(np.arange(50)))
        found = run(Lab(few, seed=0))["excess",]
        values.append(found.estimate.value)
        assert found.n == 300
    # Divided by 250 in the place of 50, the excess of a fresh sample would be about .4.
    assert abs(np.mean(values)) < 0.05


def test_a_column_counts_by_one_over_its_entropy():
    # c: eight of 0 and eight of 1, entropy ln 2. x: sixteen values in sixteen classes of rank.
    rows = [side(*range(0, 8), c=[0, 1] * 4), side(*range(8, 16), c=[1, 0] * 4)]
    lab = lab_of(KINDS, rows[0], side(3, c=[1]), rows[1])
    weights = information_weights(lab)
    assert weights["c"] == pytest.approx(1 / np.log(2))
    assert weights["x"] == pytest.approx(1 / np.log(16))
    points = {s: weighted_points(lab, s, weights) for s in Side}
    gap = measure(points[Side.SYNTHETIC], points[Side.REAL], np.array([[0, 3]]))[0]
    # Rows are in an order of their own; x = 3 differs by 3/16 from 0, c by 1.
    total = weights["c"] + weights["x"]
    real = lab.table(Side.REAL)
    for got, row in zip(gap, (0, 3), strict=True):
        away = abs(real.numbers["x"][row] - 3) / 16 * weights["x"]
        away += weights["c"] * (real.codes["c"][row] != 1)
        assert got == pytest.approx(away / total)


def test_the_weights_are_used():
    # Peers' defect 16: the weights were overwritten by ones.
    weighted, equal = [], []
    for seed in range(3):
        lab = Lab(planted_release(n=120, seed=seed), seed=0)
        assert len({round(w, 6) for w in information_weights(lab).values()}) > 3
        found = run(lab)
        weighted.append(found["identifiable_share", "entropy"].estimate.value)
        equal.append(found["identifiable_share", "equal"].estimate.value)
    assert weighted != equal


def test_missing_numbers_keep_their_place_among_the_columns():
    kinds = {"a": LEVEL, "b": WHOLE, "d": WHOLE}
    real = {"a": [0, 1, 0, 1], "b": [None, 1.0, 2.0, 3.0], "d": [1.0, 2.0, 3.0, 4.0]}
    lab = lab_of(kinds, real, real, {k: v[:2] for k, v in real.items()})
    weights = {"a": 1.0, "b": 10.0, "d": 100.0}
    points = weighted_points(lab, Side.REAL, weights)
    assert points.weights.tolist() == [1.0, 5.0, 50.0]
    assert points.divisor == 111.0


def test_a_column_with_one_value_tells_nothing():
    lab = lab_of(KINDS, side(0, 1), side(2), side(3, 4))
    assert information_weights(lab)["c"] == 0.0


@pytest.mark.parametrize("leak", [0.0, 1.0])
def test_copies_are_noticed_and_fresh_samples_are_not(leak):
    excess = run(Lab(planted_release(leak=leak), seed=1))["excess",]
    assert (excess.p_value < 0.01) == (leak > 0)
