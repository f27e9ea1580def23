from math import isclose

import numpy as np
import pytest

from audit.statistics.overlap import cross_pairs_test


def test_pairs_and_their_mean_by_hand():
    # Groups: {real, real, holdout} has 2 cross pairs, {real, holdout} has 1, the rest is alone.
    groups = [7, 7, 7, 3, 3, 9, 8]
    labels = np.array([1, 1, 0, 1, 0, 0, 0], bool)
    fit = cross_pairs_test(groups, labels, rng=np.random.default_rng(0))
    assert fit.pairs == 3
    # 4 pairs of equal rows, each cut with probability 2 * 3 * 4 / (7 * 6).
    assert isclose(fit.expected, 4 * 24 / 42)


def test_no_equal_rows_no_pairs():
    fit = cross_pairs_test(np.arange(6), np.arange(6) < 3, rng=np.random.default_rng(0))
    assert fit == (0, 0.0, 1.0)


def test_people_on_both_sides_are_noticed_and_chance_is_not(band):
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 3000, 2000)
    shared = rows.copy()
    shared[1000:1150] = rows[:150]
    labels = np.arange(2000) < 1000
    assert cross_pairs_test(shared, labels, rng=rng).p_value <= 0.001
    rejected = sum(
        cross_pairs_test(rows, rng.permutation(2000) < 1000, rng=rng, draws=200).p_value <= 0.05
        for _ in range(100)
    )
    assert rejected <= band(100, 0.05)[1]


def test_order_and_names_of_groups_do_not_matter():
    rng = np.random.default_rng(2)
    groups, labels, order = rng.integers(0, 30, 60), np.arange(60) < 20, rng.permutation(60)
    a = cross_pairs_test(groups, labels, rng=np.random.default_rng(3))
    b = cross_pairs_test(groups[order], labels[order], rng=np.random.default_rng(3))
    swapped = cross_pairs_test(groups, ~labels, rng=np.random.default_rng(3))
    assert a == b
    assert (a.pairs, a.expected) == (swapped.pairs, swapped.expected)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="one group"):
        cross_pairs_test([1, 2, 3], [True, False], rng=np.random.default_rng(0))
