"""The portable engine: FAISS flat search over a dense image of the points.

FAISS only proposes. Its float32 distances depend on the batch size and are not 0 for equal rows
(research/style.md 4.i); what is returned from a search is measured again in float64.

The dense image never overstates a distance: a category with many levels is folded into a fixed
number of buckets, where two levels that share a bucket look equal. So each approximate distance,
less its rounding error, is a lower bound of the true one, which is what certification needs.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

import faiss
import numpy as np
from numpy.typing import NDArray

from audit.space.points import FloatArray, IntArray, Metric, Points

Float32Array: TypeAlias = NDArray[np.float32]

BUCKETS = 64
_ROUNDING = 2.0**-24


class Candidates(NamedTuple):
    """What a search proposes for each query."""

    ids: IntArray
    """int64 of shape (n, m); -1 where fewer were found."""
    floor: FloatArray
    """float64 of shape (n,): no row that was left out is nearer than this."""


class Index(Protocol):
    """Anything that proposes candidates."""

    @property
    def size(self) -> int:
        """Number of reference rows."""

    def propose(self, queries: Points, m: int, *, nearest: int) -> Candidates:
        """Return the m most promising reference rows of each query and a bound on the others.

        Only the `nearest` best of them are needed: rows that cannot be among those may be left
        out, and then fewer than m are returned.
        """


@dataclass(frozen=True, eq=False)
class DenseRows:
    """Rows as float32 vectors whose plain distance is at most that of the points."""

    image: Float32Array
    """Shape (n, d)."""
    centre: Float32Array
    """What was subtracted from every row, shape (d,)."""
    widths: tuple[int, ...]
    """Number of one-hot columns per code column; 0 where everybody agrees."""
    metric: Metric
    reach: float
    """Largest norm of a row."""

    def image_of(self, queries: Points) -> Float32Array:
        """Return queries as vectors in the same space."""
        return np.asarray(_dense(queries, self.widths) - self.centre, dtype=np.float32)

    def slack(self, image: Float32Array, rough: Float32Array) -> FloatArray:
        """Return how far approximate distances may be off, shape (n,).

        Parameters
        ----------
        image
            Queries in the space of the rows, shape (n, d).
        rough
            An approximate distance of each, squared for L2.
        """
        steps = image.shape[1] + 8
        if self.metric is Metric.L1:
            return np.asarray(steps * _ROUNDING * (rough.astype(np.float64) + 4.0))
        norms = np.sqrt((image.astype(np.float64) ** 2).sum(axis=1))
        return np.asarray(4 * steps * _ROUNDING * (norms + self.reach) ** 2)

    def true_distance(self, summed: FloatArray, divisor: float) -> FloatArray:
        """Return what a sum over columns (of squares for L2) is as a distance."""
        if self.metric is Metric.L1:
            return summed / divisor
        return np.sqrt(np.maximum(summed, 0.0))


@dataclass(frozen=True, eq=False)
class FlatIndex:
    """All reference rows are looked at for every query."""

    rows: DenseRows
    divisor: float

    @property
    def size(self) -> int:
        """Number of reference rows."""
        return len(self.rows.image)

    def propose(self, queries: Points, m: int, *, nearest: int) -> Candidates:
        """Return the m most promising reference rows of each query and a bound on the others."""
        image = self.rows.image_of(queries)
        m = min(m, self.size)
        rough, ids = best_rows(image, self.rows.image, m, self.rows.metric)
        if m == self.size:
            return Candidates(ids, np.full(len(queries), np.inf))
        floor = rough[:, -1] - self.rows.slack(image, rough[:, -1])
        return Candidates(ids, self.rows.true_distance(floor, self.divisor))


def build_flat(reference: Points, queries: Points) -> FlatIndex:
    """Index the reference rows for queries such as the given ones."""
    return FlatIndex(dense_rows(reference, queries), reference.divisor)


def dense_rows(reference: Points, queries: Points) -> DenseRows:
    """Return the reference as vectors; centred for L2, which keeps |x|^2 + |y|^2 - 2xy exact."""
    widths = _widths(reference, queries)
    image = _dense(reference, widths)
    centre = np.zeros(image.shape[1], dtype=np.float32)
    if reference.metric is Metric.L2:
        centre = image.mean(axis=0, dtype=np.float64).astype(np.float32)
        image -= centre
    reach = float(np.sqrt((image.astype(np.float64) ** 2).sum(axis=1).max(initial=0.0)))
    return DenseRows(image, centre, widths, reference.metric, reach)


def best_rows(
    queries: Float32Array, reference: Float32Array, m: int, metric: Metric
) -> tuple[Float32Array, IntArray]:
    """Return distances and positions of the m nearest vectors; fewer rows are filled with inf.

    Returns
    -------
    tuple
        float32 and int64 of shape (n, m), nearest first; L2 distances are squared.
    """
    kind = faiss.METRIC_L1 if metric is Metric.L1 else faiss.METRIC_L2
    k = min(m, len(reference))
    distances, ids = faiss.knn(queries, reference, k, metric=kind)
    if k == m:
        return distances, ids
    missing = ((0, 0), (0, m - k))
    return (
        np.pad(distances, missing, constant_values=np.float32(np.inf)),
        np.pad(ids, missing, constant_values=0),
    )


def _widths(*sets: Points) -> tuple[int, ...]:
    """Return the number of one-hot columns for each code column, for queries and reference."""
    widths = []
    for j in range(sets[0].codes.shape[1]):
        low = min(int(p.codes[:, j].min()) for p in sets if len(p))
        high = max(int(p.codes[:, j].max()) for p in sets if len(p))
        # A column in which everybody agrees adds nothing to any distance.
        widths.append(0 if low == high else min(high + 2, BUCKETS))
    return tuple(widths)


def _dense(points: Points, widths: tuple[int, ...]) -> Float32Array:
    n, p = points.numbers.shape
    image = np.zeros((n, p + sum(widths)), dtype=np.float32)
    image[:, :p] = points.numbers
    start = p
    rows = np.arange(n)
    for j, width in enumerate(widths):
        if width == 0:
            continue
        half = points.weights[j] / 2
        on = half if points.metric is Metric.L1 else half**0.5
        # Codes start at -1 (missing), so the shift keeps the remainder a valid column.
        image[rows, start + (points.codes[:, j] + 1) % width] = on
        start += width
    return image
