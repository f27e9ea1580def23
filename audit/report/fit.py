"""Whether the decision page stays one page: an estimate of its height on paper, on the safe side.

The style sheet sets the sizes; what is estimated here is where lines break.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from audit.report.pieces import Block, Item, plain
from audit.report.shapes import Decision

PAGE = 256.0
"""Millimetres between the margins of the first page, less a line for what was misjudged."""
_UNIT = 4.5
_GAP = 0.75 * _UNIT
_QUARTER = _UNIT / 4


@dataclass(frozen=True, slots=True)
class Measure:
    """How a kind of text is set: ems in a line, and millimetres from line to line."""

    ems: float
    line: float

    def height(self, text: str) -> float:
        """Return the height of a paragraph, broken greedily at its spaces."""
        lines, used = 1, 0.0
        for word in text.split():
            width = sum(_WIDTHS.get(c, 0.55) for c in word)
            if used and used + _SPACE + width > self.ems:
                lines, used = lines + 1, 0.0
            used += width + (_SPACE if used else 0.0)
            # A word longer than a line is broken where the line ends.
            lines += int(used // self.ems)
            used %= self.ems
        return lines * self.line


_SPACE = 0.24
_GROUPS = {
    0.26: "ijl.,;:'’|!()[]",
    0.36: "frtsI-–\u202f\u00a0",
    0.50: "acegkvxyz0123456789J",
    0.66: "ABCDEFGHKLNOPQRSTUVXYZw",
    0.86: "mMW%—",
}
_WIDTHS = {letter: width for width, letters in _GROUPS.items() for letter in letters}
"""Widths of Source Serif in ems, in five classes; an unknown letter is taken as wide."""


LEAD = Measure(34.0, 6.1)
UNDER = Measure(54.0, 4.5)
BLOCK = Measure(15.3, 4.2)
NUMBERED = Measure(14.0, 4.2)
LABEL = Measure(52.0, 4.0)
NOTE = Measure(65.0, 3.6)
NAME = Measure(15.0, 4.0)


@dataclass(frozen=True, slots=True)
class Density:
    """How much the decision page shows."""

    is_tight: bool
    items: int
    """Entries of one block."""
    rows: int
    """Rows of the forest."""


DENSITIES = (
    Density(is_tight=False, items=4, rows=20),
    *(
        Density(is_tight=True, items=items, rows=rows)
        for items, rows in ((4, 20), (3, 20), (3, 15), (2, 15), (2, 12), (2, 9), (1, 9), (1, 6))
    ),
    Density(is_tight=True, items=1, rows=3),
)
"""From roomy to bare; the first that fits is taken."""


def height(page: Decision, *, release: str) -> float:
    """Return the estimated height of the decision page in millimetres."""
    return sum((_head(page, release), _blocks(page), _forest(page), _foot(page)))


def _head(page: Decision, release: str) -> float:
    policy = f"Policy {page.policy}, sensitivity {page.sensitivity}. Context {page.context}: "
    fixed = _UNIT + _GAP + 3.6 + _QUARTER + 0.7 + _GAP + 2.5 * _UNIT + _QUARTER + _GAP
    flags = sum(NOTE.height(flag) + _UNIT / 2 for flag in page.flags)
    lead = LEAD.height(plain(page.sentence))
    return fixed + NAME.height(release) + UNDER.height(policy + page.context_words) + lead + flags


def _blocks(page: Decision) -> float:
    between = 2 * (BLOCK.line + _QUARTER) if page.undecided.items else BLOCK.line
    middle = _list(page.undecided) + _list(page.remedies, NUMBERED) + between
    tallest = max(_list(page.found), middle, _list(page.assumed))
    return _GAP + 0.3 + 3 * _QUARTER + 4.0 + tallest


def _list(block: Block, measure: Measure = BLOCK) -> float:
    entries: Iterable[str] = (_words(item) for item in block.items)
    more = BLOCK.height(block.more + " Section\u00a09.8, page 22") if block.more else 0.0
    return sum(measure.height(entry) + _QUARTER for entry in entries) + more


def _words(item: Item) -> str:
    # The mark takes two characters, the reference to a section about twenty.
    place = " Section\u00a09.4, page 16" if item.section else ""
    return f"   {item.label} {plain(item.phrase)} {item.quiet}{place}"


def _forest(page: Decision) -> float:
    if not page.forest.rows:
        return 0.0
    row = 3.95 if page.is_tight else 5.45
    words = " ".join(f"{one.letter} {one.text}" for one in page.forest.letters)
    notes = NOTE.height(f"{words} {page.forest.notes} {page.forest.more} Section 9.8, page 22")
    return _GAP + 9.9 + row * len(page.forest.rows) + _QUARTER + notes


def _foot(page: Decision) -> float:
    coverage = "x" * (2 * len(page.coverage.dots)) + page.coverage.total + page.coverage.counts
    texts = [
        coverage + page.coverage.rest,
        *(_words(item) for item in (*page.alarms.items, *page.waivers.items)),
        " ".join(page.validity),
        "Operator, technical reviewer, data protection officer, legal reviewer, controller.",
    ]
    legal = _UNIT + 3.6
    return _GAP + sum(LABEL.height(text) + _QUARTER for text in texts) + legal
