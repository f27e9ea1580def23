"""What is wrong with an input, gathered until everything is known and then said at once."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from audit.errors import DataError
from audit.text import safe_text

Side: TypeAlias = str
"""`real`, `synthetic`, `holdout` or `reference`."""

_FENCE = "`"
_LISTED = 8
_DATA_LIKE = re.compile(r"[+-]?[0-9][0-9.,:/T+ -]*")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it is, what it is, what helps. Names and counts only, never a cell."""

    where: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class Faulty(Exception):  # noqa: N818 - a carrier between two functions of this room
    """Carries faults out of the depth of one file or column; it never leaves this room."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(str(f) for f in faults))
        self.faults = faults


def refusal(faults: Sequence[Fault]) -> DataError:
    """Return the one error that tells all `faults`, one per line, and their hints once each."""
    lines = dict.fromkeys(str(f) for f in faults)
    hints = dict.fromkeys(f.hint for f in faults if f.hint)
    return DataError("\n".join(lines), " ".join(hints))


def quoted(name: str) -> str:
    """Return a column name fit for a message.

    Where a file lacks its header the names are the first person's cells; a name that reads like a
    number or a date is therefore not repeated.
    """
    if _DATA_LIKE.fullmatch(name.strip()):
        return "(a name that looks like data)"
    return f"{_FENCE}{safe_text(name, 60).replace(_FENCE, '')}{_FENCE}"


def listed(names: Iterable[str]) -> str:
    """Return column names fit for a message, the first few of them."""
    every = list(names)
    shown = ", ".join(quoted(n) for n in every[:_LISTED])
    return shown if len(every) <= _LISTED else f"{shown} and {len(every) - _LISTED} more"
