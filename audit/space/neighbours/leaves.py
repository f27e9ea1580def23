"""Exact search with pruning, for large tables.

The reference is cut into leaves of similar rows. For each leaf the range of every number and the
set of levels in every category bound the distance of a query to all of its rows from below; a leaf
whose bound exceeds what was already found is never looked at. Nothing is approximated: which
leaves are skipped follows from the bound.
"""

from dataclasses import dataclass

import numpy as np

from audit.space.neighbours.flat import (
    Candidates,
    DenseRows,
    Float32Array,
    best_rows,
    dense_rows,
)
from audit.space.points import FloatArray, IntArray, Metric, Points

_LEAF = 512


@dataclass(frozen=True, eq=False)
class LeafIndex:
    """The reference rows, leaf by leaf, with the bounds of each leaf."""

    rows: DenseRows
    """Dense images in leaf order."""
    order: IntArray
    """Position of each leaf-ordered row in the reference, int64 of shape (n,)."""
    starts: IntArray
    """Where each leaf starts, int64 of shape (L + 1,)."""
    low: FloatArray
    """Smallest number per leaf and column, float64 of shape (L, p)."""
    high: FloatArray
    reference: Points

    @property
    def size(self) -> int:
        """Number of reference rows."""
        return len(self.order)

    def propose(self, queries: Points, m: int, *, nearest: int) -> Candidates:
        """Return the m most promising reference rows of each query and a bound on the others."""
        m = min(m, self.size)
        bounds = self._bounds(queries)
        asked = self.rows.image_of(queries)
        best = np.full((len(queries), m), np.inf, dtype=np.float32)
        ids = np.full((len(queries), m), -1, dtype=np.int64)
        nearest_leaf = bounds.argmin(axis=1)
        for leaf in np.unique(nearest_leaf):
            self._visit(int(leaf), np.flatnonzero(nearest_leaf == leaf), asked, best, ids)
        # A view, which sharpens with every visit. With all rows asked for, none may be skipped.
        needed = best[:, (nearest if m < self.size else m) - 1]
        # Both the distance found and the one that a leaf may hide can be off.
        slack = 2 * self.rows.slack(asked, needed)
        skipped = np.full(len(queries), np.inf)
        for leaf in range(len(self.starts) - 1):
            bound = bounds[:, leaf]
            open_here = bound <= needed + slack
            open_here &= nearest_leaf != leaf
            self._visit(leaf, np.flatnonzero(open_here), asked, best, ids)
            passed = ~open_here & (nearest_leaf != leaf)
            skipped[passed] = np.minimum(skipped[passed], bound[passed])
        return self._candidates(asked, best, ids, skipped)

    def _candidates(
        self, asked: Float32Array, best: Float32Array, ids: IntArray, skipped: FloatArray
    ) -> Candidates:
        last, found = best[:, -1], np.isfinite(best)
        beyond = np.full(len(asked), np.inf)
        full = np.flatnonzero(found[:, -1])
        if best.shape[1] < self.size:
            beyond[full] = last[full] - self.rows.slack(asked[full], last[full])
        floor = self.rows.true_distance(np.minimum(beyond, skipped), self.reference.divisor)
        return Candidates(np.where(found, self.order[ids], -1), floor)

    def _bounds(self, queries: Points) -> FloatArray:
        """Return the smallest distance of each query to each leaf, squared for L2: (n, L)."""
        total = np.zeros((len(queries), len(self.starts) - 1))
        for j in range(queries.numbers.shape[1]):
            x = queries.numbers[:, j, None]
            gap = np.maximum(0.0, np.maximum(self.low[:, j] - x, x - self.high[:, j]))
            total += gap if self.rows.metric is Metric.L1 else gap * gap
        for j, weight in enumerate(queries.weights):
            codes = queries.codes[:, j]
            levels, which = np.unique(codes, return_inverse=True)
            total += weight * ~self._holds(j, levels)[which]
        return total

    def _holds(self, column: int, levels: IntArray) -> np.ndarray:
        """Tell which leaf holds which level of a code column: bool of shape (len(levels), L)."""
        codes = self.reference.codes[self.order, column]
        leaf = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        place = np.searchsorted(levels, codes)
        known = (place < levels.size) & (levels[np.minimum(place, levels.size - 1)] == codes)
        held = np.zeros((levels.size, len(self.starts) - 1), dtype=bool)
        held[place[known], leaf[known]] = True
        return held

    def _visit(
        self, leaf: int, who: IntArray, asked: Float32Array, best: Float32Array, ids: IntArray
    ) -> None:
        """Search one leaf for some queries and keep the m best of old and new, in place."""
        if who.size == 0:
            return
        start, stop = int(self.starts[leaf]), int(self.starts[leaf + 1])
        image = self.rows.image[start:stop]
        found, at = best_rows(asked[who], image, best.shape[1], self.rows.metric)
        merged = np.concatenate([best[who], found], axis=1)
        names = np.concatenate([ids[who], at + start], axis=1)
        keep = np.argsort(merged, axis=1, kind="stable")[:, : best.shape[1]]
        best[who] = np.take_along_axis(merged, keep, axis=1)
        ids[who] = np.take_along_axis(names, keep, axis=1)


def build_leaves(reference: Points, queries: Points) -> LeafIndex:
    """Cut the reference into leaves and index it for queries such as the given ones."""
    pieces = _cut(reference)
    order = np.concatenate(pieces)
    sizes = np.array([p.size for p in pieces])
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    numbers = reference.numbers[order]
    low = np.minimum.reduceat(numbers, starts[:-1], axis=0)
    high = np.maximum.reduceat(numbers, starts[:-1], axis=0)
    rows = dense_rows(reference.take(order), queries)
    return LeafIndex(rows, order, starts, low, high, reference)


def _cut(reference: Points) -> list[IntArray]:
    """Halve the rows along the column that differs most, until the leaves are small."""
    pending, leaves = [np.arange(len(reference))], []
    while pending:
        rows = pending.pop()
        values = None if rows.size <= _LEAF else _widest(reference, rows)
        if values is None:
            leaves.append(rows)
            continue
        # Sorting keeps equal values together as far as an even cut allows.
        ranked = rows[np.argsort(values, kind="stable")]
        ordered = np.sort(values)
        middle = int(np.searchsorted(ordered, ordered[rows.size // 2]))
        middle = middle if middle > 0 else int(np.searchsorted(ordered, ordered[0], side="right"))
        pending += [ranked[:middle], ranked[middle:]]
    return leaves


def _widest(reference: Points, rows: IntArray) -> np.ndarray | None:
    """Return the values to cut along, or None if all rows are alike."""
    spreads = []
    for j in range(reference.numbers.shape[1]):
        low, high = np.quantile(reference.numbers[rows, j], [0.05, 0.95])
        spreads.append((float(high - low), reference.numbers[rows, j]))
    for j, weight in enumerate(reference.weights):
        codes = reference.codes[rows, j]
        largest = np.unique(codes, return_counts=True)[1].max() / rows.size
        # Twice the smaller side: an even two-way cut of a category counts as a full unit.
        spreads.append((float(weight) * 2 * min(1 - largest, 0.5), codes))
    spread, values = max(spreads, key=lambda s: s[0])
    if spread <= 0:
        low_high = [(float(np.ptp(v)), v) for _, v in spreads]
        spread, values = max(low_high, key=lambda s: s[0])
    return values if spread > 0 else None
