"""Records described by a few of their columns, tried many at a time.

A condition on one column holds for an interval of the column's levels: a category for itself
alone, a number for all that lie on its side of the median, at least as far out. So a record and a
choice of columns make a box, and the question is who else lies in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from audit.contract.arms import BoolArray, FloatArray, IntArray
from audit.contract.predicates import Condition, Op, Predicate, column_values
from audit.data.table import Table
from audit.facts.schema import Column

_FIRST_ROWS = 64
_GROWTH = 2
_CELLS = 4_000_000
"""Comparisons that are held in memory at once."""

Levels: TypeAlias = NDArray[np.unsignedinteger[Any]]


class _Interval(NamedTuple):
    """For which levels conditions hold; arrays of one shape."""

    low: Levels
    width: Levels
    """How many levels above `low` belong to it."""


@dataclass(frozen=True, eq=False)
class Descriptions:
    """What can be said of each record of a table."""

    columns: tuple[Column, ...]
    distinct: tuple[FloatArray, ...]
    """Values of each column that are there, ascending."""
    levels: Levels
    """Rank of each value among them, from 1; 0 where missing; shape (p, n)."""
    middle: Levels
    """Highest level that does not lie above the median; shape (p,)."""

    def alone(self, rows: IntArray, chosen: IntArray) -> BoolArray:
        """Tell which descriptions fit no record but their own.

        Most fit somebody among the first few records already, and are not tried on the others.

        Parameters
        ----------
        rows
            The record that each description is made from, int64 of shape (b,).
        chosen
            The columns it is described by, int64 of shape (b, width).

        Returns
        -------
        BoolArray
            Shape (b,).
        """
        fits = np.zeros(rows.size, dtype=np.int64)
        still = np.arange(rows.size)
        held = [self._interval(column, rows) for column in chosen.T]
        for block in _blocks(self.levels.shape[1]):
            size = max(1, _CELLS // (block.stop - block.start))
            for start in range(0, still.size, size):
                part = still[start : start + size]
                fits[part] += self._inside(chosen[part], held, part, block)
            still = still[fits[still] <= 1]
        return np.asarray(fits == 1)

    def predicate(self, row: int, chosen: IntArray) -> Predicate:
        """Return one description as a statement, conditions in the order of the columns."""
        return Predicate(tuple(self._condition(row, int(j)) for j in np.sort(chosen)))

    def _inside(
        self, chosen: IntArray, held: Sequence[_Interval], part: IntArray, block: slice
    ) -> IntArray:
        """Count the records of a block that lie in the box of each description of a part."""
        inside = np.ones((part.size, block.stop - block.start), dtype=np.bool_)
        for column, interval in zip(chosen.T, held, strict=True):
            above = self.levels[column, block]
            # Unsigned, so that what lies below the interval wraps round to far above it.
            above -= interval.low[part, None]
            inside &= above <= interval.width[part, None]
        return np.asarray(inside.sum(axis=1), dtype=np.int64)

    def _interval(self, column: IntArray, rows: IntArray) -> _Interval:
        level = self.levels[column, rows]
        numeric = np.array([c.kind.is_numeric for c in self.columns])[column] & (level > 0)
        top = np.array([d.size for d in self.distinct], dtype=level.dtype)[column]
        upper = level > self.middle[column]
        low = np.where(numeric & ~upper, level.dtype.type(1), level)
        high = np.where(numeric & upper, top, level)
        return _Interval(low, high - low)

    def _condition(self, row: int, j: int) -> Condition:
        column, level = self.columns[j], int(self.levels[j, row])
        if level == 0:
            return Condition(column.name, Op.MISSING, 0.0)
        value = float(self.distinct[j][level - 1])
        if not column.kind.is_numeric:
            return Condition(column.name, Op.EQUALS, value)
        op = Op.AT_LEAST if level > self.middle[j] else Op.AT_MOST
        return Condition(column.name, op, value)


def describe(table: Table, columns: Sequence[Column]) -> Descriptions:
    """Rank the values of some columns of a table."""
    distinct, levels, middle = [], [], []
    for column in columns:
        values = column_values(table, column.name)
        missing = np.isnan(values)
        found, rank = np.unique(values[~missing], return_inverse=True)
        level = np.zeros(values.size, dtype=np.uint32)
        level[~missing] = rank + 1
        median = np.median(values[~missing]) if found.size else 0.0
        distinct.append(found)
        levels.append(level)
        middle.append(np.searchsorted(found, median, side="right"))
    short = max(found.size for found in distinct) <= np.iinfo(np.uint16).max
    dtype = np.dtype(np.uint16 if short else np.uint32)
    return Descriptions(
        tuple(columns),
        tuple(distinct),
        np.array(levels).astype(dtype),
        np.array(middle).astype(dtype),
    )


def _blocks(n: int) -> Iterator[slice]:
    """Cut n rows into few pieces, the first ones small."""
    start, stop = 0, _FIRST_ROWS
    while start < n:
        yield slice(start, min(stop, n))
        start, stop = stop, stop * _GROWTH
