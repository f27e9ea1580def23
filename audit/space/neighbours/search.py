"""Exact nearest neighbours of mixed rows: the one function that everybody calls.

Equal rows are grouped first. A query that equals a reference row has its answer at distance 0
without any search, which makes a table full of copies the cheapest case instead of the worst;
the others are searched among distinct rows only, which keeps masses of equal rows from filling
every list of candidates.
"""

import numpy as np

from audit.space.neighbours.answer import Neighbours
from audit.space.neighbours.certify import certified
from audit.space.neighbours.flat import Index, build_flat
from audit.space.neighbours.groups import Groups, group_equal
from audit.space.neighbours.leaves import build_leaves
from audit.space.points import IntArray, Metric, Points

_LARGEST_BATCH = 16_384
_SMALLEST_BATCH = 256
_PRUNING_PAYS = {Metric.L1: 20_000_000, Metric.L2: 1_000_000_000}
"""Pairs of rows from which cutting the reference into leaves costs less than it saves."""


def nearest(
    queries: Points,
    among: Points,
    *,
    k: int = 1,
    leave_out: IntArray | None = None,
    memory: int = 1 << 30,
) -> Neighbours:
    """Return the k nearest rows of `among` for every query, exactly.

    Parameters
    ----------
    queries, among
        Points of the same encoding and columns.
    k
        At most the number of rows that may be returned.
    leave_out
        int64 of shape (n,): the position of each query among the rows it is itself one of, so that
        nobody is their own neighbour (leave-one-out); -1 for a query that is not among them.
    memory
        Budget in bytes for the work arrays; a smaller one is slower and gives the same answer.

    Raises
    ------
    ValueError
        If fewer than k rows may be returned.
    """
    if k + (leave_out is not None) > len(among):
        raise ValueError(f"{k} neighbours were asked for among {len(among)} rows")
    if len(queries) == 0:
        return Neighbours(np.zeros((0, k)), np.zeros((0, k), dtype=np.int64))
    groups = group_equal(among, queries)
    if k == 1:
        return _nearest_one(queries, among, groups=groups, leave_out=leave_out, memory=memory)
    return _nearest_many(queries, among, k=k, groups=groups, leave_out=leave_out, memory=memory)


def _batch(points: Points, k: int, memory: int) -> int:
    # Dense image, candidates and their float64 measurements for each query.
    per_query = 4 * 80 * (points.codes.shape[1] + 1) + 64 * (k + 8)
    return int(np.clip(memory // (8 * per_query), _SMALLEST_BATCH, _LARGEST_BATCH))


def _index(reference: Points, queries: Points) -> Index:
    pairs = len(reference) * len(queries)
    if pairs >= _PRUNING_PAYS[reference.metric]:
        return build_leaves(reference, queries)
    return build_flat(reference, queries)


def _equal_row(groups: Groups, leave_out: IntArray | None) -> IntArray:
    """Return the first row that equals each query, its own row left out; -1 if there is none."""
    group = groups.of_query
    known = np.flatnonzero(group >= 0)
    first = np.full(group.size, -1, dtype=np.int64)
    start, end = groups.starts[group[known]], groups.starts[group[known] + 1]
    first[known] = groups.members[start]
    if leave_out is None:
        return first
    own = first[known] == leave_out[known]
    second = np.where(end - start > 1, groups.members[np.minimum(start + 1, end - 1)], -1)
    first[known] = np.where(own, second, first[known])
    return first


def _nearest_one(
    queries: Points, among: Points, *, groups: Groups, leave_out: IntArray | None, memory: int
) -> Neighbours:
    equal = _equal_row(groups, leave_out)
    distances, ids = np.zeros((len(queries), 1)), equal[:, None].copy()
    rest = np.flatnonzero(equal < 0)
    if rest.size == 0:
        return Neighbours(distances, ids)
    distinct, skip = among.take(groups.firsts), None
    if leave_out is not None:
        # What is left equals at most its own row, and that row is then alone in its group.
        skip = np.where(leave_out[rest] >= 0, groups.of_query[rest], -1)
    asked = queries.take(rest)
    index = _index(distinct, asked)
    batch = _batch(asked, 1, memory)
    found = certified(asked, distinct, index=index, k=1, leave_out=skip, batch=batch)
    distances[rest], ids[rest] = found.distances, groups.firsts[found.indices]
    return Neighbours(distances, ids)


def _nearest_many(
    queries: Points,
    among: Points,
    *,
    k: int,
    groups: Groups,
    leave_out: IntArray | None,
    memory: int,
) -> Neighbours:
    # The k nearest rows lie in the k nearest groups: within a tie, the rows that come first
    # include the first row of every group they belong to. One more where a row is left out.
    wanted = min(k + (leave_out is not None), groups.firsts.size)
    distinct = among.take(groups.firsts)
    index = _index(distinct, queries)
    batch = _batch(queries, wanted, memory)
    found = certified(queries, distinct, index=index, k=wanted, leave_out=None, batch=batch)
    distances, ids = np.empty((len(queries), k)), np.empty((len(queries), k), dtype=np.int64)
    for row in range(len(queries)):
        spans = [
            groups.members[groups.starts[g] : min(groups.starts[g] + k + 1, groups.starts[g + 1])]
            for g in found.indices[row]
        ]
        rows = np.concatenate(spans)
        gaps = np.repeat(found.distances[row], [s.size for s in spans])
        if leave_out is not None:
            keep = rows != leave_out[row]
            rows, gaps = rows[keep], gaps[keep]
        order = np.lexsort((rows, gaps))[:k]
        distances[row], ids[row] = gaps[order], rows[order]
    return Neighbours(distances, ids)
