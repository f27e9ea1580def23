"""Encoded rows and the one definition of the distance between them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]


class Metric(StrEnum):
    """How the differences of the columns are added up."""

    L1 = "l1"
    """Gower: mean over columns of the absolute difference, a mismatch counting 1."""
    L2 = "l2"
    """Euclidean: root of the squared differences, a mismatch counting 1."""


@dataclass(frozen=True, eq=False)
class Points:
    """Rows of one table under one encoding.

    The distance of two rows x and y is, with a mismatch being 1 where two codes differ,
    ``(sum |x - y| + sum w * mismatch) / divisor`` for L1 and
    ``sqrt(sum (x - y)^2 + sum w * mismatch)`` for L2. It is 0 exactly for equal rows.
    """

    numbers: FloatArray
    """Scaled numbers, float64 of shape (n, p); no missing value is left."""
    codes: IntArray
    """Category codes and missing-value marks, int64 of shape (n, q)."""
    weights: FloatArray
    """What a mismatch in each code column counts, float64 of shape (q,)."""
    metric: Metric
    divisor: float

    def __len__(self) -> int:
        return int(self.numbers.shape[0])

    def __repr__(self) -> str:
        n, p = self.numbers.shape
        return f"Points(n={n}, numbers={p}, codes={self.codes.shape[1]}, metric={self.metric})"

    def take(self, rows: IntArray) -> "Points":
        """Return the given rows, in the given order."""
        return Points(self.numbers[rows], self.codes[rows], self.weights, self.metric, self.divisor)


def measure(queries: Points, among: Points, ids: IntArray) -> FloatArray:
    """Return the distance of every query to its own candidates.

    Parameters
    ----------
    queries
        n rows.
    among
        The rows that `ids` points into.
    ids
        int64 of shape (n, m).

    Returns
    -------
    FloatArray
        float64 of shape (n, m). Columns are added in a fixed order, so the same pair has the same
        distance in every call.
    """
    total = np.zeros(ids.shape)
    for j in range(queries.numbers.shape[1]):
        gap = queries.numbers[:, j, None] - among.numbers[ids, j]
        total += np.abs(gap) if queries.metric is Metric.L1 else gap * gap
    for j, weight in enumerate(queries.weights):
        total += weight * (queries.codes[:, j, None] != among.codes[ids, j])
    return total / queries.divisor if queries.metric is Metric.L1 else np.sqrt(total)
