"""Cells read as quantities: numbers, or points in time as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from audit.data.cells import Cells, NumberCells, TextCells, TimeCells, as_text
from audit.data.dates import Order
from audit.data.moments import Moments, read_moments, read_ordered
from audit.data.notation import NOTATIONS, Notation, in_plain, may_hide_thousands
from audit.data.numerals import read_numerals


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Quantities:
    """The cells of one side as numbers, and what did not fit."""

    values: NDArray[np.float64]
    n_unparseable: int = 0
    n_infinite: int = 0
    n_words: int = 0
    n_rewritten: int = 0
    """Cells in a notation that real and holdout do not use."""
    zones: frozenset[bool] = frozenset()
    """Of points in time: whether they tell their time zone."""


def as_numbers(cells: Cells, notation: Notation | None = None) -> Quantities:
    """Read the cells of one side as numbers; infinities and words for missing become missing.

    Parameters
    ----------
    cells
        Of one column.
    notation
        How numbers are written beside the plain way; None: in no other.
    """
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
            plain = read_numerals(cells.texts)
            read = plain if notation is None else read_numerals(in_plain(cells.texts, notation))
            infinite = plain.is_infinite | read.is_infinite
            values = np.where(infinite, np.nan, read.values)
            return Quantities(
                _spread(values, cells),
                n_unparseable=_held(~(read.is_number | infinite | plain.is_missing_word), cells),
                n_infinite=_held(infinite, cells),
                n_words=_held(plain.is_missing_word, cells),
                n_rewritten=_held(read.is_number & (read.values != plain.values), cells),
            )


def numbers_in_any_notation(cells: Cells, known: NDArray[np.float64]) -> Quantities:
    """Read the numbers of a table that may be written otherwise than real and holdout are.

    Parameters
    ----------
    cells
        Of one column.
    known
        The numbers of real and holdout, ascending, each once.
    """
    plain = as_numbers(cells)
    if not isinstance(cells, TextCells):
        return plain
    if not plain.n_unparseable and not may_hide_thousands(cells.texts):
        return plain
    return _best([plain, *(as_numbers(cells, n) for n in NOTATIONS)], known)


def as_moments(
    cells: Cells, declared_format: str | None = None, order: Order | None = None
) -> Quantities:
    """Read the cells of one side as microseconds since 1970-01-01.

    Parameters
    ----------
    cells
        Of one column.
    declared_format
        A strftime format; ISO forms are read beside it.
    order
        Of the parts of a date that is neither.
    """
    if isinstance(cells, TimeCells):
        return Quantities(cells.microseconds, zones=frozenset({cells.aware}))
    if isinstance(cells, NumberCells) and declared_format is None and order is None:
        # A bare number is no date: which unit, counted from when?
        return Quantities(np.full(len(cells.values), np.nan), int(np.isfinite(cells.values).sum()))
    text = as_text(cells)
    read = read_moments(text.texts, declared_format)
    if order is not None:
        other = read_ordered(text.texts, order)
        read = Moments(
            np.where(read.is_moment, read.microseconds, other.microseconds),
            np.where(read.is_moment, read.is_aware, other.is_aware),
        )
    words = read_numerals(text.texts).is_missing_word & ~read.is_moment
    return Quantities(
        _spread(read.microseconds, text),
        n_unparseable=_held(~read.is_moment & ~words, text),
        n_words=_held(words, text),
        zones=frozenset(read.is_aware[read.is_moment].tolist()),
    )


def moments_in_any_order(
    cells: Cells, known: NDArray[np.float64], planned: Quantities
) -> Quantities:
    """Read the dates of a table that may be written otherwise than real and holdout are.

    Parameters
    ----------
    cells
        Of one column.
    known
        The points in time of real and holdout, ascending, each once.
    planned
        The cells as the plan of the column reads them.
    """
    if not planned.n_unparseable:
        return planned
    others = [as_moments(cells, order=order) for order in Order]
    fewer = [
        replace(other, n_rewritten=int((~np.isnan(other.values)).sum()))
        for other in others
        if other.n_unparseable < planned.n_unparseable
    ]
    return _best([planned, *fewer], known)


def _best(readings: Sequence[Quantities], known: NDArray[np.float64]) -> Quantities:
    """Return the reading that leaves the fewest cells unread, then meets most known values.

    Readings that tie must agree, or the first of all, which is the plain one, stands: nothing is
    read out of a table that it may not say.
    """

    def fit(reading: Quantities) -> tuple[int, int]:
        return (-reading.n_unparseable, int(np.isin(reading.values, known).sum()))

    most = max(map(fit, readings))
    tied = [reading for reading in readings if fit(reading) == most]
    first = tied[0].values
    if readings[0] in tied or all(np.array_equal(first, r.values, equal_nan=True) for r in tied):
        return tied[0]
    return readings[0]


def _spread(by_level: NDArray[np.float64], cells: TextCells) -> NDArray[np.float64]:
    # The appended entry answers for index -1, which is missing.
    return np.append(by_level, np.nan)[cells.index]


def _held(levels: NDArray[np.bool_], cells: TextCells) -> int:
    return int(np.append(levels, False)[cells.index].sum())
