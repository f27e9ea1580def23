"""Whether the decision page stays one page: an estimate of its height on paper, on the safe side.

The style sheet sets the sizes; what is estimated here is where lines break.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from audit.report.pieces import Block, Item, plain
from audit.report.shapes import Decision

PAGE = 261.0
"""Millimetres between the margins of the first page."""
_UNIT = 4.5
_GAP = 0.75 * _UNIT
_QUARTER = _UNIT / 4


@dataclass(frozen=True, slots=True)
class Measure:
    """How a kind of text is set: characters in a line, and millimetres from line to line."""

    characters: int
    line: float

    def height(self, text: str) -> float:
        """Return the height of a paragraph."""
        return max(1, ceil(len(text) / self.characters)) * self.line


LEAD = Measure(66, 6.1)
UNDER = Measure(104, 4.5)
BLOCK = Measure(30, 4.2)
LABEL = Measure(104, 4.0)
NOTE = Measure(122, 3.6)
NAME = Measure(34, 4.0)


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
    Density(is_tight=True, items=4, rows=20),
    Density(is_tight=True, items=3, rows=20),
    Density(is_tight=True, items=3, rows=14),
    Density(is_tight=True, items=2, rows=12),
    Density(is_tight=True, items=2, rows=6),
    Density(is_tight=True, items=1, rows=4),
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
    middle = _list(page.undecided) + _list(page.remedies) + 2 * (BLOCK.line + _QUARTER)
    tallest = max(_list(page.found), middle, _list(page.assumed))
    return _GAP + 0.3 + 3 * _QUARTER + 4.0 + tallest


def _list(block: Block) -> float:
    entries: Iterable[str] = (_words(item) for item in block.items)
    more = BLOCK.height(block.more + " Section 10, page 10") if block.more else 0.0
    return sum(BLOCK.height(entry) + _QUARTER for entry in entries) + more


def _words(item: Item) -> str:
    # The mark takes two characters, the reference to a section about twenty.
    place = " Section 5, page 6." if item.section else ""
    return f"   {item.label} {plain(item.phrase)} {item.quiet}{place}"


def _forest(page: Decision) -> float:
    if not page.forest.rows:
        return 0.0
    row = 3.95 if page.is_tight else 5.45
    words = " ".join(f"{one.letter} {one.text}" for one in page.forest.letters)
    notes = NOTE.height(f"{words} {page.forest.notes} {page.forest.more} Section 12, page 13")
    return _GAP + 9.9 + row * len(page.forest.rows) + _QUARTER + notes


def _foot(page: Decision) -> float:
    coverage = "x" * (2 * len(page.coverage.dots)) + page.coverage.total + page.coverage.counts
    texts = [
        coverage + page.coverage.rest,
        *(_words(item) for item in page.alarms.items),
        " ".join(page.validity),
        "Operator, technical reviewer, data protection officer, legal reviewer, controller.",
    ]
    legal = _UNIT + 3.6
    return _GAP + sum(LABEL.height(text) + _QUARTER for text in texts) + legal
