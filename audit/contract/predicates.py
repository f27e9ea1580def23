"""Statements about a record, and which records they are true of.

A predicate is a conjunction of conditions on columns (``age >= v and ward == w``). It is built from
the synthetic data and never leaves memory: its values may be those of a person. Conditions are
compiled to bitsets, so that a conjunction is an AND of bytes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from audit.contract.arms import BoolArray, IntArray
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


def holds(table: Table, condition: Condition) -> BoolArray:
    """Return for each row whether the condition is true."""
    if condition.column in table.numbers:
        x = table.numbers[condition.column]
        if condition.op is Op.MISSING:
            return np.isnan(x)
        if condition.op is Op.EQUALS:
            return x == condition.value
        # A comparison with a missing number is false, as it should be.
        return x <= condition.value if condition.op is Op.AT_MOST else x >= condition.value
    codes = table.codes[condition.column]
    return codes == (-1 if condition.op is Op.MISSING else condition.value)


@dataclass(frozen=True, eq=False)
class Matches:
    """Which people each predicate is true of."""

    person: IntArray
    """People, predicate after predicate, int64 of shape (total,)."""
    starts: IntArray
    """Where each predicate starts in `person`, int64 of shape (n_predicates + 1,)."""

    @property
    def counts(self) -> IntArray:
        """Number of people each predicate is true of."""
        return np.diff(self.starts)


class Bitsets:
    """The conditions of one table, compiled once each."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._bits: dict[Condition, NDArray[np.uint8]] = {}

    def conjunction(self, predicate: Predicate) -> NDArray[np.uint8]:
        """Return the rows of which the predicate is true, as packed bits."""
        first, *rest = (self._compiled(c) for c in predicate.conditions)
        if not rest:
            return first
        both = first & rest[0]
        for bits in rest[1:]:
            both &= bits
        return both

    def count(self, predicate: Predicate) -> int:
        """Return the number of rows of which the predicate is true."""
        return int(np.bitwise_count(self.conjunction(predicate)).sum())

    def _compiled(self, condition: Condition) -> NDArray[np.uint8]:
        if condition not in self._bits:
            self._bits[condition] = np.packbits(holds(self._table, condition))
        return self._bits[condition]


def match(table: Table, predicates: Iterable[Predicate], *, at_most: int) -> Matches:
    """Return the people of `table` that each predicate is true of.

    Parameters
    ----------
    at_most
        A predicate true of more rows than this is given as true of nobody: with so many it
        cannot single anybody out, and its list would only take room.
    """
    bitsets, lists = Bitsets(table), []
    for predicate in predicates:
        bits = bitsets.conjunction(predicate)
        n_rows = int(np.bitwise_count(bits).sum())
        rows = _set_bits(bits) if 0 < n_rows <= at_most else np.zeros(0, dtype=np.int64)
        people = table.people[rows]
        lists.append(people if rows.size < 2 else np.unique(people))
    starts = np.concatenate([[0], np.cumsum([x.size for x in lists])]).astype(np.int64)
    return Matches(np.concatenate([np.zeros(0, dtype=np.int64), *lists]), starts)


def _set_bits(bits: NDArray[np.uint8]) -> IntArray:
    used = np.flatnonzero(bits)
    within = np.unpackbits(bits[used, None], axis=1)
    byte, bit = np.nonzero(within)
    return used[byte] * 8 + bit


def column_values(table: Table, column: str) -> NDArray[np.float64]:
    """Return a column as numbers: codes for categories, NaN where missing."""
    if column in table.numbers:
        return table.numbers[column]
    codes: Mapping[str, IntArray] = table.codes
    values = codes[column].astype(np.float64)
    values[values < 0] = np.nan
    return values
