"""Neighbours at one distance share evenly."""

import numpy as np
import pytest

from audit.contract.ties import nearer, tied_groups
from audit.space.neighbours.answer import Neighbours


def lists(*distances):
    gaps = np.array(distances, dtype=float)
    return Neighbours(gaps, np.tile(np.arange(gaps.shape[1]), (len(gaps), 1)))


def parts(found):
    return sorted(zip(found.query.tolist(), found.group.tolist(), found.part.tolist(), strict=True))


def never(of, k):
    raise AssertionError("nothing is open")


def test_one_two_and_three_ways():
    found = tied_groups(lists([0.1, 0.2, 0.3], [0.1, 0.1, 0.2]), never)
    assert parts(found) == [(0, 0, 1.0), (1, 0, 0.5), (1, 1, 0.5)]


def test_rounding_breaks_no_tie():
    found = tied_groups(lists([0.3, 0.1 + 0.2, 0.5]), never)
    assert parts(found) == [(0, 0, 0.5), (0, 1, 0.5)]


def test_a_list_that_is_all_ties_is_searched_further():
    asked = []

    def search(of, k):
        asked.append((of.tolist(), k))
        return lists([0.2, 0.2, 0.2, 0.4])

    found = tied_groups(lists([0.1, 0.2], [0.2, 0.2]), search)
    assert asked == [([1], 4)]
    third = pytest.approx(1 / 3)
    assert [p for p in parts(found) if p[0] == 1] == [(1, i, third) for i in range(3)]
    assert found.part.sum() == pytest.approx(2.0)


def test_the_search_ends_where_there_are_no_more():
    def search(of, k):
        return lists([0.0, 0.0, 0.0])

    found = tied_groups(lists([0.0, 0.0]), search)
    assert found.part.tolist() == pytest.approx([1 / 3] * 3)


def test_the_search_ends_at_64():
    def search(of, k):
        return lists([0.0] * k)

    found = tied_groups(lists([0.0, 0.0]), search)
    assert found.part.tolist() == [1 / 64] * 64


def test_nearer_counts_half_at_a_tie():
    a, b = np.array([0.1, 0.3, 0.1 + 0.2, 0.0]), np.array([0.2, 0.2, 0.3, 0.0])
    assert nearer(a, b).tolist() == [1.0, 0.0, 0.5, 0.5]
