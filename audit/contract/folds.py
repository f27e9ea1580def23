"""The pool dealt into folds, so that no model judges a person that it saw."""

from dataclasses import dataclass

import numpy as np

from audit.contract.arms import FloatArray, IntArray, Side, dealt, some_people
from audit.contract.lab import Lab
from audit.contract.reference import pool
from audit.data.table import Table


@dataclass(frozen=True, eq=False)
class Fold:
    """Rows of the pool, in an order that does not know who is real."""

    judged: IntArray
    """Rows of the people of this fold."""
    learnt_from: IntArray
    """Rows of all other people."""


def folds(n: int, lab: Lab) -> tuple[Fold, ...]:
    """Deal the people of the pool into n folds by the content of their rows.

    Returns
    -------
    tuple of Fold
        Positions in `pool(lab)`, sorted by content.
    """
    everybody = pool(lab)
    group = dealt(everybody, n, seed=lab.seed)[everybody.people]
    # Learners add up rows in the order they get: it must be that of the content.
    order = np.lexsort((everybody.keys[:, 1], everybody.keys[:, 0]))
    return tuple(Fold(order[group[order] == f], order[group[order] != f]) for f in range(n))


def evened(values: FloatArray, lab: Lab) -> FloatArray:
    """Return what models found for the rows of the pool, equal rows at their mean.

    Equal rows may be dealt into different folds and judged by different models; that must not
    tell one from the other.

    Parameters
    ----------
    values
        float64 of shape (n, p), a row for each of `pool(lab)`.
    """
    group = np.unique(pool(lab).keys, axis=0, return_inverse=True)[1].reshape(-1)
    size = np.bincount(group)
    means = [np.bincount(group, column) / size for column in values.T]
    return np.column_stack(means)[group]


def thinned(table: Table, rows: IntArray, at_most: int, lab: Lab) -> IntArray:
    """Return rows of some people out of the given rows, chosen by content, about so many."""
    if rows.size <= at_most:
        return rows
    part = table.take(rows)
    people = max(1, at_most * part.n_people // part.n_rows)
    return rows[some_people(Side.REAL, part, people, seed=lab.seed).rows]
