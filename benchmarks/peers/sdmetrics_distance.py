"""The distance of sdmetrics, found by our engine: the compatibility mode of the benchmarks.

Mean over columns of: a mismatch of categories; for numbers the difference as a share of the range
*of the reference*, at most 1; 1 where one of two is missing, 0 where both are. No audit uses it:
two distances to two references are in different units, and comparing them says which reference has
the wider range as much as which one is nearer.

A number whose column has gaps becomes the two numbers x/2 and (1-x)/2 with x between 0 and 1, and
a missing one becomes 0, 0: then |x/2| + |(1-x)/2| = 1/2 for every x, and a mark that mismatches for
another 1/2 makes it 1. Rows that lie outside the range of the reference are measured one by one,
because differences above 1 are cut off only there.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audit.space.neighbours.search import nearest
from audit.space.points import Metric, Points

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """One table."""

    numbers: Mapping[str, Floats]
    """NaN where missing."""
    codes: Mapping[str, Codes]
    """Joint over the tables that are compared; -1 where missing."""

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(next(iter((*self.numbers.values(), *self.codes.values()))))


@dataclass(frozen=True)
class Scaled:
    """Two tables on the scale of the reference."""

    rows: Rows
    reference: Rows
    """Numbers between 0 and 1."""


def closest(rows: Rows, reference: Rows) -> Floats:
    """Return the distance of each row to the nearest row of the reference, shape (n,)."""
    scaled = _scaled(rows, reference)
    outside = np.zeros(rows.n, dtype=bool)
    for x in scaled.rows.numbers.values():
        outside |= (x < 0) | (x > 1)
    distances = np.empty(rows.n)
    inside = np.flatnonzero(~outside)
    gaps = [n for n in scaled.rows.numbers if _has_gaps(scaled, n)]
    if inside.size:
        queries = _points(scaled.rows, gaps).take(inside)
        found = nearest(queries, _points(scaled.reference, gaps))
        distances[inside] = found.distances[:, 0]
    for row in np.flatnonzero(outside):
        distances[row] = distances_from(scaled, int(row)).min()
    return distances


def distances_from(scaled: Scaled, row: int) -> Floats:
    """Return the distance of one row to every row of the reference, by the definition."""
    total = np.zeros(scaled.reference.n)
    for name, known in scaled.reference.numbers.items():
        own = scaled.rows.numbers[name][row]
        gap = np.minimum(np.abs(known - own), 1.0)
        missing = np.isnan(known)
        total += np.where(missing | np.isnan(own), missing != np.isnan(own), gap)
    for name, codes in scaled.reference.codes.items():
        total += codes != scaled.rows.codes[name][row]
    return total / (len(scaled.reference.numbers) + len(scaled.reference.codes))


def _scaled(rows: Rows, reference: Rows) -> Scaled:
    numbers: tuple[dict[str, Floats], dict[str, Floats]] = ({}, {})
    codes = (dict(rows.codes), dict(reference.codes))
    for name, known in reference.numbers.items():
        present = known[~np.isnan(known)]
        width = float(np.ptp(present)) if present.size else 0.0
        both = (rows.numbers[name], known)
        if width == 0:
            # In a column without a range any difference counts 1, as between categories.
            levels = np.unique(np.concatenate(both))
            for part, x in zip(codes, both, strict=True):
                part[name] = np.where(np.isnan(x), -1, np.searchsorted(levels, x))
            continue
        for scaled, x in zip(numbers, both, strict=True):
            scaled[name] = (x - present.min()) / width
    return Scaled(Rows(numbers[0], codes[0]), Rows(numbers[1], codes[1]))


def _has_gaps(scaled: Scaled, name: str) -> bool:
    both = (scaled.rows.numbers[name], scaled.reference.numbers[name])
    return any(bool(np.isnan(x).any()) for x in both)


def _points(table: Rows, gaps: list[str]) -> Points:
    whole = [x for name, x in table.numbers.items() if name not in gaps]
    halves = [h for name in gaps for h in _halves(table.numbers[name])]
    marks = [np.isnan(table.numbers[name]).astype(np.int64) for name in gaps]
    codes = [*table.codes.values(), *marks]
    n = table.n
    return Points(
        numbers=np.column_stack([*whole, *halves]) if whole or halves else np.zeros((n, 0)),
        codes=np.column_stack(codes) if codes else np.zeros((n, 0), dtype=np.int64),
        weights=np.array([1.0] * len(table.codes) + [0.5] * len(marks)),
        metric=Metric.L1,
        divisor=float(len(table.numbers) + len(table.codes)),
    )


def _halves(x: Floats) -> tuple[Floats, Floats]:
    missing = np.isnan(x)
    return np.where(missing, 0.0, x / 2), np.where(missing, 0.0, (1 - x) / 2)
