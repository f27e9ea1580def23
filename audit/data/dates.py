"""Dates that are no ISO dates: which of day, month and year comes first, and the same in ISO.

`03/01/2020` is two dates. Which one is never guessed from a cell: the order must be the only one
in which every value of real and holdout is a date (or all orders must agree), and a table that is
written in another order than these is read in the one that fits it and returns most of their
dates. A year has four digits; a century that was not written is not invented.
"""

from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_GAP = r"(?:\. |, ?|[-./ ])"
_DAY = r"(?P<day>[0-9]{1,2})"
_MONTH = r"(?P<month>[0-9]{1,2}|[A-Za-z]{3,9})\.?"
_YEAR = r"(?P<year>[0-9]{4})"
_HOUR = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2}(?:[.,][0-9]+)?))?(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_CLOCK = rf"(?:(?:T|,? ){_HOUR}(?: ?(?P<zone>Z|UTC|GMT|[+-][0-9]{{2}}(?::?[0-9]{{2}})?))?)?"
_COMPACT = r"^([0-9]{4})([0-9]{2})([0-9]{2})($|[T ])"
_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    *("january", "february", "march", "april", "june", "july", "august", "september", "sept"),
    *("october", "november", "december"),
)
_FIRST_LETTERS = 3


class Order(StrEnum):
    """Which part of a date is written first."""

    YEAR_FIRST = "year, month, day"
    DAY_FIRST = "day, month, year"
    MONTH_FIRST = "month, day, year"


_PARTS = {
    Order.YEAR_FIRST: (_YEAR, _MONTH, _DAY),
    Order.DAY_FIRST: (_DAY, _MONTH, _YEAR),
    Order.MONTH_FIRST: (_MONTH, _DAY, _YEAR),
}


def in_iso(texts: pa.Array, order: Order) -> pa.Array:
    """Write the dates among L texts as ISO dates; what is none in this order becomes empty.

    The parts are put into their places and not checked: the 31st of February stays one.
    """
    spread = pc.replace_substring_regex(texts, pattern=_COMPACT, replacement=r"\1-\2-\3\4")
    parts = pc.extract_regex(spread, pattern=f"^{_GAP.join(_PARTS[order])}{_CLOCK}$")

    def part(name: str) -> pa.Array:
        return pc.struct_field(parts, name).fill_null("")

    def two_digits(field: pa.Array) -> pa.Array:
        return pc.utf8_lpad(field, width=2, padding="0")

    day = pc.binary_join_element_wise(
        part("year"), two_digits(_month_numbers(part("month"))), two_digits(part("day")), "-"
    )
    second = pc.replace_substring(part("second"), pattern=",", replacement=".")
    clock = pc.binary_join_element_wise(
        two_digits(_hours(part("hour"), part("half"))), part("minute"), ":"
    )
    clock = pc.if_else(pc.equal(second, ""), clock, pc.binary_join_element_wise(clock, second, ":"))
    zone = pc.if_else(pc.is_in(part("zone"), value_set=pa.array(["UTC", "GMT"])), "Z", part("zone"))
    timed = pc.binary_join_element_wise(day, " ", clock, zone, "")
    whole = pc.if_else(pc.equal(part("hour"), ""), day, timed)
    return pc.if_else(pc.is_valid(parts), whole, "")


def may_be(text: str, order: Order) -> bool:
    """Tell whether one text has the form of a date in this order."""
    return bool(in_iso(pa.array([text]), order)[0].as_py())


def _month_numbers(months: pa.Array) -> pa.Array:
    """Return months by number; a word that is no English month becomes month 0."""
    words = pc.utf8_lower(months)
    known = pc.is_in(words, value_set=pa.array(_MONTHS))
    place = pc.index_in(
        pc.utf8_slice_codeunits(words, 0, _FIRST_LETTERS), value_set=pa.array(_MONTHS[:12])
    )
    numbers = pc.add(place, 1).cast(pa.string())
    spelled = pc.if_else(known, numbers, "0")
    return pc.if_else(pc.match_substring_regex(months, pattern=r"^[0-9]"), months, spelled)


def _hours(hours: pa.Array, halves: pa.Array) -> pa.Array:
    """Return hours of a clock of 24; an hour that a clock of 12 lacks becomes one that none has."""
    half = pc.utf8_lower(halves)
    if pc.all(pc.equal(half, "")).as_py():
        return hours
    count = pc.if_else(pc.equal(hours, ""), "0", hours).cast(pa.int64()).to_numpy()
    later = np.where(pc.equal(half, "p").to_numpy(zero_copy_only=False), 12, 0)
    on_clock = pa.array(count % 12 + later).cast(pa.string())
    within = pa.array((count >= 1) & (count <= 12))
    return pc.if_else(pc.equal(half, ""), hours, pc.if_else(within, on_clock, "99"))
