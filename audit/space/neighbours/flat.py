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
    """int64 of shape (n, m)."""
    floor: FloatArray
    """float64 of shape (n,): no row that was left out is nearer than this."""


class Index(Protocol):
    """Anything that proposes candidates."""

    @property
    def size(self) -> int:
        """Number of reference rows."""

    def propose(self, queries: Points, m: int) -> Candidates:
        """Return the m most promising reference rows of each query and a bound on the others."""


@dataclass(frozen=True, eq=False)
class DenseRows:
    """Rows as float32 vectors whose plain distance is at most that of the points."""

    image: Float32Array
    """Shape (n, d)."""
    centre: Float32Array
    """What was subtracted from every row, shape (d,)."""
    widths: tuple[int, ...]
    """Number of one-hot columns per code column; 0 where everybody agrees."""

    def image_of(self, queries: Points) -> Float32Array:
        """Return queries as vectors in the same space."""
        return np.asarray(_dense(queries, self.widths) - self.centre, dtype=np.float32)


@dataclass(frozen=True, eq=False)
class FlatIndex:
    """All reference rows are looked at for every query."""

    rows: DenseRows
    reach: float
    """Largest norm of a reference row."""
    metric: Metric
    divisor: float

    @property
    def size(self) -> int:
        """Number of reference rows."""
        return len(self.rows.image)

    def propose(self, queries: Points, m: int) -> Candidates:
        """Return the m most promising reference rows of each query and a bound on the others."""
        image = self.rows.image_of(queries)
        m = min(m, self.size)
        rough, ids = best_rows(image, self.rows.image, m, self.metric)
        if m == self.size:
            return Candidates(ids, np.full(len(queries), np.inf))
        last = rough[:, -1].astype(np.float64)
        steps = image.shape[1] + 8
        if self.metric is Metric.L1:
            return Candidates(ids, (last - steps * _ROUNDING * (last + 4.0)) / self.divisor)
        norms = np.sqrt((image.astype(np.float64) ** 2).sum(axis=1))
        slack = 4 * steps * _ROUNDING * (norms + self.reach) ** 2
        return Candidates(ids, np.sqrt(np.maximum(last - slack, 0.0)))


def build_flat(reference: Points, queries: Points) -> FlatIndex:
    """Index the reference rows for queries such as the given ones."""
    rows = dense_rows(reference, queries)
    reach = float(np.sqrt((rows.image.astype(np.float64) ** 2).sum(axis=1).max(initial=0.0)))
    return FlatIndex(rows, reach, reference.metric, reference.divisor)


def dense_rows(reference: Points, queries: Points) -> DenseRows:
    """Return the reference as vectors; centred for L2, which keeps |x|^2 + |y|^2 - 2xy exact."""
    widths = _widths(reference, queries)
    image = _dense(reference, widths)
    centre = np.zeros(image.shape[1], dtype=np.float32)
    if reference.metric is Metric.L2:
        centre = image.mean(axis=0, dtype=np.float64).astype(np.float32)
        image -= centre
    return DenseRows(image, centre, widths)


def best_rows(
    queries: Float32Array, reference: Float32Array, m: int, metric: Metric = Metric.L1
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
