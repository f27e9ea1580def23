"""Combinations are counted in all tables by one sort."""

from itertools import combinations

import numpy as np

from audit.contract.arms import Side
from audit.contract.cells import cell_words, occurrences, own_rows
from tests.contract.handmade import LEVEL, WHOLE, lab_of

KINDS = {"x": WHOLE, "c": LEVEL}


def test_words_count_as_cells_do():
    rng = np.random.default_rng(0)
    one, two = ({"x": rng.integers(0, 4, n), "c": rng.integers(-1, 3, n)} for n in (40, 30))
    two["x"] = [None if v == 3 else float(v) for v in two["x"]]
    lab = lab_of(KINDS, one, two, one)
    tables = [lab.table(Side.REAL), lab.table(Side.SYNTHETIC)]
    words = cell_words(tables, lab, bins=0)
    rows = [
        [(c, None if np.isnan(x) else x) for c, x in zip(t.codes["c"], t.numbers["x"], strict=True)]
        for t in tables
    ]
    for size in (1, 2):
        for chosen in combinations(range(2), size):
            counts = occurrences(words[list(chosen)].sum(axis=0, dtype=np.uint64), (40, 30))
            keys = [[tuple(r[j] for j in chosen) for r in part] for part in rows]
            for found, part in zip(counts, keys, strict=True):
                assert found.tolist() == [part.count(k) for k in keys[0]]


def test_classes_hold_equal_parts_of_the_pool():
    table = {"x": list(range(8)), "c": [0] * 8}
    lab = lab_of(KINDS, table, table, table)
    words = cell_words([lab.table(Side.REAL)], lab, bins=4)
    assert np.unique(words[1], return_counts=True)[1].tolist() == [2, 2, 2, 2]


def test_rows_of_a_person_are_its_own():
    words = np.array([5, 5, 5, 7], dtype=np.uint64)
    assert own_rows(words, np.arange(4)) == 1
    np.testing.assert_array_equal(own_rows(words, np.array([0, 0, 1, 1])), [2, 2, 1, 1])
