"""Cells of alike people."""

import numpy as np

from audit.models.cells import MixedRows, cells


def rows(numbers, codes=None):
    numbers = np.asarray(numbers, dtype=float).reshape(len(numbers), -1)
    codes = np.zeros((len(numbers), 0), np.int64) if codes is None else np.asarray(codes)
    return MixedRows(numbers, codes.reshape(len(numbers), -1).astype(np.int64))


def test_people_far_apart_are_in_cells_of_their_own():
    rng = np.random.default_rng(0)
    pool = rows(np.concatenate([rng.normal(m, 0.01, 50) for m in (0.1, 0.5, 0.9)]))
    [low, high] = cells(pool, (rows([0.1, 0.11, 0.5, 0.9]), rows([0.88])), n_cells=3, seed=1)
    assert low[0] == low[1]
    assert len(set(low.tolist())) == 3
    assert high[0] == low[3]


def test_codes_tell_people_apart():
    pool = rows([0.5] * 40, [0] * 20 + [1] * 20)
    [found] = cells(pool, (rows([0.5, 0.5, 0.5], [0, 1, 0]),), n_cells=2, seed=0)
    assert found[0] == found[2] != found[1]


def test_no_more_cells_than_distinct_people():
    [found] = cells(rows([0.2] * 10), (rows([0.2, 0.9]),), n_cells=5, seed=0)
    assert found.tolist() == [0, 0]


def test_the_same_seed_makes_the_same_cells():
    rng = np.random.default_rng(3)
    pool = rows(rng.random((500, 4)), rng.integers(0, 12, (500, 2)))
    one, other = (cells(pool, (pool,), n_cells=6, seed=9)[0] for _ in range(2))
    assert np.array_equal(one, other)
    assert len(np.unique(one)) == 6
