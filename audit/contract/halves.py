"""Halves of records: which synthetic records either half of a person leads to.

Records that are equal in a half cannot be told apart by it, so they are looked up as one group.
Where several records are as near as the last that is wanted, they share the places that are left
evenly: nothing depends on the order of the records.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from audit.contract.arms import BoolArray, FloatArray, IntArray
from audit.contract.lab import Lab
from audit.contract.ties import same
from audit.space.points import Points

MOST = 16
"""So many groups of equal records are looked at; of more at one distance the first by content."""
_CROWD = 64
"""Whoever is led to more different records than this is led nowhere."""
_HALF = 0.5 - 1e-9


@dataclass(frozen=True, eq=False)
class Half:
    """One half of all rows of a table, equal ones taken together in the order of content."""

    points: Points
    """One row of each group."""
    group: IntArray
    """Group of each row."""
    size: IntArray
    """Rows of each group."""


class Nearest(NamedTuple):
    """Groups nearest to each row, nearest first, shape (n, m)."""

    group: IntArray
    distance: FloatArray
    size: IntArray

    def rows(self, of: IntArray) -> "Nearest":
        """Return those of some rows."""
        return Nearest(self.group[of], self.distance[of], self.size[of])

    def parts(self, k: int) -> FloatArray:
        """Return what part of each record of a group is among the k nearest, shape (n, m)."""
        reached = np.cumsum(self.size, axis=1) >= k
        last = np.where(reached.any(axis=1), reached.argmax(axis=1), self.size.shape[1] - 1)
        limit = np.take_along_axis(self.distance, last[:, None], axis=1)
        tied = same(self.distance, limit)
        nearer = ~tied & (self.distance < limit)
        left = k - (self.size * nearer).sum(axis=1)
        share = np.clip(left / (self.size * tied).sum(axis=1), 0.0, 1.0)
        return np.asarray(nearer + tied * share[:, None])


def halved(points: Points) -> Half:
    """Take equal rows together."""
    # Adding 0 makes one of the two zeros.
    cells = np.hstack([(points.numbers + 0.0).view(np.int64), points.codes.astype(np.int64)])
    words = np.ascontiguousarray(cells).view(np.dtype((np.void, 8 * cells.shape[1]))).ravel()
    _, first, group, size = np.unique(
        words, return_index=True, return_inverse=True, return_counts=True
    )
    return Half(points.take(first), group.reshape(-1).astype(np.int64), size.astype(np.int64))


def nearest_groups(lab: Lab, queries: Half, among: Half) -> Nearest:
    """Return the groups nearest to each group of `queries`."""
    found = lab.search(queries.points, among.points, k=min(MOST, among.size.size))
    return Nearest(found.indices, found.distances, among.size[found.indices])


@dataclass(frozen=True, eq=False)
class Joint:
    """Which left and which right half occur together, and in how many records."""

    left: IntArray
    right: IntArray
    count: IntArray
    starts: IntArray
    """Where the pairs of each left group start, and the number of pairs."""

    def shared(self, left: Nearest, right: Nearest) -> FloatArray:
        """Return how many records belong to each pair of groups, shape (n, m_left, m_right)."""
        width = int(self.right.max()) + 1
        known = self.left * width + self.right
        asked = left.group[:, :, None] * width + right.group[:, None, :]
        place = np.minimum(np.searchsorted(known, asked), known.size - 1)
        return np.where(known[place] == asked, self.count[place], 0).astype(np.float64)


def joint(left: Half, right: Half) -> Joint:
    """Count the records of each pair of halves."""
    width = right.size.size
    pairs, count = np.unique(left.group * width + right.group, return_counts=True)
    of_left = pairs // width
    starts = np.searchsorted(of_left, np.arange(left.size.size + 1))
    return Joint(of_left, pairs % width, count.astype(np.int64), starts.astype(np.int64))


def meet(shared: FloatArray, left: Nearest, right: Nearest, k: int) -> BoolArray:
    """Tell whose halves have a record in common among the k nearest of each.

    With ties the records that both have are counted as far as both have them; half a record and
    more is a link.
    """
    both = np.minimum(left.parts(k)[:, :, None], right.parts(k)[:, None, :])
    return np.asarray((shared * both).sum(axis=(1, 2)) >= _HALF)


def share_few(shared: FloatArray, left: Nearest, right: Nearest, k: int) -> BoolArray:
    """Tell whose halves have at least one record in common, and no more than k.

    All records count that are as near as the k-th. In coarse columns a crowd is equally near to
    either half, and few of them to both.
    """
    both = (left.parts(k) > 0)[:, :, None] & (right.parts(k) > 0)[:, None, :]
    common = (shared * both).sum(axis=(1, 2))
    return np.asarray((common > 0) & (common <= k))


def ranked_first(
    left: Nearest, pairs: Joint, ways: Nearest, own: IntArray, *, ks: tuple[int, ...]
) -> dict[int, BoolArray]:
    """Tell whose own right half is among the k nearest to the record that the left one leads to.

    Parameters
    ----------
    left
        Synthetic left halves nearest to each person's.
    pairs
        Which right halves they occur with.
    ways
        Right halves of the people that are nearest to each synthetic right half.
    own
        Group of each person's own right half among those of the people.
    """
    target, way, weight = _led_to(left, pairs)
    is_own = ways.group[way] == own[target][:, None]
    distance = ways.distance[way]
    where = is_own.argmax(axis=1)[:, None]
    limit = np.take_along_axis(distance, where, axis=1)
    tied = same(distance, limit)
    size = ways.size[way]
    ahead = (size * (~tied & (distance < limit))).sum(axis=1)
    level = (size * tied).sum(axis=1)
    found = {}
    for k in ks:
        chance = np.clip((k - ahead) / level, 0.0, 1.0) * is_own.any(axis=1)
        found[k] = np.bincount(target, weight * chance, minlength=own.size) >= _HALF
    return found


class _Led(NamedTuple):
    target: IntArray
    way: IntArray
    """Synthetic right half."""
    weight: FloatArray
    """Adds up to 1 over the ways of a target."""


def _led_to(left: Nearest, pairs: Joint) -> _Led:
    """Follow the nearest left half of each person to right halves of the same records."""
    part = left.parts(1)
    length = np.diff(pairs.starts)[left.group] * (part > 0)
    # A crowd gives nobody the majority that a link takes, and would only take room.
    part = part * (length.sum(axis=1) <= _CROWD)[:, None]
    target, at = np.nonzero(part)
    group = left.group[target, at]
    n = np.diff(pairs.starts)[group]
    offset = np.arange(int(n.sum())) - np.repeat(np.cumsum(n) - n, n)
    place = np.repeat(pairs.starts[group], n) + offset
    weight = np.repeat(part[target, at], n) * pairs.count[place]
    return _Led(np.repeat(target, n), pairs.right[place], weight)
