"""What an attack gains on each secret with each knowledge: a heatmap, and its numbers in full."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from audit.facts.figures import Heatmap
from audit.facts.measurement import AuditRun, Measurement, Result
from audit.report.digits import PERCENT, Look, listed, write, write_count, write_ends
from audit.report.names import check_name
from audit.report.pieces import Figure, HeatPanel, Table
from audit.report.sentences import has, say
from audit.text import safe_text

MOST_ROWS = 12
MOST_COLUMNS = 4
_GROWING = ("quasi_identifiers", "half", "others")
"""Names of sets of known columns, in the order in which they grow."""
_POINTS = Look(100, 1)


@dataclass(frozen=True, slots=True)
class _Row:
    """One secret: its true name, and its cells in the order of what is known."""

    name: str
    cells: tuple[float | None, ...]

    @property
    def worst(self) -> float:
        return max((c for c in self.cells if c is not None), default=float("-inf"))


def heat_figures(results: Iterable[Result], run: AuditRun) -> Iterator[Figure]:
    """Yield a figure per heatmap: the worst secrets first, knowledge growing to the right."""
    for result, heatmap in _heatmaps(results):
        columns, rows = _columns(heatmap), _rows(heatmap)
        shown = rows[:MOST_ROWS]
        panel = HeatPanel(
            rows=tuple(safe_text(r.name, 40) for r in shown),
            heads=tuple(_head(heatmap.columns[j]) for j in columns),
            cells=tuple(r.cells for r in shown),
            alt=_alt(heatmap, rows, columns),
        )
        title = check_name(result.card.id, run)
        yield Figure(panel, f"{title}.", say("heat", "caption") + _hidden(rows))


def heat_tables(results: Iterable[Result], run: AuditRun) -> Iterator[Table]:
    """Yield the numbers of each heatmap with their ends, and the names in full."""
    for result, heatmap in _heatmaps(results):
        columns, rows = _columns(heatmap), _rows(heatmap)
        heads = tuple(_head(heatmap.columns[j]).replace("\n", " ") for j in columns)
        yield Table(
            caption=f"{check_name(result.card.id, run)}, by what is known",
            scope=say("heat", "table"),
            heads=("Secret", *(h for head in heads for h in (head, f"95{PERCENT} ends"))),
            rows=tuple(_table_row(r, heatmap, columns, result) for r in rows[:MOST_ROWS]),
            right=frozenset(range(1, 2 * len(columns) + 1, 2)),
            ends=frozenset(range(2, 2 * len(columns) + 1, 2)),
            more=_more(rows),
        )


def _heatmaps(results: Iterable[Result]) -> Iterator[tuple[Result, Heatmap]]:
    for result in results:
        for figure in result.figures:
            if isinstance(figure, Heatmap) and figure.rows and figure.columns:
                yield result, figure


def _columns(heatmap: Heatmap) -> list[int]:
    """Return which columns are shown, the smallest knowledge first."""

    def place(j: int) -> tuple[int, str]:
        name = heatmap.columns[j]
        # A set that somebody named stands before those that grow with the table.
        return (_GROWING.index(name) if name in _GROWING else -1, name)

    return sorted(range(len(heatmap.columns)), key=place)[-MOST_COLUMNS:]


def _rows(heatmap: Heatmap) -> list[_Row]:
    columns = _columns(heatmap)
    rows = [
        _Row(name, tuple(cells[j] for j in columns))
        for name, cells in zip(heatmap.rows, heatmap.cells, strict=True)
    ]
    return sorted(rows, key=lambda r: (-r.worst, r.name))


def _head(knows: str) -> str:
    return say("heat_head", knows) if has("heat_head", knows) else safe_text(knows, 30)


def _alt(heatmap: Heatmap, rows: Sequence[_Row], columns: Sequence[int]) -> str:
    """Say what is shown, the two or three numbers that matter, then the outcome."""
    heads = tuple(_head(heatmap.columns[j]).replace("\n", " ") for j in columns)
    worst = [
        f"{safe_text(r.name, 40)} {write(r.worst, _POINTS)}"
        for r in rows[:3]
        if r.worst > float("-inf")
    ]
    strongest = listed(tuple(worst)) or "nothing was measured"
    return (
        f"Heatmap of the excess in points on {write_count(len(rows))} secrets, "
        f"knowing {listed(heads)}. Largest: {strongest}."
    )


def _hidden(rows: Sequence[_Row]) -> str:
    return f" The worst {MOST_ROWS} of {write_count(len(rows))}." if len(rows) > MOST_ROWS else ""


def _more(rows: Sequence[_Row]) -> str:
    hidden = len(rows) - MOST_ROWS
    if hidden <= 0:
        return ""
    places = "the largest excess of each is in columns.csv, all in run.json"
    return f"and {write_count(hidden)} more: {places}"


def _table_row(
    row: _Row, heatmap: Heatmap, columns: Sequence[int], result: Result
) -> tuple[str, ...]:
    cells: list[str] = [safe_text(row.name, 40)]
    for j, value in zip(columns, row.cells, strict=True):
        same = _measured(result, heatmap.measure, row.name, heatmap.columns[j])
        cells.append("" if value is None else write(value, _POINTS))
        cells.append("" if same is None else write_ends(same.estimate, _POINTS))
    return tuple(cells)


def _measured(result: Result, name: str, secret: str, knows: str) -> Measurement | None:
    scope = {"secret": secret, "knows": knows}
    named = (m for m in result.measurements if m.name == name)
    return next((m for m in named if dict(m.scope) == scope), None)
