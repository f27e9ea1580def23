"""Row figures: tables whose one cell is a picture without words."""

from dataclasses import dataclass

from audit.report.pieces import BarStrip, PartStrip


@dataclass(frozen=True, slots=True)
class BarRow:
    """One row of a bars figure."""

    name: str
    strip: BarStrip
    attack: str
    control: str
    baseline: str
    excess: str
    ends: str
    risk: str


@dataclass(frozen=True, slots=True)
class BarTable:
    """A bars figure: a table whose one cell is a picture."""

    caption: str
    scope: str
    head: str
    rows: tuple[BarRow, ...]
    question: str = ""
    """What the figure answers; stands above it, with how it is read."""
    reading: str = ""


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of the people."""

    name: str
    strip: PartStrip
    people: str
    value: str
    ends: str
    p_value: str


@dataclass(frozen=True, slots=True)
class PartTable:
    """Parts of the people side by side, drawn against no effect."""

    caption: str
    scope: str
    head: str
    axis: tuple[str, ...]
    """Words at no effect, in the middle and at the right edge."""
    rows: tuple[PartRow, ...]
    more: str
    has_whole: bool
    """A line shows where everybody stands."""
