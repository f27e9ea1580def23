from itertools import combinations
from math import isclose

import numpy as np
import pytest

from audit.statistics.overlap import cross_pairs_test, cut_pairs_test


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


class TestCutPairs:
    # Two real and two holdout people, 6 ways to call two of four real.
    def test_one_pair_of_four_people(self):
        # Cut where one of the pair and one of the rest is real: 2 * 2 of 6 ways.
        assert cut_pairs_test(1, 1, n_real=2, n_holdout=2).p_value == pytest.approx(4 / 6)
        assert cut_pairs_test(0, 1, n_real=2, n_holdout=2).p_value == pytest.approx(1.0)

    def test_two_pairs_of_four_people_are_cut_together_or_not_at_all(self):
        found = cut_pairs_test(2, 2, n_real=2, n_holdout=2)
        assert found.p_value == pytest.approx(4 / 6)
        assert found.expected == pytest.approx(2 * 2 / 3)
        assert cut_pairs_test(1, 2, n_real=2, n_holdout=2).p_value == pytest.approx(4 / 6)

    def test_agrees_with_counting_every_way(self):
        # Three pairs and two others; three of eight people are real: 56 ways.
        cuts = [
            sum((2 * i in real) != (2 * i + 1 in real) for i in range(3))
            for real in map(set, combinations(range(8), 3))
        ]
        for cut in range(4):
            counted = sum(c >= cut for c in cuts) / len(cuts)
            found = cut_pairs_test(cut, 3, n_real=3, n_holdout=5)
            assert found.p_value == pytest.approx(counted)
        assert found.expected == pytest.approx(sum(cuts) / len(cuts))

    def test_ten_pairs_all_cut_are_no_luck(self):
        # About 2**-10 among many people: the first number of pairs that blocks.
        assert cut_pairs_test(10, 10, n_real=10_000, n_holdout=10_000).p_value < 0.001
        assert cut_pairs_test(9, 9, n_real=10_000, n_holdout=10_000).p_value > 0.001

    def test_no_pairs_prove_nothing(self):
        assert cut_pairs_test(0, 0, n_real=5, n_holdout=5) == (0, 0.0, 1.0)

    @pytest.mark.parametrize(("cut", "pairs"), [(2, 1), (-1, 1), (3, 3)])
    def test_impossible_counts_are_refused(self, cut, pairs):
        with pytest.raises(ValueError, match="pairs"):
            cut_pairs_test(cut, pairs, n_real=2, n_holdout=2)


def test_the_law_of_many_pairs_meets_the_exact_one(monkeypatch):
    """600 pairs of 2,000 people: a random split of 1,200 and 800 cuts 288 on average."""
    exact = {k: cut_pairs_test(k, 600, n_real=1_200, n_holdout=800) for k in (270, 288, 310, 330)}
    monkeypatch.setattr("audit.statistics.overlap._MANY_PAIRS", 0)
    for cut, found in exact.items():
        close = cut_pairs_test(cut, 600, n_real=1_200, n_holdout=800)
        assert close.expected == pytest.approx(found.expected)
        assert close.p_value == pytest.approx(found.p_value, rel=0.1)
