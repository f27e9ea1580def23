"""The decision page as plain lines, for a terminal."""

from audit.report.digits import THIN
from audit.report.pieces import Block, Item, plain
from audit.report.shapes import View

INDENT = "  "


def decision_lines(view: View) -> tuple[str, ...]:
    """Return the verdict, the sentence that decides it and the three blocks, unwrapped.

    A line that starts with `- ` is an entry, one with `1. ` a numbered one; the caller wraps them.
    """
    page = view.decision
    sensitivity = f", sensitivity {page.sensitivity}" if page.sensitivity else ""
    lines = [
        page.verdict.word,
        f"Policy {page.policy}{sensitivity}. Context {page.context}: {page.context_words}",
        "",
        plain(page.sentence),
        *page.flags,
        "",
        *_block("What was found", page.found),
        *_undecided(view),
        *_block("What was assumed", page.assumed),
        page.coverage.total + page.coverage.counts + page.coverage.rest,
        *(f"Alarm {item.label}: {plain(item.phrase)}" for item in page.alarms.items),
        *(f"Waiver {_item(item)}" for item in page.waivers.items),
        *([f"{page.waivers.more.removesuffix(':')}, in the report"] if page.waivers.more else []),
    ]
    return tuple(typewritten(line) for line in lines)


def _undecided(view: View) -> list[str]:
    page = view.decision
    lines = _block("What could not be decided", page.undecided)
    if page.remedies.items:
        lines[-1:] = [
            "To decide it, cheapest first:",
            *(f"{INDENT}{i}. {_item(it)}" for i, it in enumerate(page.remedies.items, 1)),
            "",
        ]
    return lines


def _block(title: str, block: Block) -> list[str]:
    if not block.items:
        return [title, f"{INDENT}- Nothing.", ""]
    entries = [f"{INDENT}- {_item(item)}" for item in block.items]
    more = [f"{INDENT}- {block.more.removesuffix(':')}, in the report"] if block.more else []
    return [title, *entries, *more, ""]


def _item(item: Item) -> str:
    label = f"{item.label} {item.mark.word}: " if item.label and item.mark else ""
    quiet = f" {item.quiet}" if item.quiet else ""
    return f"{label}{plain(item.phrase)}{quiet}"


def typewritten(line: str) -> str:
    """Return a line without the narrow spaces that only paper knows."""
    # A terminal has one width of space.
    return line.replace(THIN, " ").replace("\u00a0", " ")
