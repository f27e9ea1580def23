"""How many of the nearest are synthetic."""

from math import log

import numpy as np

from audit.attacks.membership_neighbour_density import (
    MembershipNeighbourDensity,
    synthetic_among,
)
from audit.contract.arms import Side
from audit.contract.reference import Surroundings
from tests.attacks.family import scored
from tests.attacks.four import four

ATTACK = MembershipNeighbourDensity()


def test_by_hand():
    # The record is nearer to x = 3 than anybody; to x = 0 it is so if the farthest is drawn.
    found = scored(ATTACK, four(), Side.REAL, {"encoding": "rank", "k": "1"})
    expected = [log((1 / 3 + 0.5) / (2 / 3 + 0.5)), log(1.5 / 0.5)]
    np.testing.assert_allclose(found, expected)


def around(released, others):
    law = np.eye(len(others))
    rows = np.zeros((1, len(released)), dtype=np.int64)
    return Surroundings(np.array([released]), rows, np.array([others]), law, 0.1, 1.0)


def test_merged_lists_by_hand():
    found = around([1.0, 4.0, 5.0], [2.0, 3.0, 6.0])
    # In order: S R R S S R.
    assert [synthetic_among(found, k)[0] for k in (1, 2, 3)] == [1, 1, 1]
    found = around([1.0, 2.0, 9.0], [3.0, 4.0, 5.0])
    assert [synthetic_among(found, k)[0] for k in (1, 2, 3)] == [1, 2, 2]


def test_equally_near_ones_count_half():
    assert synthetic_among(around([1.0], [1.0]), 1)[0] == 0.5


def test_only_sizes_that_there_are():
    assert [s["k"] for s in ATTACK.variants(four())] == ["1", "1"]
