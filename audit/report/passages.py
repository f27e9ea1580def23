"""A section that is told in passages: a head, then lists, facts and tables in a fixed order."""

from dataclasses import dataclass

from audit.report.pieces import Coded, Fact, Figure, Item, Phrase, Table


@dataclass(frozen=True, slots=True)
class Passage:
    """A titled piece of a section; what is empty is not shown."""

    title: str = ""
    aside: str = ""
    """Behind the title, in grey."""
    text: tuple[Phrase, ...] = ()
    items: tuple[Item, ...] = ()
    facts: tuple[Fact, ...] = ()
    coded: tuple[Coded, ...] = ()
    table: Table | None = None
    tail: str = ""
    is_numbered: bool = False
    """The items stand in an order that matters."""


@dataclass(frozen=True, slots=True)
class PlainSection:
    """A section that is no family of checks: head, then passages."""

    anchor: str
    number: str
    label: str
    aside: str
    question: str
    answer: Phrase
    tables: tuple[Table, ...] = ()
    coded: tuple[Coded, ...] = ()
    items: tuple[Item, ...] = ()
    figure: Figure | None = None
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents."""

    anchor: str
    number: str
    label: str
    is_part: bool
    """A part of the section above it."""
