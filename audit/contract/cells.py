"""How often combinations of values occur in several tables: one sort for all of them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from audit.contract.arms import STEP, IntArray, scrambled
from audit.contract.lab import Lab
from audit.data.table import Table
from audit.space.encode import Scaling


def cell_words(tables: Sequence[Table], lab: Lab, *, bins: int) -> NDArray[np.uint64]:
    """Return a 64-bit word for every cell of several tables, one table below the other.

    Parameters
    ----------
    bins
        Into how many parts the pool's ranks of a number are cut; 0: each value is its own.

    Returns
    -------
    NDArray[np.uint64]
        Shape (n_columns, rows of all tables), columns in the order of their names. Equal words,
        equal cells; a missing value is a value. The sum over some columns is a word for the
        combination.
    """
    columns = sorted(c.name for c in lab.schema.comparable())
    return np.stack([_hashed(_coded(c, tables, lab, bins), i) for i, c in enumerate(columns)])


def _coded(name: str, tables: Sequence[Table], lab: Lab, bins: int) -> IntArray:
    if name not in tables[0].numbers:
        return np.concatenate([t.codes[name] for t in tables]) + 1
    values = np.concatenate([t.numbers[name] for t in tables])
    if bins == 0:
        return np.unique(values, return_inverse=True)[1].reshape(-1).astype(np.int64)
    ranks = lab.scale.apply(name, values, Scaling.RANK)
    cut = np.minimum(np.nan_to_num(ranks) * bins, bins - 1).astype(np.int64)
    return np.where(np.isnan(values), bins, cut)


def _hashed(codes: IntArray, column: int) -> NDArray[np.uint64]:
    """Return a word for a level of a column."""
    return scrambled(codes.astype(np.uint64) * STEP + np.uint64(column << 48))


def occurrences(words: NDArray[np.uint64], sizes: Sequence[int]) -> list[IntArray]:
    """Return how often the word of each row of the first table occurs in every table.

    Parameters
    ----------
    words
        uint64 of shape (n,), one table below the other.
    sizes
        Rows of each table.

    Returns
    -------
    list of IntArray
        One per table, int64 of shape (rows of the first table,); a row counts itself.

    Notes
    -----
    Row numbers take the low bits of the words, so that one plain sort orders both. Words that
    agree in the high bits are taken for equal: in ten thousand sets of a hundred thousand rows
    less than one pair is expected to be so by accident.
    """
    n = words.size
    bits = np.uint64(max(1, int(n - 1).bit_length()))
    packed = np.sort(((words >> bits) << bits) | np.arange(n, dtype=np.uint64))
    rows = (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    keys = packed >> bits
    ends = np.flatnonzero(np.append(keys[1:] != keys[:-1], True)) + 1
    length = np.diff(ends, prepend=0)
    first = rows < sizes[0]
    found = []
    for low, size in zip(np.cumsum([0, *sizes[:-1]]), sizes, strict=True):
        upto = np.append(0, np.cumsum((rows >= low) & (rows < low + size)))[ends]
        counts = np.empty(sizes[0], dtype=np.int64)
        counts[rows[first]] = np.repeat(np.diff(upto, prepend=0), length)[first]
        found.append(counts)
    return found


def own_rows(words: NDArray[np.uint64], person: IntArray) -> IntArray | int:
    """Return how many rows with the same word belong to the same person, at least 1 each."""
    if int(person.max()) + 1 == person.size:
        return 1
    group = np.unique(words, return_inverse=True)[1].reshape(-1)
    pair = group * (int(person.max()) + 1) + person
    _, pair_of, count = np.unique(pair, return_inverse=True, return_counts=True)
    return np.asarray(count[pair_of.reshape(-1)], dtype=np.int64)
