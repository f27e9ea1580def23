"""Neighbours of a thinned table: in closed form, against listing all draws."""

from itertools import combinations

import numpy as np
import pytest

from audit.statistics.draws import rank_law, ranks_needed


def test_two_of_four_by_hand():
    # Draws of ranks: 12 13 14 23 24 34. Nearest: 1 in three of six, 2 in two, 3 in one.
    law = rank_law(2, drawn=2, of=4, longest=4)
    np.testing.assert_allclose(law[0], [3 / 6, 2 / 6, 1 / 6, 0])
    np.testing.assert_allclose(law[1], [0, 1 / 6, 2 / 6, 3 / 6])


def test_agrees_with_all_draws():
    n, m = 8, 5
    draws = np.array(list(combinations(range(1, n + 1), m)))
    law = rank_law(m, drawn=m, of=n, longest=n)
    for k in range(m):
        expected = np.bincount(draws[:, k], minlength=n + 1)[1:] / len(draws)
        np.testing.assert_allclose(law[k], expected, atol=1e-12)


def test_drawing_everything_is_certain():
    np.testing.assert_allclose(rank_law(3, drawn=5, of=5, longest=4), np.eye(3, 4), atol=1e-12)


def test_a_long_enough_list_misses_nearly_nothing():
    for drawn, of in ((39_040, 48_841), (2_000, 3_999), (500, 5_000)):
        longest = ranks_needed(20, drawn=drawn, of=of)
        assert rank_law(20, drawn=drawn, of=of, longest=longest).sum(axis=1).min() > 0.999


@pytest.mark.parametrize(("k", "drawn", "of"), [(0, 2, 3), (3, 2, 3), (2, 4, 3)])
def test_no_more_than_there_is(k, drawn, of):
    with pytest.raises(ValueError, match="drawn"):
        rank_law(k, drawn=drawn, of=of, longest=3)
