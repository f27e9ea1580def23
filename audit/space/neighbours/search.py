"""Exact nearest neighbours of mixed rows: the one function that everybody calls.

Equal rows are grouped first. A query that equals a reference row has its answer at distance 0
without any search, which makes a table full of copies the cheapest case instead of the worst;
the others are searched among distinct rows only, which keeps masses of equal rows from filling
every list of candidates.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from audit.space.neighbours.answer import Neighbours, Owners
from audit.space.neighbours.certify import certified
from audit.space.neighbours.flat import BUCKETS, Index, build_flat
from audit.space.neighbours.groups import Groups, apart, group_equal
from audit.space.neighbours.kernel import level, nearest_by_kernel
from audit.space.neighbours.leaves import build_leaves
from audit.space.points import Metric, Points

_LARGEST_BATCH = 16_384
_SMALLEST_BATCH = 256
_PRUNING_PAYS = {Metric.L1: 20_000_000, Metric.L2: 1_000_000_000}
"""Pairs of rows from which cutting the reference into leaves costs less than it saves."""


_SMALLEST_BLOCK = 65_536
"""Rows of the reference that are indexed together however small the budget is."""


def _no_pause() -> None:
    """Stand in where nobody watches the clock."""


class Budget(NamedTuple):
    """What a search may use."""

    memory: int
    """Bytes for the work arrays."""
    pause: Callable[[], None]
    """Called between batches; may raise."""


def nearest(
    queries: Points,
    among: Points,
    *,
    k: int = 1,
    owners: Owners | None = None,
    memory: int = 1 << 30,
    pause: Callable[[], None] = _no_pause,
) -> Neighbours:
    """Return the k nearest rows of `among` for every query, exactly.

    Of rows at the same distance the lower one comes first; a row that equals the query comes before
    any whose distance is 0 only because its difference is too small for a float.

    Parameters
    ----------
    queries, among
        Points of the same encoding and columns.
    k
        At most the number of rows that may be returned.
    owners
        Whose rows they are, where queries stand among the rows themselves: nobody is their own
        neighbour (leave-one-out).
    memory
        Budget in bytes for the work arrays; a smaller one is slower and gives the same answer.
    pause
        Called between batches, to look at a clock; may raise.

    Raises
    ------
    ValueError
        If fewer than k rows may be returned for some query.
    """
    allowed = len(among) - _most_own_rows(owners)
    if not 0 <= k <= allowed:
        raise ValueError(f"{k} neighbours were asked for among {allowed} rows")
    if len(queries) == 0 or k == 0:
        empty = np.zeros((len(queries), k))
        return Neighbours(empty, empty.astype(np.int64))
    budget = Budget(memory, pause)
    if k == 1:
        return _nearest_one(queries, among, owners=owners, budget=budget)
    if owners is not None:
        return _search(queries, among, k=k, owners=owners, budget=budget)
    return _nearest_many(queries, among, k=k, budget=budget)


def _most_own_rows(owners: Owners | None) -> int:
    if owners is None or owners.among.size == 0 or owners.queries.size == 0:
        return 0
    rows = np.bincount(owners.among, minlength=int(owners.queries.max()) + 1)
    return int(rows[owners.queries].max())


def _search(
    queries: Points, among: Points, *, k: int, owners: Owners | None, budget: Budget
) -> Neighbours:
    """Search block after block of the reference, as large as the budget allows."""
    largest = max(budget.memory // (2 * _bytes_per_row(among)), _SMALLEST_BLOCK, 2 * k)
    # Blocks of about equal size: none has fewer than k rows.
    n_blocks = -(-len(among) // largest)
    best: Neighbours | None = None
    for rows in np.array_split(np.arange(len(among)), n_blocks):
        part = among if n_blocks == 1 else among.take(rows)
        whose = None if owners is None else Owners(owners.queries, owners.among[rows])
        found = _search_block(queries, part, k=k, owners=whose, budget=budget)
        moved = Neighbours(found.distances, found.indices + rows[0])
        best = moved if best is None else _merged(best, moved, k)
    assert best is not None
    return best


def _search_block(
    queries: Points, among: Points, *, k: int, owners: Owners | None, budget: Budget
) -> Neighbours:
    if level():
        return nearest_by_kernel(queries, among, k=k, owners=owners, pause=budget.pause)
    index, batch = _index(among, queries), _batch(queries, k, budget.memory)
    pause = budget.pause
    return certified(queries, among, index=index, k=k, owners=owners, batch=batch, pause=pause)


def _merged(one: Neighbours, other: Neighbours, k: int) -> Neighbours:
    """Return the k nearest of both; all rows of `other` come after those of `one`."""
    distances = np.concatenate([one.distances, other.distances], axis=1)
    indices = np.concatenate([one.indices, other.indices], axis=1)
    # Stable: of equal distances the earlier block, and in it the lower row, comes first.
    order = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return Neighbours(
        np.take_along_axis(distances, order, axis=1), np.take_along_axis(indices, order, axis=1)
    )


def _bytes_per_row(points: Points) -> int:
    p, q = points.numbers.shape[1], points.codes.shape[1]
    return int(13 * p + 9 * q if level() else 4 * (p + BUCKETS * q)) + 64


def _batch(points: Points, k: int, memory: int) -> int:
    # Dense image, candidates and their float64 measurements for each query.
    per_query = 4 * 80 * (points.codes.shape[1] + 1) + 64 * (k + 8)
    return int(np.clip(memory // (8 * per_query), _SMALLEST_BATCH, _LARGEST_BATCH))


def _index(reference: Points, queries: Points) -> Index:
    pairs = len(reference) * len(queries)
    if pairs >= _PRUNING_PAYS[reference.metric]:
        return build_leaves(reference, queries)
    return build_flat(reference, queries)


def _nearest_one(
    queries: Points, among: Points, *, owners: Owners | None, budget: Budget
) -> Neighbours:
    groups = group_equal(among, queries)
    equal = apart(groups, owners)
    distances, ids = np.zeros((len(queries), 1)), equal[:, None].copy()
    rest = np.flatnonzero(equal < 0)
    if rest.size == 0:
        return Neighbours(distances, ids)
    asked = queries.take(rest)
    whose, rows = None, groups.firsts
    if owners is not None:
        # The first row of each group, and for its owner the first row of anybody else.
        second = groups.owners(owners.among).second_row
        rows = np.sort(np.concatenate([rows, second[second >= 0]]))
        whose = Owners(owners.queries[rest], owners.among[rows])
    found = _search(asked, among.take(rows), k=1, owners=whose, budget=budget)
    distances[rest], ids[rest, 0] = found.distances, rows[found.indices[:, 0]]
    return Neighbours(distances, ids)


def _nearest_many(queries: Points, among: Points, *, k: int, budget: Budget) -> Neighbours:
    groups = group_equal(among, queries)
    # The k nearest rows lie in the k nearest groups: within a tie, the rows that come first
    # include the first row of every group they belong to.
    wanted = min(k, groups.firsts.size)
    found = _search(queries, among.take(groups.firsts), k=wanted, owners=None, budget=budget)
    if groups.firsts.size == len(among):
        return found
    distances, ids = np.empty((len(queries), k)), np.empty((len(queries), k), dtype=np.int64)
    step = max(1, budget.memory // (64 * k * k))
    for start in range(0, len(queries), step):
        part = slice(start, start + step)
        distances[part], ids[part] = _expanded(
            Neighbours(found.distances[part], found.indices[part]), groups, k
        )
    return Neighbours(distances, ids)


def _expanded(found: Neighbours, groups: Groups, k: int) -> Neighbours:
    """Return the k nearest rows out of the nearest groups."""
    n, wanted = found.indices.shape
    group = found.indices.ravel()
    size = np.minimum(np.diff(groups.starts)[group], k)
    place = np.repeat(np.arange(group.size), size)
    turn = np.arange(place.size) - np.repeat(np.cumsum(size) - size, size)
    rows = groups.members[groups.starts[group[place]] + turn]
    query, gaps = place // wanted, found.distances.ravel()[place]
    order = np.lexsort((rows, gaps, query))
    first = np.searchsorted(query[order], np.arange(n))
    taken = order[first[:, None] + np.arange(k)]
    return Neighbours(gaps[taken], rows[taken])
