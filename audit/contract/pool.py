"""Real and holdout rows as one table, in an order that does not know which is which."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audit.contract.arms import BoolArray, FloatArray, IntArray, Side
from audit.contract.lab import Lab
from audit.contract.rows import as_words
from audit.facts.schema import Column
from audit.space.encode import Encoding
from audit.space.neighbours.search import nearest
from audit.space.points import Points


@dataclass(frozen=True, eq=False)
class NearestPooled:
    """The pooled rows nearest to each synthetic record."""

    distances: FloatArray
    """float64 of shape (n_synthetic,)."""
    group: IntArray
    """Group of equal pooled rows that is nearest, int64 of shape (n_synthetic,)."""
    members: IntArray
    """Pooled rows sorted by group, real rows first in numbering, int64 of shape (n_pool,)."""
    starts: IntArray
    """Where each group starts in `members`."""
    person: IntArray
    """Person of each pooled row: real people first, then holdout people."""
    n_real: int
    n_people: int

    def weights(self, among: BoolArray | None = None) -> FloatArray:
        """Return the share of synthetic records whose nearest person is this one.

        Parameters
        ----------
        among
            Which synthetic records count, bool of shape (n_synthetic,); all if None.

        Returns
        -------
        FloatArray
            float64 of shape (n_people,), sums to 1. Equal rows share a record evenly, whoever
            they belong to: a tie never goes to the holdout, nor to the real people.
        """
        group = self.group if among is None else self.group[among]
        size = np.diff(self.starts)
        hits = np.bincount(group, minlength=size.size) / (size * group.size)
        per_row = np.repeat(hits, size)
        carried = np.bincount(self.person[self.members], per_row, minlength=self.n_people)
        return carried.astype(np.float64)

    @property
    def is_real(self) -> BoolArray:
        """Whether each person is a real one."""
        return np.arange(self.n_people) < self.n_real


def nearest_pooled(lab: Lab, columns: Sequence[Column], encoding: Encoding) -> NearestPooled:
    """Search the nearest real or holdout row of every synthetic record."""
    key = ("pooled", tuple(c.name for c in columns), encoding)
    return lab.keep(key, lambda: _search(lab, columns, encoding))


def _search(lab: Lab, columns: Sequence[Column], encoding: Encoding) -> NearestPooled:
    tables = [lab.table(s) for s in (Side.REAL, Side.HOLDOUT)]
    keys = np.concatenate([t.keys for t in tables])
    # Equal rows have equal keys; the order of the distinct ones is that of their content.
    distinct, group_of_row = np.unique(as_words(keys), return_inverse=True)
    members = np.argsort(group_of_row, kind="stable").astype(np.int64)
    starts = np.searchsorted(group_of_row[members], np.arange(distinct.size + 1)).astype(np.int64)
    both = [lab.points(s, columns, encoding) for s in (Side.REAL, Side.HOLDOUT)]
    rows = _stack(both).take(members[starts[:-1]])
    found = nearest(lab.points(Side.SYNTHETIC, columns, encoding), rows, memory=lab.memory)
    person = np.concatenate([tables[0].people, tables[1].people + tables[0].n_people])
    return NearestPooled(
        distances=found.distances[:, 0],
        group=found.indices[:, 0],
        members=members,
        starts=starts,
        person=person,
        n_real=tables[0].n_people,
        n_people=tables[0].n_people + tables[1].n_people,
    )


def _stack(parts: Sequence[Points]) -> Points:
    first = parts[0]
    return Points(
        np.concatenate([p.numbers for p in parts]),
        np.concatenate([p.codes for p in parts]),
        first.weights,
        first.metric,
        first.divisor,
    )
