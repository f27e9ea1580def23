"""A comparison as Markdown, for a pull request: wording for outsiders."""

from collections.abc import Iterator

from audit.facts.comparison import Move
from audit.report.comparison import ComparisonView, RuleRow
from audit.report.markdown import escaped
from audit.report.screen import typewritten
from audit.report.sentences import say

_ORDER = (Move.REGRESSED, Move.NOT_COMPARED, Move.NEW, Move.GONE, Move.IMPROVED)


def to_comparison_markdown(view: ComparisonView, gate: str = "") -> str:
    """Return what got better or worse, one row per rule, the worst first.

    Parameters
    ----------
    view
        For outsiders: no columns and no small counts.
    gate
        What a gate on regressions answers; empty where nothing is gated.
    """
    lines = [
        f"# {escaped(view.head)}",
        "",
        f"- Old: {escaped(view.old)}",
        f"- New: {escaped(view.new)}",
        "",
        *_listed(say("comparison", "incomparable"), view.obstacles),
        *_listed("To be known", view.notes),
        *_table(view),
        escaped(view.same),
        "",
        escaped(view.counted),
        "",
        "  \n".join(escaped(line) for line in (*view.closing, *([gate] if gate else []))),
    ]
    return typewritten("\n".join(lines)) + "\n"


def _listed(title: str, entries: tuple[str, ...]) -> Iterator[str]:
    if entries:
        yield f"{title}:"
        yield ""
        yield from (f"- {escaped(entry)}" for entry in entries)
        yield ""


def _table(view: ComparisonView) -> Iterator[str]:
    if view.rules:
        yield "| Rule | Measurement | Before | Now | Went | How it is known |"
        yield "| --- | --- | --- | --- | --- | --- |"
        yield from (_row(r) for r in sorted(view.rules, key=lambda r: _ORDER.index(r.move)))
        yield ""


def _row(row: RuleRow) -> str:
    before = ": ".join(part for part in (row.before, row.numbers_before) if part)
    after = ": ".join(part for part in (row.after, row.numbers_after) if part)
    cells = (row.id, row.name, before, after, say("move", row.move.value), row.why)
    return "| " + " | ".join(escaped(cell) for cell in cells) + " |"
