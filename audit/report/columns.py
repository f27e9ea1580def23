"""All columns as CSV, for searching; the report shows the most exposed ones."""

import csv
import io

from audit.report.digits import MINUS
from audit.report.evidence_sections import COLUMN_HEADS
from audit.report.shapes import View

_TRIGGERS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A cell that begins so is a formula to a spreadsheet (OWASP, CSV injection)."""


def to_columns(view: View) -> bytes:
    """Return one row per column of the release; for the internal edition only."""
    sink = io.StringIO()
    writer = csv.writer(sink, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMN_HEADS)
    for *words, excess in view.columns:
        writer.writerow([*(_inert(word) for word in words), excess.replace(MINUS, "-")])
    return sink.getvalue().encode("utf-8")


def _inert(word: str) -> str:
    return f"'{word}" if word.lstrip().startswith(_TRIGGERS) else word
