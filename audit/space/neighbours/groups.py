"""Equal rows, found by hashing and confirmed by comparison; never by a distance of 0."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from audit.space.neighbours.answer import Owners
from audit.space.points import IntArray, Points

_Words: TypeAlias = NDArray[np.uint64]

_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_STEP = 0x9E3779B97F4A7C15


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

    def owners(self, among: IntArray) -> "GroupOwners":
        """Return to whom the rows of each group belong.

        Parameters
        ----------
        among
            Owner of each reference row, int64 of shape (n_reference,).
        """
        owner = among[self.members]
        group = np.repeat(np.arange(self.firsts.size), np.diff(self.starts))
        first_owner = among[self.firsts]
        foreign = np.flatnonzero(owner != first_owner[group])
        second = np.full(self.firsts.size, -1, dtype=np.int64)
        # Written from the last to the first, so that the first of each group stays.
        second[group[foreign[::-1]]] = self.members[foreign[::-1]]
        return GroupOwners(first_owner, second)


@dataclass(frozen=True, eq=False)
class GroupOwners:
    """To whom equal rows belong."""

    first: IntArray
    """Owner of the first row of each group, int64 of shape (g,)."""
    second_row: IntArray
    """First row of anybody else, int64 of shape (g,); -1 where there is none."""

    def row(self, groups: IntArray, firsts: IntArray, asking: IntArray) -> IntArray:
        """Return the first row of each group that does not belong to who asks; -1 if none is."""
        own = self.first[groups] == asking
        return np.where(own, self.second_row[groups], firsts[groups])


def group_equal(reference: Points, queries: Points) -> Groups:
    """Group the equal rows of `reference` and look every query up in them."""
    n = len(reference)
    words = np.concatenate([_hashes(reference), _hashes(queries)])
    _, first_seen, inverse = np.unique(words, return_index=True, return_inverse=True)
    if not _all_alike(reference, queries, first_seen[inverse]):
        # Two different rows share a hash: about once in 10^5 tables of ten million rows.
        words = np.concatenate([_whole(reference), _whole(queries)])
        _, first_seen, inverse = np.unique(words, return_index=True, return_inverse=True)
    in_reference = first_seen < n
    rank = np.full(first_seen.size, -1, dtype=np.int64)
    by_first = np.flatnonzero(in_reference)[np.argsort(first_seen[in_reference])]
    rank[by_first] = np.arange(by_first.size)
    group = rank[inverse[:n]]
    members = np.argsort(group, kind="stable").astype(np.int64)
    starts = np.searchsorted(group[members], np.arange(by_first.size + 1)).astype(np.int64)
    return Groups(first_seen[by_first].astype(np.int64), members, starts, rank[inverse[n:]])


def apart(groups: Groups, owners: Owners | None) -> IntArray:
    """Return the first row of somebody else that equals each query; -1 where there is none."""
    known = np.flatnonzero(groups.of_query >= 0)
    equal = np.full(groups.of_query.size, -1, dtype=np.int64)
    if owners is None:
        equal[known] = groups.firsts[groups.of_query[known]]
    else:
        asking = owners.queries[known]
        whose = groups.owners(owners.among)
        equal[known] = whose.row(groups.of_query[known], groups.firsts, asking)
    return equal


def _columns(points: Points) -> list[_Words]:
    # Adding 0.0 turns -0.0 into 0.0.
    numbers = [(x + 0.0).view(np.uint64) for x in np.ascontiguousarray(points.numbers.T)]
    return [*numbers, *(np.ascontiguousarray(c).view(np.uint64) for c in points.codes.T)]


def _hashes(points: Points) -> _Words:
    """Return 64 bits for each row; equal rows give equal bits."""
    total = np.zeros(len(points), dtype=np.uint64)
    for j, column in enumerate(_columns(points)):
        z = column + np.uint64((_STEP * (j + 1)) % 2**64)
        z = (z ^ (z >> np.uint64(30))) * _M1
        z = (z ^ (z >> np.uint64(27))) * _M2
        total += z ^ (z >> np.uint64(31))
    return total


def _all_alike(reference: Points, queries: Points, like: IntArray) -> bool:
    """Tell whether every row equals the row that it was grouped with."""
    pairs = zip(_columns(reference), _columns(queries), strict=True)
    merged = (np.concatenate(pair) for pair in pairs)
    return all(bool((column == column[like]).all()) for column in merged)


def _whole(points: Points) -> np.ndarray:
    """Return the rows as opaque byte strings; equal rows give equal strings."""
    columns = _columns(points)
    if not columns:
        return np.zeros(len(points), dtype=np.uint64)
    table = np.ascontiguousarray(np.column_stack(columns))
    return table.view(np.dtype((np.void, table.shape[1] * 8))).ravel()
