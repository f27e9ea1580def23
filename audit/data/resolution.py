"""How finely a column is written, and the coarsest way of all tables, in which it is compared.

A copy must not hide behind its own rounding. Where one table is written a little more coarsely than
the others, all are read so; only where hardly anything is lost by it: the step must be small beside
the differences between people, and what is lost is lost alike for everybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from audit.data.faults import Side

LARGEST_STEP = 1e-4
"""In interquartile ranges of real and holdout."""
_MOST_DIGITS = 15
"""A float64 tells apart any two numbers of so many digits."""
_TIMES = (86_400e6, 3600e6, 60e6, 1e6, 1e3)
"""Steps of a time in microseconds: a day, an hour, a minute, a second, a millisecond."""
_LOOKED_AT_FIRST = 1_000


class _Places(NamedTuple):
    """How the numbers of a table are written: as many decimals, or as many significant digits."""

    significant: bool
    n: int
    needed: float
    """Share of the numbers that could not do with one place less."""

    def step(self, farthest: float) -> float:
        """Return the largest step between two numbers written so."""
        return farthest * 10.0 ** (1 - self.n) if self.significant else 10.0**-self.n


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Coarsened:
    """The numbers of every side in one resolution, and the sides that were written in it."""

    values: Mapping[Side, NDArray[np.float64]]
    coarse: tuple[Side, ...] = ()
    """Empty if nothing had to be changed."""


def in_common_digits(
    values: Mapping[Side, NDArray[np.float64]], fitted: Sequence[Side]
) -> Coarsened:
    """Round the numbers of a column as the table does that writes the fewest digits.

    Parameters
    ----------
    values
        Per side, shape (n,), NaN where missing.
    fitted
        The sides that tell how far people differ.
    """
    farthest = max(float(np.nanmax(np.abs(v), initial=0.0)) for v in values.values())
    own = {s: _places_of(v) for s, v in values.items()}
    coarsest = max(
        (places for places in own.values() if places is not None),
        key=lambda places: places.step(farthest),
        default=None,
    )
    if coarsest is None or coarsest.step(farthest) > _largest_step(values, fitted):
        return Coarsened(values)
    coarse = tuple(s for s, places in own.items() if places and places[:2] == coarsest[:2])
    if len(coarse) == len(values):
        return Coarsened(values)
    return Coarsened({s: _written(v, coarsest) for s, v in values.items()}, coarse)


def in_common_clock(
    values: Mapping[Side, NDArray[np.float64]], fitted: Sequence[Side]
) -> Coarsened:
    """Cut points in time off at the coarsest step (minutes, seconds) that any table has."""
    own = {s: next((t for t in _TIMES if _in_steps(v, t)), 1.0) for s, v in values.items()}
    largest = max(own.values())
    coarse = tuple(s for s, t in own.items() if t == largest)
    if largest > _largest_step(values, fitted) or len(coarse) == len(values):
        return Coarsened(values)
    return Coarsened({s: np.floor(v / largest) * largest for s, v in values.items()}, coarse)


def in_single_precision(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what is left of numbers in single precision."""
    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
    # Through the shortest decimal, as single-precision files are read.
    written = pa.array(single).cast(pa.string()).cast(pa.float64())
    return np.where(np.isfinite(single), written.to_numpy(), values)


def _largest_step(values: Mapping[Side, NDArray[np.float64]], fitted: Sequence[Side]) -> float:
    people = np.concatenate([values[s] for s in fitted if s in values])
    present = people[~np.isnan(people)]
    if not present.size:
        return 0.0
    low, high = np.quantile(present, [0.25, 0.75], method="inverted_cdf")
    with np.errstate(over="ignore"):
        spread = float(high - low)
    return LARGEST_STEP * spread if np.isfinite(spread) else 0.0


def _places_of(values: NDArray[np.float64]) -> _Places | None:
    """Return how a table writes its numbers; None where it writes all that float64 holds."""
    present = values[~np.isnan(values) & (values != 0)]
    found = []
    for significant in (False, True):
        few = _fitting(present[:_LOOKED_AT_FIRST], significant, int(significant))
        # What some values need is the least that all need; one less tells how many need it.
        whole = few and _fitting(present, significant, max(int(significant), few.n - 1))
        found += [] if whole is None else [whole]
    # A program that writes seven digits writes many numbers of decimals, and the other way round.
    return max(found, key=lambda places: places.needed, default=None)


def _fitting(values: NDArray[np.float64], significant: bool, least: int) -> _Places | None:
    with np.errstate(all="ignore"):
        magnitude = np.floor(np.log10(np.abs(values)))
        # Products and quotients of floats may be off by a unit in the last place.
        off = 2 * np.spacing(np.abs(values))
        fits = np.zeros(values.size, dtype=np.bool_)
        for n in range(least, _MOST_DIGITS + 1):
            decimals = n - 1 - magnitude if significant else np.full(values.size, float(n))
            if (decimals + magnitude >= _MOST_DIGITS).any():
                # Of so many digits every number is one, and nothing would be told.
                return None
            scale = 10.0 ** np.abs(decimals)
            up, down = np.round(values * scale) / scale, np.round(values / scale) * scale
            before, fits = fits, np.abs(np.where(decimals < 0, down, up) - values) <= off
            if fits.all():
                return _Places(significant, n, float((~before).mean()) if before.size else 1.0)
    return None


def _written(values: NDArray[np.float64], places: _Places) -> NDArray[np.float64]:
    """Round by writing and reading again: exact, as a program that wrote the table would."""
    if places.n == 0:
        return np.round(values) + 0.0
    form = f".{places.n - 1}e" if places.significant else f".{places.n}f"
    distinct, index = np.unique(values, return_inverse=True)
    rounded = np.array([float(format(v, form)) for v in distinct.tolist()])
    return np.asarray(rounded[index] + 0.0, dtype=np.float64)


def _in_steps(values: NDArray[np.float64], step: float) -> bool:
    present = values[~np.isnan(values)]
    return bool((np.floor(present / step) * step == present).all())
