"""Points in time written as text: the ISO forms, one declared format, or one order of the parts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from audit.data.dates import Order, in_iso, may_be
from audit.data.faults import Fault, Faulty
from audit.data.numerals import matches

_YEAR = r"(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
_LEAP = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DAY = (
    rf"(?:{_YEAR}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    rf"|{_LEAP}-02-29)"
)
_HOUR = r"(?:[01][0-9]|2[0-3])"
_CLOCK = rf"[T ]{_HOUR}:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?"
_ZONE = rf"(?:Z|[+-]{_HOUR}(?::?[0-5][0-9])?)"
# Only dates that exist match, so the cast below cannot fail (arrow would quote the cell).
_NAIVE = rf"^{_DAY}(?:{_CLOCK})?$"
_DATE_LIKE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
_AWARE = rf"^{_DAY}{_CLOCK}{_ZONE}$"


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """How each of L texts reads as a point in time; all arrays have shape (L,)."""

    microseconds: NDArray[np.float64]
    """Since 1970-01-01 (UTC where aware), NaN where the text is none. Exact up to the year 2255."""
    is_aware: NDArray[np.bool_]

    @property
    def is_moment(self) -> NDArray[np.bool_]:
        """Which texts are points in time."""
        return ~np.isnan(self.microseconds)


def read_moments(texts: pa.Array, declared_format: str | None = None) -> Moments:
    """Read L distinct texts as points in time.

    Parameters
    ----------
    texts
        Distinct, normalised.
    declared_format
        A strftime format; ISO forms are read beside it.

    Raises
    ------
    Faulty
        The format itself is none.
    """
    iso = _read_iso(texts)
    if declared_format is None:
        return iso
    declared = _read_declared(texts, declared_format)
    zoned = "%z" in declared_format
    return Moments(
        microseconds=np.where(declared == declared, declared, iso.microseconds),
        is_aware=np.where(declared == declared, zoned, iso.is_aware),
    )


def read_ordered(texts: pa.Array, order: Order) -> Moments:
    """Read L distinct texts as dates whose parts stand in one order."""
    return _read_iso(in_iso(texts, order))


def order_of(texts: pa.Array) -> Order | None:
    """Return the order in which all of L texts are dates, if there is one.

    Orders that read the same out of all of them are one; where they disagree there is none.
    """
    fits: list[Order] = []
    read: list[NDArray[np.float64]] = []
    for order in Order:
        if len(texts) and may_be(texts[0].as_py(), order):
            moments = read_ordered(texts, order)
            if moments.is_moment.all():
                fits.append(order)
                read.append(moments.microseconds)
    if not fits or any((other != read[0]).any() for other in read[1:]):
        return None
    return fits[0]


def moment_texts(microseconds: NDArray[np.float64], *, aware: bool) -> pa.Array:
    """Write points in time in one ISO spelling."""
    whole = pa.array(microseconds.astype(np.int64))
    texts = whole.cast(pa.timestamp("us")).cast(pa.string())
    texts = pc.replace_substring_regex(texts, pattern=r"(\.[0-9]*?)0+$", replacement=r"\1")
    texts = pc.replace_substring_regex(texts, pattern=r"\.$", replacement="")
    if aware:
        return pc.binary_join_element_wise(texts, "Z", "")
    return pc.replace_substring_regex(texts, pattern=r" 00:00:00$", replacement="")


def _read_iso(texts: pa.Array) -> Moments:
    microseconds = np.full(len(texts), np.nan)
    is_aware = np.zeros(len(texts), dtype=np.bool_)
    if not matches(texts, _DATE_LIKE).any():
        return Moments(microseconds, is_aware)
    is_aware = matches(texts, _AWARE)
    for chosen, zone in ((is_aware, "UTC"), (matches(texts, _NAIVE), None)):
        if chosen.any():
            # Finer than a microsecond is cut off.
            cut = pc.replace_substring_regex(
                texts.filter(pa.array(chosen)), pattern=r"(\.[0-9]{6})[0-9]+", replacement=r"\1"
            )
            read = cut.cast(pa.timestamp("us", zone)).cast(pa.int64())
            microseconds[chosen] = read.to_numpy()
    return Moments(microseconds, is_aware)


def _read_declared(texts: pa.Array, declared_format: str) -> NDArray[np.float64]:
    try:
        read = pd.to_datetime(
            pd.Series(texts.to_pylist(), dtype=object),
            format=declared_format,
            errors="coerce",
            utc="%z" in declared_format,
        )
    except (ValueError, TypeError, OverflowError, KeyError):
        read = None
    if read is None:
        raise Faulty(Fault("", "has a declared date format that is none", "Use %Y, %m, %d, %H."))
    naive = read.dt.tz_localize(None) if read.dt.tz is not None else read
    exact = naive.to_numpy().astype("datetime64[us]")
    return np.where(np.isnat(exact), np.nan, exact.astype(np.int64).astype(np.float64))
