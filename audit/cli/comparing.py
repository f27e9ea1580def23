"""A comparison of two runs in lines."""

from collections.abc import Iterator

from audit.facts.comparison import Move
from audit.report.comparison import ComparisonView, NumberRow, RuleRow

MOST = 12
"""Measurements listed per direction; `--json` has all."""


def comparison_lines(view: ComparisonView) -> Iterator[str]:
    """Yield what bars a comparison, what got worse, what got better, and what that means."""
    yield view.head
    yield f"From {view.old}"
    yield f"to   {view.new}"
    yield ""
    yield from _listed("Why they cannot be compared", view.obstacles)
    yield from _listed("To be known", view.notes)
    yield from _rules("Rules that got worse", view.of_move(Move.REGRESSED))
    unclear = view.of_move(Move.NOT_COMPARED, Move.NEW, Move.GONE)
    yield from _rules("Rules that cannot be compared", unclear)
    yield from _rules("Rules that got better", view.of_move(Move.IMPROVED))
    yield view.same
    yield ""
    yield from _numbers("Measurements that got worse", view.worse)
    yield from _numbers("Measurements that got better", view.better)
    yield view.counted
    yield from view.closing


def _listed(title: str, entries: tuple[str, ...]) -> Iterator[str]:
    if entries:
        yield title
        yield from (f"  - {entry}" for entry in entries)
        yield ""


def _rules(title: str, rows: tuple[RuleRow, ...]) -> Iterator[str]:
    return _listed(title, tuple(_rule(row) for row in rows))


def _rule(row: RuleRow) -> str:
    before = _side(row.before, row.numbers_before)
    after = _side(row.after, row.numbers_after)
    why = f"; {row.why}" if row.why else ""
    return f"{row.id} {row.name}: {before} -> {after}{why}"


def _side(word: str, numbers: str) -> str:
    return f"{word or 'no such rule'}{f' ({numbers})' if numbers else ''}"


def _numbers(title: str, rows: tuple[NumberRow, ...]) -> Iterator[str]:
    entries = [f"{row.name}: {row.before} -> {row.after}" for row in rows[:MOST]]
    if len(rows) > MOST:
        entries.append(f"and {len(rows) - MOST:,} more; --json lists all")
    return _listed(title, tuple(entries))
