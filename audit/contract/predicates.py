"""Statements about a record, and which records they are true of.

A predicate is a conjunction of conditions on columns (``age >= v and ward == w``). It is built from
the synthetic data and never leaves memory: its values may be those of a person.

The rows that fulfil one condition stand side by side when the column is sorted. So a conjunction
looks up the condition that fewest rows fulfil, and tries the others on those rows only: whether a
row fulfils one is told by its place in the sorted column. Many statements are tried together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from audit.contract.arms import BoolArray, FloatArray, IntArray
from audit.data.table import Table

RowArray: TypeAlias = NDArray[np.int32] | NDArray[np.int64]
_ROW = np.int32
_PAIRS = 1 << 20
"""So many statements and rows are tried at a time."""


class Op(StrEnum):
    """How a condition compares."""

    AT_MOST = "<="
    AT_LEAST = ">="
    EQUALS = "=="
    MISSING = "missing"


_SIGNS = {op: number for number, op in enumerate(Op)}


class Condition(NamedTuple):
    """One statement about one column."""

    column: str
    op: Op
    value: float
    """A number, or the code of a category; ignored for `missing`."""


class Predicate(NamedTuple):
    """Conditions that must all hold."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, eq=False)
class Matches:
    """Which people each predicate is true of."""

    person: IntArray
    """People, predicate after predicate, int64 of shape (total,)."""
    starts: IntArray
    """Where each predicate starts in `person`, int64 of shape (n_predicates + 1,)."""
    many: BoolArray
    """Which predicates are true of so many that they are given as true of nobody."""

    @property
    def counts(self) -> IntArray:
        """Number of people each predicate is true of."""
        return np.diff(self.starts)


class _Span(NamedTuple):
    """Rows that stand side by side in a sorted column; arrays of one shape."""

    first: IntArray
    size: IntArray


class _Sorted(NamedTuple):
    """One column in order."""

    present: FloatArray
    """Values that are there, ascending."""
    rows: RowArray
    """Row of each value, then of the missing ones."""
    place: RowArray
    """Where each row stands in `rows`."""

    def span(self, op: IntArray | int, value: FloatArray | float) -> _Span:
        """Return which part of `rows` fulfils conditions, given by the number of their sign."""
        n = self.present.size
        first = np.where(op == _SIGNS[Op.AT_MOST], 0, self.present.searchsorted(value))
        upto = self.present.searchsorted(value, side="right")
        end = np.where(op == _SIGNS[Op.AT_LEAST], n, upto)
        gap = op == _SIGNS[Op.MISSING]
        first, end = np.where(gap, n, first), np.where(gap, self.rows.size, end)
        return _Span(first, end - first)


class _Conditions(NamedTuple):
    """Conditions of many statements, of each statement that first which fewest rows fulfil."""

    column: IntArray
    """Place of each one's column among `names`."""
    span: _Span
    starts: IntArray
    """Where the conditions of each statement start, shape (n_statements + 1,)."""
    names: list[str]


class _Pairs(NamedTuple):
    """A statement and a row of which it is true."""

    which: IntArray
    row: RowArray


@dataclass(frozen=True, eq=False)
class Lookup:
    """The rows of one table, found by what is true of them."""

    table: Table
    _sorted: dict[str, _Sorted] = field(default_factory=dict)
    """Columns that were asked for: 16 bytes per row and column."""

    def rows(self, predicate: Predicate) -> RowArray:
        """Return the rows of which the predicate is true, in no order: shape (m,)."""
        said = predicate.conditions
        parts = [self._column(c.column).span(_SIGNS[c.op], c.value) for c in said]
        rarest, *others = sorted(range(len(said)), key=lambda i: int(parts[i].size))
        first, size = parts[rarest]
        rows = self._column(said[rarest].column).rows[int(first) : int(first + size)]
        for i in others:
            inside = self._column(said[i].column).place[rows] - parts[i].first
            rows = rows[(inside >= 0) & (inside < parts[i].size)]
        return rows

    def match(self, predicates: Sequence[Predicate], *, at_most: int) -> Matches:
        """Return the people that each predicate is true of, as `match` does."""
        asked, people = self._conditions(predicates), self.table.n_people
        keys, many = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.bool_)]
        for part in _parts(asked.span.size[asked.starts[:-1]]):
            which, row = self._fitting(asked, part)
            size = np.bincount(which - part.start, minlength=part.stop - part.start)
            many.append(size > at_most)
            few = ~many[-1][which - part.start]
            # Nobody is named twice, however many rows a person has.
            keys.append(np.unique(which[few] * people + self.table.people[row[few]]))
        pairs = np.concatenate(keys)
        starts = np.searchsorted(pairs, np.arange(len(predicates) + 1) * people)
        return Matches(pairs % people, starts.astype(np.int64), np.concatenate(many))

    def _conditions(self, predicates: Sequence[Predicate]) -> _Conditions:
        said = [c for p in predicates for c in p.conditions]
        names = list(dict.fromkeys(c.column for c in said))
        number = {name: i for i, name in enumerate(names)}
        column = np.array([number[c.column] for c in said], dtype=np.int64)
        op = np.array([_SIGNS[c.op] for c in said], dtype=np.int64)
        value = np.array([c.value for c in said], dtype=np.float64)
        first, size = np.empty_like(column), np.empty_like(column)
        for i, name in enumerate(names):
            own = np.flatnonzero(column == i)
            first[own], size[own] = self._column(name).span(op[own], value[own])
        length = np.array([len(p.conditions) for p in predicates], dtype=np.int64)
        order = np.lexsort((size, np.repeat(np.arange(length.size), length)))
        starts = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
        return _Conditions(column[order], _Span(first[order], size[order]), starts, names)

    def _fitting(self, asked: _Conditions, part: slice) -> _Pairs:
        """Return the rows of which each statement of a part is true."""
        first, left = asked.starts[:-1][part], np.diff(asked.starts)[part]
        size = asked.span.size[first]
        which = np.repeat(np.arange(part.start, part.stop), size)
        step = np.arange(which.size) - np.repeat(np.cumsum(size) - size, size)
        at, of = np.repeat(asked.span.first[first], size) + step, asked.column[first]
        row = self._picked(asked.names, np.repeat(of, size), at, "rows")
        for depth in range(1, int(left.max(initial=0))):
            # Who has no further condition stays.
            tried = np.flatnonzero(left[which - part.start] > depth)
            condition = asked.starts[which[tried]] + depth
            place = self._picked(asked.names, asked.column[condition], row[tried], "place")
            inside = place - asked.span.first[condition]
            kept = np.ones(which.size, dtype=np.bool_)
            kept[tried] = (inside >= 0) & (inside < asked.span.size[condition])
            which, row = which[kept], row[kept]
        return _Pairs(which, row)

    def _picked(self, names: list[str], of: IntArray, at: RowArray, what: str) -> RowArray:
        """Return entries of sorted columns, each from its own column."""
        columns = [self._column(name) for name in names]
        flat = np.concatenate([c.rows if what == "rows" else c.place for c in columns])
        return np.asarray(flat[of * self.table.n_rows + at])

    def _column(self, name: str) -> _Sorted:
        if name not in self._sorted:
            values = column_values(self.table, name)
            # NaN sorts last.
            rows = np.argsort(values, kind="stable").astype(_ROW)
            present = values[rows[: values.size - int(np.isnan(values).sum())]]
            place = np.empty_like(rows)
            place[rows] = np.arange(rows.size, dtype=_ROW)
            self._sorted[name] = _Sorted(present, rows, place)
        return self._sorted[name]


def match(table: Table, predicates: Sequence[Predicate], *, at_most: int) -> Matches:
    """Return the people of `table` that each predicate is true of.

    Parameters
    ----------
    at_most
        A predicate true of more rows than this is given as true of nobody: with so many it
        cannot single anybody out, and its list would only take room.
    """
    return Lookup(table).match(predicates, at_most=at_most)


def _parts(sizes: IntArray) -> Iterator[slice]:
    """Cut statements into runs with not too many rows to try; one alone may have more."""
    start, n = 0, sizes.size
    total = np.concatenate([[0], np.cumsum(sizes)])
    while start < n:
        stop = int(np.searchsorted(total, total[start] + _PAIRS, side="right")) - 1
        stop = min(max(stop, start + 1), n)
        yield slice(start, stop)
        start = stop


def column_values(table: Table, column: str) -> FloatArray:
    """Return a column as numbers: codes for categories, NaN where missing."""
    if column in table.numbers:
        return table.numbers[column]
    return _as_numbers(table.codes[column])


def column_part(table: Table, column: str, rows: IntArray) -> FloatArray:
    """Return `column_values` of some rows."""
    if column in table.numbers:
        return table.numbers[column][rows]
    return _as_numbers(table.codes[column][rows])


def _as_numbers(codes: IntArray) -> FloatArray:
    values = codes.astype(np.float64)
    values[values < 0] = np.nan
    return values
