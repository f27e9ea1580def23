"""What a search is told and what it returns."""

from typing import NamedTuple

from audit.space.points import FloatArray, IntArray


class Neighbours(NamedTuple):
    """The nearest rows of each query, nearest first; equal distances in row order."""

    distances: FloatArray
    """float64 of shape (n, k)."""
    indices: IntArray
    """int64 of shape (n, k), rows of the reference."""


class Owners(NamedTuple):
    """Whose rows they are: nobody's neighbour is a row of their own (leave-one-out)."""

    queries: IntArray
    """int64 of shape (n,): owner of each query, at least 0."""
    among: IntArray
    """int64 of shape (n_reference,): owner of each reference row, at least 0."""

    def take(self, rows: IntArray) -> "Owners":
        """Return the same for some of the queries."""
        return Owners(self.queries[rows], self.among)
