"""What the synthetic records that agree with a person in known columns say of a secret.

Records are counted, not compared: equal words, equal combinations of values, and one sort counts a
whole table. The records that miss a person in r columns and no less are counted the same way, once
for each set of columns that may differ: nobody agrees with a person in two different sets of
columns of the same size without agreeing in more columns, so the sets part the nearest records.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import combinations
from math import comb
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from audit.contract.arms import BoolArray, FloatArray, IntArray, Side
from audit.contract.cells import cell_words
from audit.contract.combinations import is_discretised
from audit.contract.lab import Lab
from audit.contract.predicates import column_values
from audit.facts.schema import Column

Words: TypeAlias = NDArray[np.uint64]
SIDES = (Side.REAL, Side.HOLDOUT, Side.SYNTHETIC)
BINS = 20
_CELLS = 1 << 22
"""So many counts of people times levels are held at a time."""


@dataclass(frozen=True, eq=False)
class Attribution:
    """One secret and the columns that are known, in all tables."""

    keys: Mapping[Side, Words]
    """A word for each known cell, uint64 of shape (n_known, n_rows)."""
    secret: Mapping[Side, IntArray]
    """Level of the secret, int64 of shape (n_rows,), 0 to `levels` - 1; missing is a level."""
    levels: int
    missing: Mapping[Side, BoolArray]
    """Whether the secret or a known value is missing, bool of shape (n_rows,)."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What the nearest synthetic records say of each row that was asked about, shape (n,)."""

    total: IntArray
    """How many records agree with the row in as many known columns as any; 0 beyond the reach."""
    right: IntArray
    """How many of them have the row's own secret."""
    commonest: IntArray
    """The level that most of them have; -1 where nobody answers."""
    apart: IntArray
    """In how many known columns they differ; 0 for an equal key, -1 beyond the reach."""
    most: IntArray
    """How many records have the commonest level."""

    @property
    def matched(self) -> BoolArray:
        """Whether a synthetic record has the very same key."""
        return np.asarray(self.apart == 0)

    @property
    def share(self) -> FloatArray:
        """Correct attribution probability, generalised: 0 where nobody answers."""
        return np.asarray(self.right / np.maximum(self.total, 1), dtype=np.float64)

    @property
    def unanimous(self) -> BoolArray:
        """Whether all records of the very same key share one secret."""
        return np.asarray((self.apart == 0) & (self.most == self.total))


class _Table(NamedTuple):
    """Synthetic records by key and secret."""

    keys: Words
    """Distinct keys, ascending."""
    first: IntArray
    """Where the cells of each key start, shape (n_keys + 1,)."""
    level: IntArray
    records: IntArray
    """How many records each cell has, shape (n_cells,); so has `level`."""


def attribution_of(
    lab: Lab, secret: Column, known: Sequence[Column], *, distinct: int
) -> Attribution:
    """Return a secret and known columns of all tables as words and levels.

    Parameters
    ----------
    distinct
        A number with more different values than this, among real and holdout people, is cut into
        20 parts of equal weight; with fewer each value stands for itself.
    """
    _, level = np.unique(_words(lab, distinct)[secret.name], return_inverse=True)
    parts = np.split(level.reshape(-1).astype(np.int64), _cuts(lab))
    return Attribution(
        keys=key_words(lab, known, distinct=distinct),
        secret=dict(zip(SIDES, parts, strict=True)),
        levels=int(level.max()) + 1,
        missing={s: _any_missing(lab, s, [secret, *known]) for s in SIDES},
    )


def key_words(lab: Lab, known: Sequence[Column], *, distinct: int) -> Mapping[Side, Words]:
    """Return a word for each known cell of all tables: uint64 of shape (n_known, n_rows)."""
    words = _words(lab, distinct)
    stacked = np.stack([words[c.name] for c in sorted(known, key=lambda c: c.name)])
    return dict(zip(SIDES, np.split(stacked, _cuts(lab), axis=1), strict=True))


def reach(n_known: int, subsets: int) -> int:
    """Return in how many columns records may differ when so many sets of columns are tried."""
    tried = 0
    for r in range(n_known + 1):
        tried += comb(n_known, r)
        if tried > subsets:
            return max(r - 1, 0)
    return n_known


def answers(asked: Attribution, side: Side, *, within: int, lab: Lab) -> Answers:
    """Return what the nearest synthetic records say of every row of a table.

    Parameters
    ----------
    within
        In how many known columns the nearest records may differ; 0: equal keys only.

    References
    ----------
    Taub, Elliot, Pampaka, Smith (2018): correct attribution probability. SDMetrics documentation:
    generalised to the nearest records by Hamming distance.
    """
    n = asked.secret[side].size
    step = max(1, _CELLS // asked.levels)
    tables = _Tables(asked, {})
    parts = []
    for at in range(0, n, step):
        lab.checkpoint()
        rows = np.arange(at, min(at + step, n))
        keys, truth = asked.keys[side][:, rows], asked.secret[side][rows]
        parts.append(_answered(tables, keys, truth, within=within))
    names = [f.name for f in fields(Answers)]
    return Answers(**{f: np.concatenate([getattr(p, f) for p in parts]) for f in names})


def class_sizes(words: Words, asked: Words) -> IntArray:
    """Return how many of the words equal each one that is asked about: int64 of shape (n,)."""
    known, count = np.unique(words, return_counts=True)
    place = np.minimum(np.searchsorted(known, asked), known.size - 1)
    return np.where(known[place] == asked, count[place], 0)


def combined(keys: Words) -> Words:
    """Return one word for each row's known cells together: uint64 of shape (n_rows,)."""
    return np.asarray(keys.sum(axis=0, dtype=np.uint64))


def _cuts(lab: Lab) -> IntArray:
    return np.cumsum([lab.table(s).n_rows for s in SIDES])[:-1]


def _words(lab: Lab, distinct: int) -> Mapping[str, Words]:
    """Return words of all comparable columns, tables one below the other."""

    def make() -> dict[str, Words]:
        tables = [lab.table(s) for s in SIDES]
        plain, cut = (cell_words(tables, lab, bins=bins) for bins in (0, BINS))
        columns = sorted(lab.schema.comparable(), key=lambda c: c.name)
        return {
            c.name: cut[i] if _is_cut(lab, c, distinct) else plain[i] for i, c in enumerate(columns)
        }

    return lab.keep(("attribution", distinct), make)


def _is_cut(lab: Lab, column: Column, distinct: int) -> bool:
    return is_discretised(column) and np.unique(lab.scale.columns[column.name]).size > distinct


def _any_missing(lab: Lab, side: Side, columns: Sequence[Column]) -> BoolArray:
    table = lab.table(side)
    gaps = [np.isnan(column_values(table, c.name)) for c in columns]
    return np.asarray(np.logical_or.reduce(gaps), dtype=np.bool_)


def _answered(tables: "_Tables", keys: Words, truth: IntArray, *, within: int) -> Answers:
    apart = np.full(truth.size, -1, dtype=np.int64)
    counts = np.zeros((truth.size, tables.asked.levels), dtype=np.int64)
    left = np.arange(truth.size)
    for r in range(within + 1):
        if left.size == 0:
            break
        for columns in combinations(range(len(keys)), len(keys) - r):
            cells = _found(tables.over(columns), combined(keys[list(columns)][:, left]))
            # Within one set of columns nobody meets a cell twice.
            counts[left[cells.row], cells.level] += cells.records
            apart[left[cells.row]] = r
        left = left[apart[left] < 0]
    total = counts.sum(axis=1)
    return Answers(
        total=total,
        right=counts[np.arange(truth.size), truth],
        commonest=np.where(total > 0, counts.argmax(axis=1), -1),
        apart=apart,
        most=counts.max(axis=1),
    )


@dataclass(frozen=True, eq=False)
class _Tables:
    """Counts of synthetic records over sets of the known columns, each made once."""

    asked: Attribution
    made: dict[tuple[int, ...], _Table]

    def over(self, columns: tuple[int, ...]) -> _Table:
        """Count by key over some of the known columns, and by secret."""
        if columns not in self.made:
            self.made[columns] = _table(self.asked, columns)
        return self.made[columns]


def _table(asked: Attribution, columns: tuple[int, ...]) -> _Table:
    words = combined(asked.keys[Side.SYNTHETIC][list(columns)])
    keys, group = np.unique(words, return_inverse=True)
    cell = group.reshape(-1) * asked.levels + asked.secret[Side.SYNTHETIC]
    cells, count = np.unique(cell, return_counts=True)
    first = np.searchsorted(cells, np.arange(keys.size + 1) * asked.levels)
    return _Table(keys, first, cells % asked.levels, count)


def _found(table: _Table, asked: Words) -> "_Cells":
    """Return all cells of the key of each row that is asked about."""
    place = np.minimum(np.searchsorted(table.keys, asked), table.keys.size - 1)
    known = np.flatnonzero(table.keys[place] == asked)
    start = table.first[place[known]]
    length = table.first[place[known] + 1] - start
    # The cells of one key stand side by side.
    step = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    cell = np.repeat(start, length) + step
    return _Cells(np.repeat(known, length), table.level[cell], table.records[cell])


class _Cells(NamedTuple):
    """Cells that were met, one entry for each row and level, shape (n_met,)."""

    row: IntArray
    level: IntArray
    records: IntArray
