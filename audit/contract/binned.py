"""Records as categories: numbers in twenty equal parts of the pool's range."""

import numpy as np

from audit.contract.lab import Lab
from audit.data.table import Table
from audit.space.encode import Scaling
from audit.space.points import IntArray, Metric, Points

BINS = 20


def binned_points(table: Table, lab: Lab) -> Points:
    """Return a table as categories, so that a distance counts the columns that differ.

    What lies outside the range of real and holdout people falls in the parts next to it; a missing
    value is a category of its own.
    """
    names = sorted(c.name for c in lab.schema.comparable())
    columns = [table.codes[n] if n in table.codes else _bins(n, table, lab) for n in names]
    return Points(
        numbers=np.zeros((table.n_rows, 0)),
        codes=np.ascontiguousarray(np.column_stack(columns).astype(np.int64)),
        weights=np.ones(len(names)),
        metric=Metric.L1,
        divisor=1.0,
    )


def _bins(name: str, table: Table, lab: Lab) -> IntArray:
    share = lab.scale.apply(name, table.numbers[name], Scaling.MINMAX)
    # The largest number of the pool belongs to the last part, what is larger does not.
    place = np.where(share == 1, BINS - 1, np.floor(share * BINS))
    return np.where(np.isnan(share), -2, np.clip(place, -1, BINS)).astype(np.int64)
