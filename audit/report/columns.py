"""All columns as CSV, for searching and for the file; the report shows the most exposed ones."""

import csv
import io

from audit.report.column_risks import HEADS
from audit.report.shapes import View

_TRIGGERS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A cell that begins so is a formula to a spreadsheet (OWASP, CSV injection)."""
_NUMBERS = frozenset(HEADS.index(name) for name in ("risk", "low", "high", "limit"))


def to_columns(view: View) -> bytes:
    """Return one row per column of the release; for the internal edition only."""
    sink = io.StringIO()
    writer = csv.writer(sink, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(HEADS)
    for row in view.columns:
        # A number of ours may begin with a minus.
        writer.writerow([c if i in _NUMBERS else _inert(c) for i, c in enumerate(row)])
    return sink.getvalue().encode("utf-8")


def _inert(word: str) -> str:
    return f"'{word}" if word.lstrip().startswith(_TRIGGERS) else word
