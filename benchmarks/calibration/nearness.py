"""Who is near whom: what SMOTE interpolates, and who is remote from everybody."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from audit.data.release import Release
from audit.data.table import Table

NEIGHBOURS = 5


def nearest_others(table: Table) -> NDArray[np.int64]:
    """Return the nearest five other rows of each row, shape (n, 5)."""
    gaps = _gaps([table])
    np.fill_diagonal(gaps, np.inf)
    return np.argsort(gaps, axis=1, kind="stable")[:, :NEIGHBOURS]


def remoteness(release: Release) -> NDArray[np.float64]:
    """Return the mean distance of each real row from the nearest five of the pool, shape (n,).

    Real and holdout people are looked at alike, so who is remote does not tell who is a member.
    """
    tables = [t for t in (release.real, release.holdout) if t is not None]
    gaps = _gaps(tables)
    np.fill_diagonal(gaps, np.inf)
    nearest = np.sort(gaps, axis=1)[:, :NEIGHBOURS]
    return np.asarray(nearest.mean(axis=1)[: release.real.n_rows])


def _gaps(tables: Sequence[Table]) -> NDArray[np.float64]:
    """Return the Gower-like distance of all rows: a standard deviation, or another category."""
    first = tables[0]
    n = sum(t.n_rows for t in tables)
    total = np.zeros((n, n))
    for column in first.schema.comparable():
        if column.name in first.numbers:
            values = np.concatenate([t.numbers[column.name] for t in tables])
            # A missing value lies in the middle of the others.
            values = np.where(np.isnan(values), np.nanmedian(values), values)
            total += np.abs(values[:, None] - values) / max(float(values.std()), 1e-12)
        else:
            levels = np.concatenate([t.codes[column.name] for t in tables])
            total += levels[:, None] != levels
    return total
