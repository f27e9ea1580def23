"""Statements about a record, and which records they are true of.

A predicate is a conjunction of conditions on columns (``age >= v and ward == w``). It is built from
the synthetic data and never leaves memory: its values may be those of a person.

The rows that fulfil one condition stand side by side when the column is sorted. So a conjunction
looks up the condition that fewest rows fulfil, and tries the others on those rows only.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from audit.contract.arms import BoolArray, FloatArray, IntArray
from audit.data.table import Table


class Op(StrEnum):
    """How a condition compares."""

    AT_MOST = "<="
    AT_LEAST = ">="
    EQUALS = "=="
    MISSING = "missing"


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


class _Sorted(NamedTuple):
    """One column in order."""

    present: FloatArray
    """Values that are there, ascending."""
    rows: IntArray
    """Position of each value, then of the missing ones."""

    def fulfilled(self, condition: Condition) -> slice:
        """Return which part of `rows` fulfils a condition."""
        n, value = self.present.size, condition.value
        if condition.op is Op.MISSING:
            return slice(n, self.rows.size)
        first = 0 if condition.op is Op.AT_MOST else self.present.searchsorted(value, side="left")
        end = n if condition.op is Op.AT_LEAST else self.present.searchsorted(value, side="right")
        return slice(int(first), int(end))


@dataclass(frozen=True, eq=False)
class Lookup:
    """The rows of one table, found by what is true of them."""

    table: Table
    _sorted: dict[str, _Sorted] = field(default_factory=dict)
    """Columns that were asked for: 16 bytes per row and column."""

    def rows(self, predicate: Predicate) -> IntArray:
        """Return the rows of which the predicate is true, in no order: int64 of shape (m,)."""
        parts = [(c, self._column(c.column).fulfilled(c)) for c in predicate.conditions]
        parts.sort(key=lambda part: part[1].stop - part[1].start)
        (rarest, where), *others = parts
        rows = self._column(rarest.column).rows[where]
        for condition, _ in others:
            rows = rows[_holds(column_part(self.table, condition.column, rows), condition)]
        return rows

    def _column(self, name: str) -> _Sorted:
        if name not in self._sorted:
            values = column_values(self.table, name)
            # NaN sorts last.
            rows = np.argsort(values, kind="stable")
            present = values[rows[: values.size - int(np.isnan(values).sum())]]
            self._sorted[name] = _Sorted(present, rows)
        return self._sorted[name]


def _holds(values: FloatArray, condition: Condition) -> BoolArray:
    if condition.op is Op.MISSING:
        return np.isnan(values)
    # A comparison with a missing number is false, as it should be.
    if condition.op is Op.EQUALS:
        return np.asarray(values == condition.value)
    if condition.op is Op.AT_MOST:
        return np.asarray(values <= condition.value)
    return np.asarray(values >= condition.value)


def match(table: Table, predicates: Iterable[Predicate], *, at_most: int) -> Matches:
    """Return the people of `table` that each predicate is true of.

    Parameters
    ----------
    at_most
        A predicate true of more rows than this is given as true of nobody: with so many it
        cannot single anybody out, and its list would only take room.
    """
    lookup, lists, many = Lookup(table), [], []
    for predicate in predicates:
        rows = lookup.rows(predicate)
        many.append(rows.size > at_most)
        people = table.people[rows[:0] if many[-1] else rows]
        lists.append(people if people.size < 2 else np.unique(people))
    starts = np.concatenate([[0], np.cumsum([x.size for x in lists])]).astype(np.int64)
    person = np.concatenate([np.zeros(0, dtype=np.int64), *lists])
    return Matches(person, starts, np.array(many, dtype=np.bool_))


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
