"""The present values of one column of real and holdout together: what a type plan is fitted on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from audit.data.cells import Cells, NumberCells, TextCells, TimeCells, as_text
from audit.data.dates import Order
from audit.data.faults import Side
from audit.data.moments import order_of, read_moments
from audit.data.numerals import read_numerals

FITTED_ON = ("real", "holdout")


class _Tally(NamedTuple):
    levels: NDArray[np.float64]
    counts: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pool:
    """Distinct values and how often each occurs; which side holds it is forgotten."""

    counts: NDArray[np.int64]
    """Shape (L,): cells that hold each distinct value."""
    n_tables: int
    has_missing: bool
    numbers: NDArray[np.float64] | None = None
    """Shape (L,), ascending, if all values are numbers."""
    texts: pa.Array | None = None
    """Shape (L,), if they are neither numbers nor points in time (or there are none)."""
    order: Order | None = None
    """Of the parts of a date, if all values are dates that are not written as ISO dates."""

    @property
    def n_present(self) -> int:
        """Cells that are not missing."""
        return int(self.counts.sum())

    @property
    def n_levels(self) -> int:
        """Distinct present values."""
        return len(self.counts)

    @property
    def is_time(self) -> bool:
        """All values are points in time."""
        return self.numbers is None and self.texts is None


def pool_of(cells: Mapping[Side, Cells]) -> Pool:
    """Pool one column of real and, where given, holdout."""
    sides = [cells[s] for s in FITTED_ON if s in cells]
    filled = [s for s in sides if not (isinstance(s, TextCells) and not len(s.texts))]
    if filled and all(isinstance(s, NumberCells) for s in filled):
        return _pooled_numbers([s.values for s in filled if isinstance(s, NumberCells)], sides)
    if filled and all(isinstance(s, TimeCells) for s in filled):
        times = [s.microseconds for s in filled if isinstance(s, TimeCells)]
        _, counts = _tallied(np.concatenate(times))
        return Pool(counts, len(sides), _any_missing(sides))
    return _pooled_texts(sides)


def _pooled_numbers(values: Sequence[NDArray[np.float64]], sides: Sequence[Cells]) -> Pool:
    numbers, counts = _tallied(np.concatenate(values))
    return Pool(counts, len(sides), _any_missing(sides), numbers=numbers)


def _pooled_texts(sides: Sequence[Cells]) -> Pool:
    written = [as_text(s) for s in sides]
    texts = pc.unique(pa.concat_arrays([w.texts for w in written]))
    counts = np.zeros(len(texts), dtype=np.int64)
    for w in written:
        place = pc.index_in(w.texts, value_set=texts).to_numpy().astype(np.int64)
        counts[place] += np.bincount(w.index[w.index >= 0], minlength=len(w.texts))
    return (
        _as_numbers(texts, counts, sides)
        or _as_times(texts, counts, sides)
        or Pool(counts, len(sides), _any_missing(sides), texts=texts)
    )


def _as_numbers(texts: pa.Array, counts: NDArray[np.int64], sides: Sequence[Cells]) -> Pool | None:
    """Pool the texts as numbers, if that is what all of them are."""
    if any(isinstance(s, TimeCells) for s in sides):
        return None
    read = read_numerals(texts)
    no_number = read.is_infinite | read.is_missing_word
    if not (read.is_number | no_number).all() or not read.is_number.any() or read.is_code.any():
        return None
    kept = ~no_number
    # Several spellings of one number (1 and 1.0) are one value.
    numbers, which = np.unique(read.values[kept], return_inverse=True)
    summed = np.bincount(which, weights=counts[kept]).astype(np.int64)
    missing = _any_missing(sides) or bool(no_number.any())
    return Pool(summed, len(sides), missing, numbers=numbers)


def _as_times(texts: pa.Array, counts: NDArray[np.int64], sides: Sequence[Cells]) -> Pool | None:
    """Pool the texts as points in time, if that is what all of them are."""
    if any(isinstance(s, NumberCells) for s in sides):
        return None
    words = read_numerals(texts).is_missing_word
    if words.all():
        return None
    dates = texts.filter(pa.array(~words))
    in_iso_form = read_moments(dates).is_moment.all()
    order = None if in_iso_form else order_of(dates)
    if not in_iso_form and order is None:
        return None
    return Pool(counts[~words], len(sides), _any_missing(sides) or bool(words.any()), order=order)


def _tallied(values: NDArray[np.float64]) -> _Tally:
    levels, counts = np.unique(values[np.isfinite(values)], return_counts=True)
    return _Tally(levels, counts.astype(np.int64))


def _any_missing(sides: Sequence[Cells]) -> bool:
    return any(_has_missing(s) for s in sides)


def _has_missing(cells: Cells) -> bool:
    match cells:
        case TextCells():
            return bool((cells.index < 0).any())
        case NumberCells():
            return not np.isfinite(cells.values).all()
        case TimeCells():
            return bool(np.isnan(cells.microseconds).any())
