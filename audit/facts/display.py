"""A run in a notebook: which checks measured something. It holds no judgement, and says so."""

from collections.abc import Iterable, Iterator
from html import escape

from audit.text import safe_text

_CELL = "text-align: left; padding: 0.1em 1em 0.1em 0"
Row = tuple[str, str, str, int]
"""Id of a check, status, reason code, number of measurements."""


def run_html(name: str, sizes: Iterable[tuple[str, int]], rows: Iterable[Row]) -> str:
    """Return a piece of HTML: the release, and one row per check; without any script or colour."""
    return "".join(_pieces(name, sizes, rows))


def _pieces(name: str, sizes: Iterable[tuple[str, int]], rows: Iterable[Row]) -> Iterator[str]:
    told = ", ".join(f"{table} {count:,} rows" for table, count in sizes)
    yield f"<p><strong>Measured: {_safe(name)}</strong><br>{_safe(told)}. "
    yield "Nothing was graded yet: <code>audit.grade(run)</code> does.</p>"
    yield '<table style="border-collapse: collapse; color: inherit; font-size: inherit"><thead><tr>'
    for head in ("Check", "Status", "Reason", "Measurements"):
        yield f'<th scope="col" style="{_CELL}">{head}</th>'
    yield "</tr></thead><tbody>"
    for check, status, reason, count in rows:
        yield f'<tr><th scope="row" style="{_CELL}">{_safe(check)}</th>'
        for cell in (status, reason, str(count)):
            yield f'<td style="{_CELL}">{_safe(cell)}</td>'
        yield "</tr>"
    yield "</tbody></table>"


def _safe(text: str) -> str:
    return escape(safe_text(text, 120))
