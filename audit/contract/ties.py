"""Ties: neighbours at the same distance share a record evenly."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from audit.contract.arms import FloatArray, IntArray
from audit.space.neighbours.answer import Neighbours

MOST = 64
"""At most so many neighbours share a record; beyond that the first in the order of content."""
_SAME = 1e-9
"""Distances that differ by less are sums of the same terms, added up in another order."""


@dataclass(frozen=True, eq=False)
class TiedGroups:
    """Which groups are nearest to which query, and what part of it each has."""

    query: IntArray
    group: IntArray
    part: FloatArray
    """Adds up to 1 over the groups of a query."""


def tied_groups(found: Neighbours, search: Callable[[IntArray, int], Neighbours]) -> TiedGroups:
    """Return all neighbours at the smallest distance of each query.

    Parameters
    ----------
    found
        Nearest first, shape (n, k).
    search
        Returns more neighbours, for queries whose k are all tied: (positions, how many), and
        fewer where there are no more.
    """
    n, k = found.indices.shape
    tied = is_tied(found.distances)
    open_ = np.flatnonzero(tied.all(axis=1)) if k > 1 else np.zeros(0, dtype=np.int64)
    settled = np.ones(n, dtype=bool)
    parts = []
    while open_.size and k < MOST:
        k = min(2 * k, MOST)
        more = search(open_, k)
        longer = is_tied(more.distances)
        done = ~longer.all(axis=1) | (k == MOST) | (more.indices.shape[1] < k)
        settled[open_] = False
        rows, at = np.nonzero(longer & done[:, None])
        parts.append((open_[rows], more.indices[rows, at]))
        open_ = open_[~done]
    rows, at = np.nonzero(tied & settled[:, None])
    parts.append((rows, found.indices[rows, at]))
    query = np.concatenate([p[0] for p in parts])
    group = np.concatenate([p[1] for p in parts])
    return TiedGroups(query, group, 1 / np.bincount(query, minlength=n)[query])


def is_tied(distances: FloatArray) -> np.ndarray:
    """Tell which of the distances, shape (n, k), nearest first, are as small as the first."""
    return same(distances, distances[:, :1])


def same(a: FloatArray, b: FloatArray) -> np.ndarray:
    """Tell whether distances are the same, but for the rounding of sums."""
    return np.asarray(np.abs(a - b) <= _SAME * np.maximum(np.abs(a), np.abs(b)))


def nearer(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return 1 where `a` is smaller, one half where both are the same, 0 elsewhere."""
    equal = same(a, b)
    return np.where(equal, 0.5, (a < b).astype(np.float64))
