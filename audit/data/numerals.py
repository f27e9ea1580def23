"""Numbers written as text, and text written for numbers, one spelling per value."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

LARGEST_EXACT = float(2**53)
"""From here on two neighbouring integers share one float64: such columns are codes."""

_NUMBER = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_INTEGER = r"^[+-]?[0-9]+$"
_LEADING_ZERO = r"^[+-]?0[0-9]"
_INFINITE = r"^(?i:[+-]?inf(?:inity)?)$"
_MISSING = r"^(?i:nan|na|n/a|<na>|null|none)$"
_WITH_COMMAS = r"^[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+,[0-9]+)$"


@dataclass(frozen=True, slots=True, eq=False)
class Numerals:
    """How each of L texts reads as a number; all arrays have shape (L,)."""

    values: NDArray[np.float64]
    """NaN where the text is no number; infinities are kept."""
    is_number: NDArray[np.bool_]
    is_infinite: NDArray[np.bool_]
    """Written as infinite, or beyond the range of float64."""
    is_missing_word: NDArray[np.bool_]
    """`NA`, `null` and the like: they mean missing only in a column of numbers or dates."""
    is_code: NDArray[np.bool_]
    """Digits that are no quantity: a leading zero, or an integer that float64 cannot tell apart."""


def matches(texts: pa.Array, pattern: str) -> NDArray[np.bool_]:
    """Return which texts match an RE2 pattern, bool of shape (L,)."""
    found = pc.match_substring_regex(texts, pattern=pattern)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)


def read_numerals(texts: pa.Array) -> Numerals:
    """Read L distinct texts as numbers."""
    is_number = matches(texts, _NUMBER)
    values = np.full(len(texts), np.nan)
    # -0.0 and 0.0 are one value.
    values[is_number] = _chosen(texts, is_number).cast(pa.float64()).to_numpy() + 0.0
    is_code = _among(texts, is_number, _LEADING_ZERO)
    with np.errstate(invalid="ignore"):
        is_code |= _among(texts, np.abs(values) >= LARGEST_EXACT, _INTEGER)
    spelled = _among(texts, ~is_number, _INFINITE)
    values[spelled] = np.where(_among(texts, spelled, "^-"), -np.inf, np.inf)[spelled]
    return Numerals(
        values=values,
        is_number=is_number,
        is_infinite=np.isinf(values),
        is_missing_word=_among(texts, ~is_number, _MISSING),
        is_code=is_code,
    )


def written_with_commas(texts: pa.Array) -> NDArray[np.bool_]:
    """Return which texts are numbers with a decimal comma or thousands separators."""
    return matches(texts, _WITH_COMMAS)


def number_texts(values: NDArray[np.float64]) -> pa.Array:
    """Write finite numbers, one spelling per value: `1` for 1.0, else the shortest exact one."""
    whole = (values == np.floor(values)) & (np.abs(values) < LARGEST_EXACT)
    as_integer = pa.array(np.where(whole, values, 0.0).astype(np.int64)).cast(pa.string())
    return pc.if_else(pa.array(whole), as_integer, pa.array(values).cast(pa.string()))


def by_value(texts: pa.Array) -> pa.Array:
    """Return the texts, those that are plain numbers in their one spelling."""
    numerals = read_numerals(texts)
    plain = numerals.is_number & ~numerals.is_code & ~numerals.is_infinite
    spelled = number_texts(np.where(plain, numerals.values, 0.0))
    return pc.if_else(pa.array(plain), spelled, texts)


def _chosen(texts: pa.Array, chosen: NDArray[np.bool_]) -> pa.Array:
    return texts if chosen.all() else texts.filter(pa.array(chosen))


def _among(texts: pa.Array, chosen: NDArray[np.bool_], pattern: str) -> NDArray[np.bool_]:
    """Return which of the chosen texts match; looking at few of many texts is cheap."""
    found = np.zeros(len(texts), dtype=np.bool_)
    if chosen.any():
        found[chosen] = matches(_chosen(texts, chosen), pattern)
    return found
