"""Equal rows, found by hashing and confirmed by comparison; never by a distance of 0."""

from dataclasses import dataclass

import numpy as np

from audit.space.points import IntArray, Points


@dataclass(frozen=True, eq=False)
class Groups:
    """The distinct rows of a reference and where each query equals one of them."""

    firsts: IntArray
    """int64 of shape (g,): the first row of each group of equal rows, ascending."""
    members: IntArray
    """int64 of shape (n_reference,): rows, group after group, each group ascending."""
    starts: IntArray
    """int64 of shape (g + 1,): where each group starts in `members`."""
    of_query: IntArray
    """int64 of shape (n_queries,): the group that a query equals, or -1."""


def _words(points: Points) -> np.ndarray:
    """Return the rows as opaque byte strings; equal rows give equal strings."""
    # Adding 0.0 turns -0.0 into 0.0.
    bits = (points.numbers + 0.0).view(np.int64)
    table = np.ascontiguousarray(np.hstack([bits, points.codes]))
    return table.view(np.dtype((np.void, table.shape[1] * 8))).ravel()


def group_equal(reference: Points, queries: Points) -> Groups:
    """Group the equal rows of `reference` and look every query up in them."""
    words = np.concatenate([_words(reference), _words(queries)])
    _, first_seen, inverse = np.unique(words, return_index=True, return_inverse=True)
    n = len(reference)
    in_reference = first_seen < n
    rank = np.full(first_seen.size, -1, dtype=np.int64)
    by_first = np.flatnonzero(in_reference)[np.argsort(first_seen[in_reference])]
    rank[by_first] = np.arange(by_first.size)
    group = rank[inverse[:n]]
    members = np.argsort(group, kind="stable").astype(np.int64)
    starts = np.searchsorted(group[members], np.arange(by_first.size + 1)).astype(np.int64)
    return Groups(first_seen[by_first].astype(np.int64), members, starts, rank[inverse[n:]])
