"""Records nearer to real people than people are to each other."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.lab import Lab
from audit.facts.measurement import Measurement
from audit.metrics.data_copying import DataCopying
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, WHOLE, lab_of

KINDS = {"x": WHOLE, "c": LEVEL}


def side(*x):
    return {"x": list(map(float, x)), "c": [0] * len(x)}


def run(lab):
    found = DataCopying().run(lab.for_check("data-copying"))
    return {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}


def test_left_tail_by_hand():
    # Everybody stands one rank from the next: that is the reach. Of eight records, four copy two
    # real people, one copies a holdout person, three stand between 30 and 40, half a rank away.
    real, holdout = side(0, 10, 20, 30), side(40, 50, 60, 70)
    found = run(lab_of(KINDS, real, side(0, 0, 10, 10, 50, 35, 35, 35), holdout))
    tail = found["left_tail",]
    # Those between are shared evenly: (4 + 1.5) / 8 real, and all eight within reach.
    assert tail.estimate.value == pytest.approx(5.5 / 8)
    assert tail.null_value == pytest.approx(0.5)
    assert tail.n == 8


def test_records_beyond_reach_do_not_count():
    real, holdout = side(0, 1, 2, 3), side(4, 5, 6, 7)
    kinds = {"x": WHOLE, "c": LEVEL}
    far = {"x": [0.0, 5.0, 0.0, 0.0], "c": [0, 0, 1, 1]}
    tail = run(lab_of(kinds, real, far, holdout))["left_tail",]
    # Two of four differ in c from everybody: one real and one holdout person are copied.
    assert tail.estimate.value == pytest.approx(0.25)
    assert tail.null_value == pytest.approx(0.25)


def test_nothing_within_reach_is_no_certainty():
    real, holdout = side(0, 1, 2, 3), side(4, 5, 6, 7)
    tail = run(lab_of(KINDS, real, {"x": [0.0, 5.0], "c": [1, 1]}, holdout))["left_tail",]
    assert (tail.estimate.value, tail.estimate.low, tail.null_value) == (0.0, 0.0, 0.0)
    assert tail.estimate.high == pytest.approx(1 - 0.05**0.5)
    assert tail.p_value == 1.0


def test_the_literature_score_by_hand():
    # Distances to real people: records 0, 0; holdout 1 and 2 ranks of four away in one column.
    found = run(lab_of(KINDS, side(0, 1), side(0, 1), side(2, 3)))
    # U = 0 of m n = 4: (0 - 2) / sqrt(4 x 5 / 12).
    assert found["mann_whitney_z",].estimate.value == pytest.approx(-2 / np.sqrt(20 / 12))
    # No cell holds eleven people.
    assert ("mann_whitney_z", "10") not in found


def test_a_few_copies_in_a_blur_are_seen_by_the_left_tail_alone():
    release = planted_release(n=300, leak=0.08)
    rng = np.random.default_rng(0)
    table = release.synthetic
    copies = np.isin(table.keys[:, 0], release.real.keys[:, 0])
    rest = np.flatnonzero(~copies)

    def shuffled(values):
        mixed = values.copy()
        mixed[rest] = values[rng.permutation(rest)]
        return mixed

    numbers = {name: shuffled(values) for name, values in table.numbers.items()}
    codes = {name: shuffled(values) for name, values in table.codes.items()}
    blurred = table.with_values(numbers=numbers, codes=codes)
    found = run(Lab(replace(release, synthetic=blurred), seed=0))
    assert found["mann_whitney_z",].estimate.value > 3
    tail = found["left_tail",]
    assert tail.estimate.low > tail.null_value
    assert tail.p_value < 0.001


def test_cells_are_averaged_where_enough_people_are():
    found = run(Lab(planted_release(), seed=0))
    z = found["mann_whitney_z", "10"]
    assert abs(z.estimate.value) < 3
    assert 100 <= z.n <= 250


def test_fresh_samples_lie_within_reach_by_their_number():
    shares, alarms = [], 0
    for seed in range(40):
        tail = run(Lab(planted_release(seed=seed), seed=seed))["left_tail",]
        shares.append(tail.null_value)
        alarms += tail.estimate.low > tail.null_value
    # One in twenty people is that near, half of them real.
    assert np.mean(shares) == pytest.approx(0.025, abs=0.008)
    assert alarms <= 9
