"""From proposals to certain answers.

Candidates are measured in float64. A query is *certified* when its k-th nearest candidate lies
nearer than every row that was left out can lie; otherwise it is searched again with more
candidates, in the end with all of them. So no answer depends on the engine that proposed,
on the batch size or on the number of threads. Ties go to the row that comes first, and tables
are in canonical order, so they go by row content.
"""

from collections.abc import Callable

import numpy as np

from audit.space.neighbours.answer import Neighbours, Owners
from audit.space.neighbours.flat import Candidates, Index
from audit.space.points import FloatArray, IntArray, Points, measure

_FIRST_EXTRA = 6
_GROWTH = 8


def certified(
    queries: Points,
    among: Points,
    *,
    index: Index,
    k: int,
    owners: Owners | None,
    batch: int,
    pause: Callable[[], None],
) -> Neighbours:
    """Return the k nearest rows of `among` for every query.

    Parameters
    ----------
    index
        Built on `among`.
    owners
        Rows of `among` that belong to whom a query belongs are not returned for it.
    batch
        Largest number of queries in one search; changes memory and time, never the answer.
    pause
        Called before each search; may raise.
    """
    n = len(queries)
    distances, ids = np.full((n, k), np.inf), np.full((n, k), -1, dtype=np.int64)
    open_rows = np.arange(n)
    needed = k + (owners is not None)
    m = k + _FIRST_EXTRA
    while open_rows.size:
        width = max(1, batch * (k + _FIRST_EXTRA) // m)
        still_open = []
        for start in range(0, open_rows.size, width):
            pause()
            rows = open_rows[start : start + width]
            whose = None if owners is None else owners.take(rows)
            found = index.propose(queries.take(rows), m, nearest=needed)
            sure, d, i = _attempt(queries.take(rows), among, found=found, k=k, owners=whose)
            if m >= index.size:
                sure[:] = True
            distances[rows[sure]], ids[rows[sure]] = d[sure], i[sure]
            still_open.append(rows[~sure])
        open_rows = np.concatenate(still_open)
        m *= _GROWTH
        # What was uncertain is tried with all that could be promising.
        needed = m
    return Neighbours(distances, ids)


def _attempt(
    queries: Points, among: Points, *, found: Candidates, k: int, owners: Owners | None
) -> tuple[np.ndarray, FloatArray, IntArray]:
    exact = measure(queries, among, found.ids)
    exact[found.ids < 0] = np.inf
    if owners is not None:
        exact[owners.among[found.ids] == owners.queries[:, None]] = np.inf
    order = np.lexsort((found.ids, exact), axis=1)[:, :k]
    distances = np.take_along_axis(exact, order, axis=1)
    # Strictly nearer: a row at the same distance may come first in canonical order.
    sure = distances[:, -1] < found.floor
    return sure, distances, np.take_along_axis(found.ids, order, axis=1)
