"""How right an answer is, measured without any of the engines that are compared."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from audit.space.points import Metric, Points

SAMPLE = 200
"""Queries that are compared with everybody, one by one."""
_ROUNDING = 1e-12


class Found(NamedTuple):
    """What an engine answered."""

    distances: NDArray[np.float64]
    """Shape (n, k), as the engine has them: L2 may be squared."""
    ids: NDArray[np.int64]
    """Shape (n, k)."""


class Truth(NamedTuple):
    """The nearest distances of some queries, found by looking at every row."""

    rows: NDArray[np.int64]
    """Which queries, shape (m,)."""
    distances: NDArray[np.float64]
    """Shape (m, k), nearest first."""


def sampled_truth(queries: Points, among: Points, *, k: int, first: int) -> Truth:
    """Return the k nearest distances of a sample of the first so many queries, in float64."""
    rng = np.random.default_rng(0)
    rows = rng.choice(first, size=min(first, SAMPLE), replace=False)
    columns = _by_column(among)
    nearest = [np.partition(distances_from(queries, int(r), columns), k - 1)[:k] for r in rows]
    return Truth(rows, np.sort(nearest, axis=1))


def exact_share(queries: Points, among: Points, ids: NDArray[np.int64], truth: Truth) -> float:
    """Return the share of the sample whose k rows are as near as the k nearest are.

    Parameters
    ----------
    ids
        What was answered for the first queries, shape (n, k).
    """
    found = [distances_from(queries, int(r), among.take(ids[r])) for r in truth.rows]
    right = np.isclose(np.sort(found, axis=1), truth.distances, rtol=_ROUNDING, atol=0.0)
    return float(right.all(axis=1).mean())


def _by_column(points: Points) -> Points:
    """Return the same points, each column in one piece of memory."""
    numbers, codes = np.asfortranarray(points.numbers), np.asfortranarray(points.codes)
    return Points(numbers, codes, points.weights, points.metric, points.divisor)


def distances_from(queries: Points, row: int, among: Points) -> NDArray[np.float64]:
    """Return the distance of one query to every row, shape (n_among,)."""
    total = np.zeros(len(among))
    for j in range(among.numbers.shape[1]):
        gap = among.numbers[:, j] - queries.numbers[row, j]
        total += np.abs(gap) if among.metric is Metric.L1 else gap * gap
    for j, weight in enumerate(among.weights):
        total += weight * (among.codes[:, j] != queries.codes[row, j])
    return total / among.divisor if among.metric is Metric.L1 else np.sqrt(total)


def zero_share(queries: Points, among: Points, found: Found) -> float | None:
    """Return, of the queries with an equal row, the share whose distance came out as exactly 0."""
    n = len(found.ids)
    equal = np.isin(_hashes(queries)[:n], _hashes(among))
    return float((found.distances[equal, 0] == 0).mean()) if equal.any() else None


def _hashes(points: Points) -> NDArray[np.uint64]:
    """Return 64 bits per row: equal for equal rows, and for others with chance 2^-64."""
    # Adding 0.0 makes -0.0 and 0.0 one.
    words = np.hstack([(points.numbers + 0.0).view(np.uint64), points.codes.astype(np.uint64)])
    rng = np.random.default_rng(1)
    odd = rng.integers(0, 2**63, size=words.shape[1], dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    words = (words ^ (words >> np.uint64(29))) * odd
    total: NDArray[np.uint64] = (words ^ (words >> np.uint64(32))).sum(axis=1, dtype=np.uint64)
    return total
