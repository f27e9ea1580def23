"""Numbers in the notations of other countries and programs: `1,234.5`, `1.234,5`, `1 234,5`.

A comma means nothing by itself. A notation is only looked for in a column that real and holdout
fix as numeric, and only in a table that is not written as they are.
"""

from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

_INVISIBLE = r"\p{Cf}"
_MINUS = r"^[\x{2212}\x{2013}]"
_EXPONENT = r"(?:[eE][+-]?[0-9]+)?"
_THREE_DECIMALS = r"^[+-]?[0-9]{1,3}(?:\.[0-9]{3})+$"


class Notation(NamedTuple):
    """The mark between thousands, and the one before the decimals."""

    thousands: str
    decimals: str


NOTATIONS = (
    Notation(",", "."),
    Notation(".", ","),
    Notation(" ", "."),
    Notation(" ", ","),
    Notation("'", "."),
    Notation("'", ","),
    Notation("_", "."),
)


def in_plain(texts: pa.Array, notation: Notation) -> pa.Array:
    """Write the numbers among L texts plainly; what is none in this notation becomes empty."""
    # Normal form KC has one space and one set of digits.
    plain = pc.replace_substring_regex(
        pc.utf8_normalize(texts, form="NFKC"), pattern=_INVISIBLE, replacement=""
    )
    plain = pc.replace_substring_regex(plain, pattern=_MINUS, replacement="-")
    plain = pc.replace_substring(plain, pattern="\u2019", replacement="'")
    thousands, point = (f"[{mark}]" for mark in notation)
    whole = rf"(?:[0-9]{{1,3}}(?:{thousands}[0-9]{{3}})+|[0-9]+)"
    pattern = rf"^[+-]?(?:{whole}(?:{point}[0-9]*)?|{point}[0-9]+){_EXPONENT}$"
    is_one = pc.match_substring_regex(plain, pattern=pattern)
    joined = pc.replace_substring(plain, pattern=notation.thousands, replacement="")
    pointed = pc.replace_substring(joined, pattern=notation.decimals, replacement=".")
    return pc.if_else(is_one, pointed, "")


def may_hide_thousands(texts: pa.Array) -> bool:
    """Tell whether each point among L plain numbers has exactly three digits behind it."""
    pointed = texts.filter(pc.match_substring(texts, pattern="."))
    if not len(pointed):
        return False
    return bool(pc.all(pc.match_substring_regex(pointed, pattern=_THREE_DECIMALS)).as_py())
