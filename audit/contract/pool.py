"""Real and holdout rows as one table, in an order that does not know which is which."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from audit.contract.arms import BoolArray, FloatArray, IntArray, Side
from audit.contract.lab import Lab
from audit.contract.rows import as_words
from audit.contract.sample_sizes import sample_sizes
from audit.contract.second import beyond
from audit.contract.ties import TiedGroups, tied_groups
from audit.facts.schema import Column
from audit.space.encode import RANK, Encoding
from audit.space.neighbours.answer import Neighbours, Owners
from audit.space.points import Points


@dataclass(frozen=True, eq=False)
class Pool:
    """Pooled rows by content; equal ones in a drawn order, so no row's place tells its side."""

    stacked: IntArray
    """Position of each row among the real rows followed by the holdout rows."""
    person: IntArray
    """Person of each row: real people first, then holdout people."""
    starts: IntArray
    """Where each group of equal rows starts, and the number of rows."""
    n_real: int
    """Number of real people."""
    n_people: int

    @property
    def is_real(self) -> BoolArray:
        """Whether each person is a real one."""
        return np.arange(self.n_people) < self.n_real

    @property
    def firsts(self) -> IntArray:
        """One row of each group."""
        return self.starts[:-1]

    def any_of(self, values: FloatArray) -> FloatArray:
        """Return the largest value over the rows of each person, shape (n_people,)."""
        largest = np.full(self.n_people, -np.inf)
        np.maximum.at(largest, self.person, values)
        return largest


@dataclass(frozen=True, eq=False)
class NearestPooled:
    """The pooled people nearest to each synthetic record."""

    distances: FloatArray
    """To the nearest pooled row, float64 of shape (n_synthetic,)."""
    second: FloatArray
    """To the nearest row of a second person, inf where there is none."""
    near: Neighbours
    """Nearest groups of equal rows, shape (n_synthetic, k)."""
    tied: TiedGroups
    """All groups at the smallest distance."""
    pool: Pool

    def weights(self, among: BoolArray | None = None) -> FloatArray:
        """Return the share of synthetic records whose nearest person is this one.

        Parameters
        ----------
        among
            Which synthetic records count, bool of shape (n_synthetic,); all if None.

        Returns
        -------
        FloatArray
            float64 of shape (n_people,), sums to 1. Groups of rows at the same distance share a
            record evenly, and so do equal rows, whoever they belong to: a tie never goes to the
            holdout, nor to the real people.
        """
        n = self.distances.size if among is None else int(among.sum())
        part = self.tied.part if among is None else self.tied.part * among[self.tied.query]
        size = np.diff(self.pool.starts)
        hits = np.bincount(self.tied.group, part, minlength=size.size) / (size * n)
        carried = np.bincount(self.pool.person, np.repeat(hits, size), minlength=self.pool.n_people)
        return carried.astype(np.float64)

    @property
    def is_real(self) -> BoolArray:
        """Whether each person is a real one."""
        return self.pool.is_real

    @property
    def n_people(self) -> int:
        """People in the pool."""
        return self.pool.n_people


def whole_pool(lab: Lab) -> Pool:
    """Return all real and holdout rows."""

    def make() -> Pool:
        n_rows = [lab.table(s).n_rows for s in (Side.REAL, Side.HOLDOUT)]
        return pool_of(lab, real=np.arange(n_rows[0]), holdout=np.arange(n_rows[1]))

    return lab.keep("pool", make)


def pool_of(lab: Lab, *, real: IntArray, holdout: IntArray) -> Pool:
    """Return some rows of both sides; every row of a person, or one of each, is up to the caller.

    Parameters
    ----------
    real, holdout
        Positions in the two tables, chosen without comparing the two sides.
    """
    sides = (Side.REAL, Side.HOLDOUT)
    tables = [lab.table(s) for s in sides]
    keys = np.concatenate([t.keys[r] for t, r in zip(tables, (real, holdout), strict=True)])
    people = [
        np.unique(t.people[r], return_inverse=True)[1]
        for t, r in zip(tables, (real, holdout), strict=True)
    ]
    n_real, n_holdout = (int(p.max()) + 1 for p in people)
    person = np.concatenate([people[0], people[1] + n_real]).astype(np.int64)
    stacked = np.concatenate([real, holdout + tables[0].n_rows])
    lots = np.random.default_rng([lab.seed, crc32(b"pool")]).random(stacked.size)
    # Equal rows have equal keys; the order of the distinct ones is that of their content.
    group = np.unique(as_words(keys), return_inverse=True)[1].reshape(-1)
    order = np.lexsort((lots, group))
    starts = np.searchsorted(group[order], np.arange(int(group.max()) + 2)).astype(np.int64)
    return Pool(stacked[order], person[order], starts, n_real, n_real + n_holdout)


def pool_points(
    lab: Lab, columns: Sequence[Column], encoding: Encoding, pool: Pool | None = None
) -> Points:
    """Return the rows of a pool, all of them if None, as points."""
    both = [lab.points(s, columns, encoding) for s in (Side.REAL, Side.HOLDOUT)]
    return stacked_points(both).take((pool or whole_pool(lab)).stacked)


def stacked_points(parts: Sequence[Points]) -> Points:
    """Return the rows of several tables under one encoding, one after the other."""
    first = parts[0]
    return Points(
        np.concatenate([p.numbers for p in parts]),
        np.concatenate([p.codes for p in parts]),
        first.weights,
        first.metric,
        first.divisor,
    )


def nearest_pooled(lab: Lab, columns: Sequence[Column], encoding: Encoding) -> NearestPooled:
    """Search the nearest real or holdout people of every synthetic record."""
    key = ("pooled", tuple(c.name for c in columns), encoding)
    return lab.keep(key, lambda: _search(lab, columns, encoding))


def _search(lab: Lab, columns: Sequence[Column], encoding: Encoding) -> NearestPooled:
    pool = whole_pool(lab)
    rows = pool_points(lab, columns, encoding)
    released = lab.points(Side.SYNTHETIC, columns, encoding)
    found = near_groups(lab, released, rows, pool, k=_depth(lab, encoding))
    tied = tied_groups(found, lambda of, k: near_groups(lab, released.take(of), rows, pool, k=k))
    return NearestPooled(
        distances=found.distances[:, 0],
        second=_second(lab, released, rows, pool, found=found),
        near=found,
        tied=tied,
        pool=pool,
    )


def near_groups(lab: Lab, queries: Points, rows: Points, pool: Pool, *, k: int) -> Neighbours:
    """Return the nearest groups of equal pooled rows of every query, at most k of them."""
    distinct = rows.take(pool.firsts)
    return lab.search(queries, distinct, k=min(k, len(distinct)))


def _second(
    lab: Lab, queries: Points, rows: Points, pool: Pool, *, found: Neighbours
) -> FloatArray:
    """Return the distance to a second person: an equal row counts if it is another person's."""
    sole = sole_owners(pool)
    first = sole[found.indices[:, 0]]
    second: FloatArray = found.distances[:, 0].copy()
    alone = first >= 0
    if found.indices.shape[1] > 1:
        apart = alone & (sole[found.indices[:, 1]] != first)
        second[apart] = found.distances[apart, 1]
        alone &= ~apart
    rest = np.flatnonzero(alone)
    second[rest] = beyond(lab, queries.take(rest), rows, owner=first[rest], person=pool.person)
    return second


def sole_owners(pool: Pool) -> IntArray:
    """Return the person who owns all rows of a group, or -1; int64 of shape (n_groups,)."""
    low = np.minimum.reduceat(pool.person, pool.firsts)
    high = np.maximum.reduceat(pool.person, pool.firsts)
    return np.where(low == high, low, -1)


def nearest_others(lab: Lab, encoding: Encoding) -> Neighbours:
    """Return the pooled rows of other people that are nearest to each pooled row.

    Returns
    -------
    Neighbours
        Rows in the order of `whole_pool`; shape (n_rows, k), k at least 1.
    """
    return lab.keep(("pool others", encoding), lambda: _others(lab, encoding))


def _others(lab: Lab, encoding: Encoding) -> Neighbours:
    pool = whole_pool(lab)
    deep = _depth(lab, encoding)
    rows = pool_points(lab, lab.schema.comparable(), encoding)
    return near_others(lab, rows, pool, k=1 if deep == 2 else deep)


def near_others(lab: Lab, rows: Points, pool: Pool, *, k: int) -> Neighbours:
    """Return the nearest rows of other people of every row of a pool, at most k of them."""
    allowed = len(rows) - int(np.bincount(pool.person).max())
    owners = Owners(pool.person, pool.person)
    return lab.search(rows, rows, k=min(k, allowed), owners=owners)


def _depth(lab: Lab, encoding: Encoding) -> int:
    """Return how many neighbours are kept: enough for relabelling, where that will be asked."""
    sizes = sample_sizes(lab)
    return sizes.depth if encoding == RANK and sizes.takes_all else 2
