"""Exact nearest neighbours of mixed rows: the one function that everybody calls.

Equal rows are grouped first. A query that equals a reference row has its answer at distance 0
without any search, which makes a table full of copies the cheapest case instead of the worst;
the others are searched among distinct rows only, which keeps masses of equal rows from filling
every list of candidates.
"""

import numpy as np

from audit.space.neighbours.answer import Neighbours, Owners
from audit.space.neighbours.certify import certified
from audit.space.neighbours.flat import Index, build_flat
from audit.space.neighbours.groups import Groups, apart, group_equal
from audit.space.neighbours.leaves import build_leaves
from audit.space.points import Metric, Points

_LARGEST_BATCH = 16_384
_SMALLEST_BATCH = 256
_PRUNING_PAYS = {Metric.L1: 20_000_000, Metric.L2: 1_000_000_000}
"""Pairs of rows from which cutting the reference into leaves costs less than it saves."""


def nearest(
    queries: Points,
    among: Points,
    *,
    k: int = 1,
    owners: Owners | None = None,
    memory: int = 1 << 30,
) -> Neighbours:
    """Return the k nearest rows of `among` for every query, exactly.

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

    Raises
    ------
    ValueError
        If fewer than k rows may be returned for some query.
    """
    allowed = len(among) - _most_own_rows(owners)
    if k > allowed:
        raise ValueError(f"{k} neighbours were asked for among {allowed} rows")
    if len(queries) == 0:
        return Neighbours(np.zeros((0, k)), np.zeros((0, k), dtype=np.int64))
    if k == 1:
        return _nearest_one(queries, among, owners=owners, memory=memory)
    if owners is not None:
        return _search(queries, among, k=k, owners=owners, memory=memory)
    return _nearest_many(queries, among, k=k, memory=memory)


def _most_own_rows(owners: Owners | None) -> int:
    if owners is None or owners.among.size == 0 or owners.queries.size == 0:
        return 0
    rows = np.bincount(owners.among, minlength=int(owners.queries.max()) + 1)
    return int(rows[owners.queries].max())


def _search(
    queries: Points, among: Points, *, k: int, owners: Owners | None, memory: int
) -> Neighbours:
    index, batch = _index(among, queries), _batch(queries, k, memory)
    return certified(queries, among, index=index, k=k, owners=owners, batch=batch)


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
    queries: Points, among: Points, *, owners: Owners | None, memory: int
) -> Neighbours:
    groups = group_equal(among, queries)
    equal = apart(groups, owners)
    distances, ids = np.zeros((len(queries), 1)), equal[:, None].copy()
    rest = np.flatnonzero(equal < 0)
    if rest.size == 0:
        return Neighbours(distances, ids)
    asked, distinct = queries.take(rest), among.take(groups.firsts)
    if owners is None:
        found = _search(asked, distinct, k=1, owners=None, memory=memory)
        rows = groups.firsts[found.indices[:, 0]]
    else:
        # Groups that belong to the asking owner alone are passed over.
        whose = groups.owners(owners.among)
        asking = owners.queries[rest]
        found = _search(asked, distinct, k=1, owners=Owners(asking, whose.sole), memory=memory)
        rows = whose.row(found.indices[:, 0], groups.firsts, asking)
    distances[rest], ids[rest, 0] = found.distances, rows
    return Neighbours(distances, ids)


def _nearest_many(queries: Points, among: Points, *, k: int, memory: int) -> Neighbours:
    groups = group_equal(among, queries)
    # The k nearest rows lie in the k nearest groups: within a tie, the rows that come first
    # include the first row of every group they belong to.
    wanted = min(k, groups.firsts.size)
    found = _search(queries, among.take(groups.firsts), k=wanted, owners=None, memory=memory)
    if groups.firsts.size == len(among):
        return found
    distances, ids = np.empty((len(queries), k)), np.empty((len(queries), k), dtype=np.int64)
    step = max(1, memory // (64 * k * k))
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
