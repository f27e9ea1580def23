"""Tables as whole numbers, and how often combinations of values occur in two of them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from audit.contract.arms import IntArray
from audit.contract.lab import Lab
from audit.data.table import Table
from audit.space.encode import Scaling


def value_codes(tables: Sequence[Table], lab: Lab, *, bins: int) -> list[IntArray]:
    """Return tables as codes, a column each, in the order of the column names.

    Parameters
    ----------
    bins
        Into how many parts the pool's ranks of a number are cut; 0: each value is its own.

    Returns
    -------
    list of IntArray
        One per table, int64 of shape (n_rows, n_columns), from 0; equal codes, equal cells. A
        missing value is a value.
    """
    columns = sorted(c.name for c in lab.schema.comparable())
    coded = [_column(name, tables, lab, bins) for name in columns]
    ends = np.cumsum([t.n_rows for t in tables])[:-1]
    return list(np.split(np.column_stack(coded), ends))


def _column(name: str, tables: Sequence[Table], lab: Lab, bins: int) -> IntArray:
    if name not in tables[0].numbers:
        return np.concatenate([t.codes[name] for t in tables]) + 1
    values = np.concatenate([t.numbers[name] for t in tables])
    if bins == 0:
        return np.unique(values, return_inverse=True)[1].reshape(-1).astype(np.int64)
    ranks = lab.scale.apply(name, values, Scaling.RANK)
    cut = np.minimum(np.nan_to_num(ranks) * bins, bins - 1).astype(np.int64)
    return np.where(np.isnan(values), bins, cut)


def combined(codes: IntArray, columns: Sequence[int], words: NDArray[np.uint64]) -> IntArray:
    """Return one number per row for its values in some columns; equal for equal values only.

    Parameters
    ----------
    codes
        From `value_codes`, shape (n, p).
    words
        One random odd word per column, uint64 of shape (p,).
    """
    total = np.zeros(len(codes), dtype=np.uint64)
    for j in columns:
        z = codes[:, j].astype(np.uint64) + np.uint64(1)
        z = z * words[j]
        z ^= z >> np.uint64(29)
        z *= np.uint64(0xBF58476D1CE4E5B9)
        z ^= z >> np.uint64(32)
        total += z
    return total.view(np.int64)


def occurrences(keys: IntArray, among: IntArray) -> IntArray:
    """Return how often each key occurs among others: int64 of the shape of `keys`."""
    ordered = np.sort(among)
    order = np.argsort(keys)
    asked = keys[order]
    counts = np.empty(keys.size, dtype=np.int64)
    # Sorted questions walk through the sorted keys once.
    counts[order] = np.searchsorted(ordered, asked, side="right") - np.searchsorted(
        ordered, asked, side="left"
    )
    return counts
