"""The small pieces of a page, as plain frozen data: a sentence, a mark, a picture, a table.

Strings in here went through `safe_text` where they came from outside; each sink still escapes them
for its own grammar.
"""

from dataclasses import dataclass
from typing import TypeAlias

from audit.facts.figures import Ecdf, Roc


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a sentence."""

    text: str
    strong: bool = False


Phrase: TypeAlias = tuple[Span, ...]


def plain(phrase: Phrase) -> str:
    """Return the words of a phrase without emphasis."""
    return "".join(span.text for span in phrase)


@dataclass(frozen=True, slots=True)
class Mark:
    """A status: class of its shape and colour, and its word."""

    shape: str
    word: str


@dataclass(frozen=True, slots=True)
class Strip:
    """One row of the forest: positions on an axis where 0 is no effect and 1 the limit."""

    shape: str
    alt: str
    value: float | None = None
    low: float | None = None
    """None where the interval has no such end, or where nothing was measured."""
    high: float | None = None
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class RateBar:
    """A rate in per cent with its two ends."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class BarStrip:
    """Attack, control and baseline of one row, 0 to 100 %."""

    alt: str
    attack: RateBar
    control: RateBar
    baseline: RateBar | None


@dataclass(frozen=True, slots=True)
class PartStrip:
    """One part of the people: positions on an axis where 0 is no effect and 1 its right edge."""

    alt: str
    value: float
    low: float | None
    high: float | None
    """None where the interval has no such end."""
    whole: float | None
    """Where everybody stands."""


@dataclass(frozen=True, slots=True)
class EcdfPanel:
    """A panel of cumulative shares; `is_tail` draws the nearest few on a logarithmic scale."""

    ecdf: Ecdf
    is_tail: bool
    alt: str


@dataclass(frozen=True, slots=True)
class RocPanel:
    """A panel of an ROC on logarithmic axes; the graded point is marked."""

    roc: Roc
    alt: str
    tpr_at_1pct: float | None = None


@dataclass(frozen=True, slots=True)
class HeatPanel:
    """One number per row and column, as shades; names are inert already."""

    rows: tuple[str, ...]
    heads: tuple[str, ...]
    """A line break parts a head in two lines."""
    cells: tuple[tuple[float | None, ...], ...]
    """Row by row; None where nothing was measured."""
    alt: str


@dataclass(frozen=True, slots=True)
class DetectionCurve:
    """How often so many copied people were noticed."""

    points: tuple[tuple[float, float], ...]
    """People, and the share of draws in per cent."""
    enough: float | None
    """People from which on it is 80 %; None where that was not reached."""
    words: str
    """The same for a reader."""


@dataclass(frozen=True, slots=True)
class Detection:
    """What one check noticed."""

    name: str
    """Inert already."""
    verbatim: DetectionCurve | None
    jittered: DetectionCurve | None
    """None where it was not tried."""


@dataclass(frozen=True, slots=True)
class DetectionPanel:
    """One small panel per check, on the same axes: copied people, and how often it noticed."""

    checks: tuple[Detection, ...]
    most: float
    """Largest number of people; where the axis ends."""
    alt: str


Panel: TypeAlias = EcdfPanel | RocPanel | HeatPanel | DetectionPanel
Picture: TypeAlias = Strip | BarStrip | PartStrip | Panel


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: mark and rule ids, then a sentence, then where to read on."""

    phrase: Phrase
    mark: Mark | None = None
    label: str = ""
    quiet: str = ""
    section: str = ""
    """Anchor of a section, or empty."""


@dataclass(frozen=True, slots=True)
class Block:
    """A list of bounded length and what stands behind it."""

    items: tuple[Item, ...]
    more: str = ""
    """`and 4 more`, or empty."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter beside a limit, and what it means."""

    letter: str
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what is said about it."""

    label: str
    text: str
    code: str = ""
    """A digest or a code, set in mono."""
    is_blank: bool = False
    """A line to write on stands behind it."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of words and numbers."""

    caption: str
    scope: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()
    """Columns that hold numbers."""
    ends: frozenset[int] = frozenset()
    """Columns that hold the two ends of an interval."""
    more: str = ""
    mono: frozenset[int] = frozenset()
    question: str = ""
    """What the table answers; stands above it, with how it is read."""
    reading: str = ""
    is_prose: bool = False
    """Its cells are words that break over lines, and a label at the left."""
    marks: tuple[Mark, ...] = ()
    """One per row: the last cell is a status and is drawn as one."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A panel with its caption."""

    panel: Panel
    title: str
    caption: str


@dataclass(frozen=True, slots=True)
class Threat:
    """Who attacks."""

    knows: str
    sees: str
    wins: str


@dataclass(frozen=True, slots=True)
class Coded:
    """A code with its numbers, and its sentence."""

    code: str
    sentence: str
    mark: Mark | None = None
    detail: str = ""
    """Numbers that the sentence does not say."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Where something was read."""

    key: str
    text: str
    note: str
