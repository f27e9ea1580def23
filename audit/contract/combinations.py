"""Combinations of values that one person alone has, and which of them stand in the release.

The pool, real and holdout people together, says which combinations belong to one person alone, so
whether a person has many of them does not depend on who is a member.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import NamedTuple, TypeAlias

import numpy as np

from audit.contract.arms import BoolArray, FloatArray, IntArray, Side
from audit.contract.lab import Lab
from audit.contract.predicates import column_values
from audit.contract.rarity import pooled_people
from audit.facts.schema import Column, Kind

Combination: TypeAlias = tuple[str, ...]
_TABLE = 1 << 18
"""Up to so many codes, a combination is looked up in a table; beyond, codes are sorted first."""


class Cells(NamedTuple):
    """One column of the pool and of the release as codes, equal values alike."""

    pooled: IntArray
    """int64 of shape (n_pool_rows,), values 0 to `levels` - 1."""
    released: IntArray
    levels: int


@dataclass(frozen=True, eq=False)
class Reuse:
    """How many combinations each pooled person has alone, and how many of them return."""

    owned: IntArray
    """int64 of shape (n_people,), real people first."""
    returned: IntArray
    n_real: int

    @property
    def owners(self) -> BoolArray:
        """Whether a person has any combination alone; decided without looking at the release."""
        return np.asarray(self.owned > 0)

    @property
    def is_real(self) -> BoolArray:
        """Whether each person is a real one."""
        return np.arange(self.owned.size) < self.n_real

    @property
    def rates(self) -> FloatArray:
        """Share of a person's own combinations that return; 0 for people who have none."""
        return np.asarray(self.returned / np.maximum(self.owned, 1), dtype=np.float64)


class Drawn(NamedTuple):
    """Combinations that are tried, out of all there are."""

    tried: tuple[Combination, ...]
    possible: int


def draw_combinations(
    names: Sequence[str], k: int, *, at_most: int, rng: np.random.Generator
) -> Drawn:
    """Return all combinations of k names, or so many of them drawn evenly.

    Parameters
    ----------
    names
        In an order that no file decides.
    """
    possible = comb(len(names), k)
    if possible <= at_most:
        return Drawn(tuple(combinations(names, k)), possible)
    drawn: set[Combination] = set()
    while len(drawn) < at_most:
        places = np.sort(rng.choice(len(names), k, replace=False))
        drawn.add(tuple(names[i] for i in places))
    return Drawn(tuple(sorted(drawn)), possible)


def verbatim_cells(lab: Lab, column: Column) -> Cells:
    """Return a column as it stands; a missing value is one more value."""
    pooled, released = _values(lab, column)
    distinct, codes = np.unique(np.concatenate([pooled, released]), return_inverse=True)
    # NaN is one value here: numpy takes missing numbers for equal.
    own, others = np.split(codes.reshape(-1).astype(np.int64), [pooled.size])
    return Cells(own, others, distinct.size)


def binned_cells(lab: Lab, column: Column, *, bins: int) -> Cells:
    """Return a column in bins of equal weight in the pool; categories stay as they are."""
    if not is_discretised(column):
        return verbatim_cells(lab, column)
    known = lab.scale.columns[column.name]
    if known.size == 0:
        return verbatim_cells(lab, column)
    edges = np.unique(np.quantile(known, np.arange(1, bins) / bins, method="inverted_cdf"))
    pooled, released = (_bins(v, edges) for v in _values(lab, column))
    return Cells(pooled, released, edges.size + 2)


def is_discretised(column: Column) -> bool:
    """Tell whether the values of a column are numbers or dates, which bins make coarser."""
    return column.kind.is_numeric and column.kind is not Kind.ORDINAL


def count_reuse(lab: Lab, cells: Sequence[Sequence[Cells]]) -> Reuse:
    """Count what each pooled person has alone, and what of it returns, over many combinations.

    Parameters
    ----------
    cells
        Per combination the columns that it is made of.
    """
    tables = [lab.table(s) for s in (Side.REAL, Side.HOLDOUT)]
    person = pooled_people(tables)
    n_people = sum(t.n_people for t in tables)
    owned, returned = np.zeros(n_people, dtype=np.int64), np.zeros(n_people, dtype=np.int64)
    for columns in cells:
        lab.checkpoint()
        codes = _joined(columns)
        alone = _one_row_of_each(codes, person)
        present = np.zeros(codes.levels, dtype=bool)
        present[codes.released] = True
        owned += np.bincount(person[alone], minlength=n_people)
        back = alone[present[codes.pooled[alone]]]
        returned += np.bincount(person[back], minlength=n_people)
    return Reuse(owned, returned, tables[0].n_people)


def _values(lab: Lab, column: Column) -> Iterator[FloatArray]:
    """Yield the values of a column in the pool, then in the release."""
    sides = (Side.REAL, Side.HOLDOUT)
    yield np.concatenate([column_values(lab.table(s), column.name) for s in sides])
    yield column_values(lab.table(Side.SYNTHETIC), column.name)


def _bins(values: FloatArray, edges: FloatArray) -> IntArray:
    inside = np.searchsorted(edges, values, side="left") + 1
    return np.where(np.isnan(values), 0, inside).astype(np.int64)


def _joined(columns: Sequence[Cells]) -> Cells:
    """Return several columns as one, with few enough codes for a table."""
    whole = columns[0]
    for column in columns[1:]:
        if whole.levels * column.levels > np.iinfo(np.int64).max:
            whole = _renumbered(whole)
        whole = Cells(
            whole.pooled * column.levels + column.pooled,
            whole.released * column.levels + column.released,
            whole.levels * column.levels,
        )
    return whole if whole.levels <= _TABLE else _renumbered(whole)


def _renumbered(cells: Cells) -> Cells:
    """Return cells whose codes are those of the pool, and one more for all others."""
    known, pooled = np.unique(cells.pooled, return_inverse=True)
    # Sorted queries are looked up faster; which record has a code is of no interest.
    asked = np.sort(cells.released)
    place = np.searchsorted(known, asked)
    met = known[np.minimum(place, known.size - 1)] == asked
    released = np.where(met, place, known.size)
    return Cells(pooled.reshape(-1).astype(np.int64), released, known.size + 1)


def _one_row_of_each(codes: Cells, person: IntArray) -> IntArray:
    """Return one row of each combination that a single person has: int64 of shape (m,)."""
    rows = np.arange(person.size)
    # Whoever is written last stands for the combination; anybody else who has it shares it.
    last = np.empty(codes.levels, dtype=np.int64)
    last[codes.pooled] = rows
    stand_in = last[codes.pooled]
    shared = np.zeros(codes.levels, dtype=bool)
    shared[codes.pooled[person[stand_in] != person]] = True
    return np.flatnonzero((stand_in == rows) & ~shared[codes.pooled])
