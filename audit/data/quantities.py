"""Cells read as quantities: numbers, or points in time as numbers."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from audit.data.cells import Cells, NumberCells, TextCells, TimeCells, as_text
from audit.data.moments import read_moments
from audit.data.numerals import read_numerals


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Quantities:
    """The cells of one side as numbers, and what did not fit."""

    values: NDArray[np.float64]
    n_unparseable: int = 0
    n_infinite: int = 0
    n_words: int = 0


def as_numbers(cells: Cells) -> Quantities:
    """Read the cells of one side as numbers; infinities and words for missing become missing."""
    match cells:
        case TimeCells():
            empty = np.full(len(cells.microseconds), np.nan)
            return Quantities(empty, int((~np.isnan(cells.microseconds)).sum()))
        case NumberCells():
            infinite = np.isinf(cells.values)
            return Quantities(
                np.where(infinite, np.nan, cells.values), n_infinite=int(infinite.sum())
            )
        case TextCells():
            read = read_numerals(cells.texts)
            known = read.is_number | read.is_infinite | read.is_missing_word
            return Quantities(
                _spread(np.where(read.is_infinite, np.nan, read.values), cells),
                n_unparseable=_held(~known, cells),
                n_infinite=_held(read.is_infinite, cells),
                n_words=_held(read.is_missing_word, cells),
            )


def as_moments(cells: Cells, declared_format: str | None) -> Quantities:
    """Read the cells of one side as microseconds since 1970-01-01."""
    if isinstance(cells, TimeCells):
        return Quantities(cells.microseconds)
    if isinstance(cells, NumberCells) and declared_format is None:
        # A bare number is no date: which unit, counted from when?
        return Quantities(np.full(len(cells.values), np.nan), int(np.isfinite(cells.values).sum()))
    text = as_text(cells)
    read = read_moments(text.texts, declared_format)
    words = read_numerals(text.texts).is_missing_word & ~read.is_moment
    return Quantities(
        _spread(read.microseconds, text),
        n_unparseable=_held(~read.is_moment & ~words, text),
        n_words=_held(words, text),
    )


def rounded_to_single(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what is left of the values in single precision."""
    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
    # Through the shortest decimal, as single-precision files are read.
    written = pa.array(single).cast(pa.string()).cast(pa.float64())
    return np.where(np.isfinite(single), written.to_numpy(), values)


def _spread(by_level: NDArray[np.float64], cells: TextCells) -> NDArray[np.float64]:
    # The appended entry answers for index -1, which is missing.
    return np.append(by_level, np.nan)[cells.index]


def _held(levels: NDArray[np.bool_], cells: TextCells) -> int:
    return int(np.append(levels, False)[cells.index].sum())
