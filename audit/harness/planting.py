"""Plant leaks of known size: the only code in the product that does.

The planted control ("would this audit have noticed?"), the contract laws, the fixtures and the
calibration study all ask the same question: what does a check say when N known people are in the
release? So they share one way to put them there. A plan is *nested*: with the same stream of random
numbers the plan for N people is the beginning of the plan for M > N, so that a ladder of leaks
differs by its size alone. Rows are replaced, never added: the size of the release tells nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

NOISE = 0.05
"""Largest jitter of a number, as a share of the scale."""

_Number = TypeVar("_Number", np.float64, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Planting:
    """Which rows of the release give way to which rows of the source.

    Both arrays have shape (rows planted,) and belong together position by position.
    """

    replaced: NDArray[np.int64]
    """Positions in the synthetic data, each at most once."""
    by: NDArray[np.int64]
    """Positions in the source (real people, as a rule)."""

    def __len__(self) -> int:
        return self.replaced.size


def plan_copies(
    n_synthetic: int, people: NDArray[np.int64], n_people: int, *, rng: np.random.Generator
) -> Planting:
    """Choose people at random and a place for every row of each.

    Parameters
    ----------
    n_synthetic
        Rows of the release.
    people
        Shape (rows of the source,): the person of each row, any whole numbers.
    n_people
        How many people are planted, with all their rows.
    rng
        The same numbers are drawn whatever `n_people` is. Two generators in the same state hence
        give nested plans; a generator that has been used before does not.

    Raises
    ------
    ValueError
        If there are fewer people than asked for, or more rows to plant than the release has.
    """
    persons, person = np.unique(people, return_inverse=True)
    if not 0 <= n_people <= persons.size:
        raise ValueError(f"{n_people} people cannot be chosen from {persons.size}")
    turn = rng.permutation(persons.size)[person]  # when the person of each row is called up
    places = rng.permutation(n_synthetic)
    called = np.argsort(turn, kind="stable")
    n_rows = int(np.count_nonzero(turn < n_people))
    if n_rows > n_synthetic:
        raise ValueError(f"{n_rows} rows do not fit into a release of {n_synthetic}")
    return Planting(places[:n_rows].astype(np.int64), called[:n_rows].astype(np.int64))


def plan_named(
    n_synthetic: int, rows: NDArray[np.int64], n_rows: int, *, rng: np.random.Generator
) -> Planting:
    """Choose a place for each of the first rows of a list.

    Parameters
    ----------
    n_synthetic
        Rows of the release.
    rows
        Positions in the source, shape (most,), those to be planted first in front. A position may
        stand there twice: drawn with replacement they are a bootstrap of the source, sorted by
        rarity its most vulnerable people.
    n_rows
        How many of them are planted; plans of equal `rng` are nested, as in `plan_copies`.

    Raises
    ------
    ValueError
        If more rows are asked for than the list or the release has.
    """
    if not 0 <= n_rows <= min(rows.size, n_synthetic):
        raise ValueError(f"{n_rows} of {rows.size} rows do not fit into {n_synthetic}")
    places = rng.permutation(n_synthetic)[:n_rows]
    return Planting(places.astype(np.int64), rows[:n_rows].astype(np.int64))


def plant(
    columns: Mapping[str, NDArray[Any]], source: Mapping[str, NDArray[Any]], planting: Planting
) -> dict[str, NDArray[Any]]:
    """Return `columns` with the planned rows replaced by rows of `source`.

    Parameters
    ----------
    columns, source
        Columns of equal length each; `source` holds at least the names of `columns`. A column comes
        back in the type that can hold both sides; the arguments are left as they are.

    Raises
    ------
    ValueError
        If `source` lacks a column.
    """
    missing = len(columns.keys() - source.keys())
    if missing:
        raise ValueError(f"the source lacks {missing} of the {len(columns)} columns")
    return {name: _replace(values, source[name], planting) for name, values in columns.items()}


def _replace(values: NDArray[Any], source: NDArray[Any], planting: Planting) -> NDArray[Any]:
    shared = object if object in (values.dtype, source.dtype) else np.result_type(values, source)
    planted = values.astype(shared, copy=True)
    planted[planting.replaced] = source[planting.by]
    return planted


def jitter_numbers(
    values: NDArray[_Number], *, scale: float, rng: np.random.Generator, integer: bool = False
) -> NDArray[_Number]:
    """Return `values` with even noise of at most 5 % of `scale` on each.

    Parameters
    ----------
    values
        Shape (n,). A missing value (NaN) stays missing.
    scale
        The interquartile range of the column.
    integer
        Round to whole numbers; where the scale is below 10 this undoes the noise. Implied by an
        array of integers.
    """
    noisy = values + scale * rng.uniform(-NOISE, NOISE, size=values.shape)
    whole = integer or values.dtype.kind == "i"
    return (np.rint(noisy) if whole else noisy).astype(values.dtype)


def jitter_codes(
    codes: NDArray[np.int64], n_levels: int, share: float, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the codes of one categorical column, a share of them changed to another level.

    With `share` = 1 / (number of categorical columns), applied to each of them, a row loses one
    category on average.

    Parameters
    ----------
    codes
        Shape (n,), in 0..n_levels - 1; a negative code is a missing value and stays.
    share
        Probability that a code is changed; the new level is any of the others, evenly.
    """
    chosen = rng.random(codes.size) < share
    steps = rng.integers(1, max(n_levels, 2), size=codes.size)
    changed = chosen & (codes >= 0) & (n_levels > 1)
    return np.where(changed, (codes + steps) % max(n_levels, 1), codes)


def redraw_attributes(
    n_rows: int, n_columns: int, n_redrawn: int, *, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Choose for each planted row the attributes that are not copied.

    Returns
    -------
    numpy.ndarray of bool
        Shape (n_rows, n_columns), `n_redrawn` true in each row. With equal `rng` what is not
        copied at a small number is not copied at any larger one.

    Raises
    ------
    ValueError
        If more are asked for than there are.
    """
    if not 0 <= n_redrawn <= n_columns:
        raise ValueError(f"{n_redrawn} of {n_columns} attributes cannot be drawn anew")
    turn = rng.random((n_rows, n_columns)).argsort(axis=1).argsort(axis=1)
    return np.asarray(turn < n_redrawn)


def blend_numbers(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the point so far on the way from one number to the other, shapes (n,).

    A number that either side lacks (NaN) is that of the first.

    References
    ----------
    Chawla et al. (2002), SMOTE, JAIR 16:321, section 4.2.
    """
    return np.where(np.isnan(theirs), ours, ours + weight * (theirs - ours))


def smoothed_numbers(
    values: NDArray[np.float64], bandwidth: float, *, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return draws of a kernel density around the values: the smaller the bandwidth, the nearer.

    Parameters
    ----------
    values
        Shape (n,); a missing value stays missing.
    bandwidth
        Standard deviation of the normal kernel, in standard deviations of the values. Equal `rng`
        moves each value the same way at every bandwidth.

    References
    ----------
    Silverman (1986), Density Estimation, section 6.4.1 (the smoothed bootstrap).
    """
    return values + bandwidth * np.nanstd(values) * rng.normal(size=values.shape)


def disguise_numbers(values: NDArray[_Number], *, factor: float, shift: float) -> NDArray[_Number]:
    """Return the numbers of a pseudonymised clone: all stretched and moved alike."""
    moved = values * factor + shift
    return (np.rint(moved) if values.dtype.kind == "i" else moved).astype(values.dtype)
