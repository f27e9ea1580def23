"""Cells of alike people, by k-means on real and holdout people together."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

_MOST_FITTED = 10_000
_STEPS = 25
_BATCH = 1 << 16
_LEVELS = 8
"""So many of the commonest levels of a column have a place of their own."""


Floats: TypeAlias = NDArray[np.float64]


class MixedRows(NamedTuple):
    """Encoded rows."""

    numbers: NDArray[np.float64]
    """Shape (n, p), on one scale, nothing missing."""
    codes: NDArray[np.int64]
    """Shape (n, q)."""


def cells(
    pool: MixedRows, asked: tuple[MixedRows, ...], *, n_cells: int, seed: int
) -> tuple[NDArray[np.int64], ...]:
    """Return the cell of every row that is asked about.

    Parameters
    ----------
    pool
        Rows that the cells are fitted on, in an order that does not know who is real; of many, an
        even sample is taken.
    asked
        Tables of the same columns.
    n_cells
        At most so many cells; fewer where the pool has fewer distinct rows.
    seed
        Of the first centres.

    Returns
    -------
    tuple[NDArray[np.int64], ...]
        One array of shape (n,) per table.
    """
    levels = tuple(_commonest(column) for column in pool.codes.T)
    features = _features(pool, levels)
    chosen = np.unique(np.linspace(0, len(features) - 1, _MOST_FITTED).astype(np.int64))
    fitted = features[chosen] if len(features) > _MOST_FITTED else features
    centres = _fitted(fitted, _first_centres(fitted, n_cells, np.random.default_rng(seed)))
    return tuple(_nearest(_features(rows, levels), centres) for rows in asked)


def _first_centres(rows: Floats, k: int, rng: np.random.Generator) -> Floats:
    """Draw centres far from each other (k-means++), fewer where there are fewer distinct rows."""
    centres = rows[[int(rng.integers(len(rows)))]]
    for _ in range(k - 1):
        gaps = _gaps(rows, centres).min(axis=1)
        # What is left of a row's distance to itself by rounding is no distance.
        gaps[gaps < 1e-12] = 0.0
        if not gaps.any():
            break
        at = int(np.searchsorted(np.cumsum(gaps), rng.random() * gaps.sum(), side="right"))
        centres = np.vstack([centres, rows[min(at, len(rows) - 1)]])
    return centres


def _fitted(rows: Floats, centres: Floats) -> Floats:
    """Move the centres to the means of their cells, until nothing moves (Lloyd)."""
    held = np.full(len(rows), -1)
    for _ in range(_STEPS):
        cell = _nearest(rows, centres)
        if np.array_equal(cell, held):
            break
        held = cell
        size = np.bincount(cell, minlength=len(centres))
        sums = np.stack([np.bincount(cell, x, minlength=len(centres)) for x in rows.T], axis=1)
        centres = np.where(size[:, None] > 0, sums / np.maximum(size, 1)[:, None], centres)
    return centres


def _nearest(rows: Floats, centres: Floats) -> NDArray[np.int64]:
    return np.asarray(_gaps(rows, centres).argmin(axis=1), dtype=np.int64)


def _gaps(rows: Floats, centres: Floats) -> Floats:
    """Return squared distances, shape (n, k): by sums whose order no number of threads changes."""
    gaps = np.empty((len(rows), len(centres)))
    for start in range(0, len(rows), _BATCH):
        part = rows[start : start + _BATCH]
        for j, centre in enumerate(centres):
            off = part - centre
            gaps[start : start + _BATCH, j] = np.einsum("ij,ij->i", off, off)
    return gaps


def _commonest(column: NDArray[np.int64]) -> NDArray[np.int64]:
    values, counts = np.unique(column, return_counts=True)
    return values[np.lexsort((values, -counts))[:_LEVELS]]


def _features(rows: MixedRows, levels: tuple[NDArray[np.int64], ...]) -> NDArray[np.float64]:
    """Return numbers, then one column per common level: two that differ are one apart."""
    marks = [
        (column[:, None] == known[None, :]) * np.sqrt(0.5)
        for column, known in zip(rows.codes.T, levels, strict=True)
    ]
    return np.ascontiguousarray(np.hstack([rows.numbers, *marks]), dtype=np.float64)
