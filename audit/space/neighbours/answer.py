"""What a search returns."""

from typing import NamedTuple

from audit.space.points import FloatArray, IntArray


class Neighbours(NamedTuple):
    """The nearest rows of each query, nearest first; equal distances in row order."""

    distances: FloatArray
    """float64 of shape (n, k)."""
    indices: IntArray
    """int64 of shape (n, k), rows of the reference."""
