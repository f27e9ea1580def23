from itertools import combinations
from math import isclose

import numpy as np
import pytest

from audit.statistics import relabelling
from audit.statistics.relabelling import (
    relabelled_sums,
    relabelling_law,
    relabellings,
    stratum_codes,
)


def test_every_relabelling_keeps_the_number_of_real_people(monkeypatch):
    monkeypatch.setattr(relabelling, "CELLS", 70)  # batches of 7
    masks = list(relabellings(3, 10, draws=20, rng=np.random.default_rng(0)))
    assert [len(m) for m in masks] == [7, 7, 6]
    assert (np.concatenate(masks).sum(axis=1) == 3).all()


def test_every_relabelling_is_equally_likely(band):
    masks = np.concatenate(list(relabellings(2, 4, draws=6000, rng=np.random.default_rng(1))))
    codes, counts = np.unique(masks @ [1, 2, 4, 8], return_counts=True)
    low, high = band(6000, 1 / 6)
    assert codes.size == 6
    assert low <= counts.min() <= counts.max() <= high


def test_strata_keep_their_numbers():
    # Real people first: stratum a has 2 real of 4, b has 1 real of 3, c has none.
    strata = np.array(list("aab") + list("aabbc"))
    masks = np.concatenate(
        list(relabellings(3, 8, draws=500, rng=np.random.default_rng(2), strata=strata))
    )
    for label, kept in (("a", 2), ("b", 1), ("c", 0)):
        assert (masks[:, strata == label].sum(axis=1) == kept).all()
    a = masks[:, strata == "a"]
    assert len(np.unique(a @ [1, 2, 4, 8])) == 6


def test_relabelled_sums_have_the_exact_law(band):
    weights = np.array([0.0, 1, 2, 0, 4, 0])
    sums = relabelled_sums(weights, 2, draws=6000, rng=np.random.default_rng(3))
    exact = [weights[list(c)].sum() for c in combinations(range(6), 2)]
    for value in set(exact):
        low, high = band(6000, exact.count(value) / 15)
        assert low <= (sums == value).sum() <= high
    assert not relabelled_sums(np.zeros(4), 2, draws=3, rng=np.random.default_rng(4)).any()


def test_law_is_that_of_all_relabellings():
    y = np.array([[1.0], [2], [4], [8], [16]])
    labels = np.array([1, 1, 0, 0, 0], bool)
    sums = np.array([y[list(c)].sum() for c in combinations(range(5), 2)])
    law = relabelling_law(y, labels, None)
    assert isclose(law.mean[0], sums.mean())
    assert isclose(law.sd[0], sums.std())
    # In strata {1, 4} and {2, 8, 16}, each with one real person: 2 x 3 relabellings.
    strata = np.array([0, 1, 0, 1, 1])
    sums = np.array([a + b for a in (1, 4) for b in (2, 8, 16)])
    law = relabelling_law(y, labels, strata)
    assert isclose(law.mean[0], sums.mean())
    assert isclose(law.sd[0], sums.std())


def test_equal_numbers_do_not_move():
    assert relabelling_law(np.full((7, 1), 0.1), np.arange(7) < 3, None).sd[0] == 0


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="real and holdout"):
        next(relabellings(4, 4, draws=1, rng=np.random.default_rng(0)))
    with pytest.raises(ValueError, match="one stratum"):
        stratum_codes([1, 2], 3)
