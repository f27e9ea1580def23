"""All chapters in the order of the report, and their table of contents."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from audit.report.assumed import assumptions
from audit.report.chapters.artefacts import artefacts
from audit.report.chapters.authorisation import authorisation
from audit.report.chapters.closing import changes, glossary, references
from audit.report.chapters.data import data, data_parts
from audit.report.chapters.deviations import deviations
from audit.report.chapters.frameworks import frameworks
from audit.report.chapters.given import NUMBERS, Given, chapter, label_of
from audit.report.chapters.method import method
from audit.report.chapters.monitoring import monitoring
from audit.report.chapters.residual import residual
from audit.report.chapters.results import results
from audit.report.chapters.scope import scope
from audit.report.chapters.threats import threats
from audit.report.controls import controls_section
from audit.report.passages import Entry, PlainSection
from audit.report.shapes import Decision, Section

_COVER = "1 and 2"


def places(families: Sequence[Section]) -> dict[str, str]:
    """Return the number of every section by its anchor."""
    after = len(families)
    parts = {
        name: f"{NUMBERS['results']}.{after + i}" for i, name in ((1, "controls"), (2, "rules"))
    }
    return {**NUMBERS, **{s.anchor: s.number for s in families}, **parts}


def chapters(
    given: Given, families: Sequence[Section], page: Decision, *, document: str
) -> tuple[PlainSection, ...]:
    """Return the chapters in their order; the families stand between results and controls."""
    at = places(families)
    columns, preflight = data_parts(given)
    stated = assumptions(given.run, given.declared, policy=given.policy)
    return (
        scope(given),
        artefacts(given),
        authorisation(given),
        threats(given),
        data(given),
        replace(columns, items=stated),
        preflight,
        method(given),
        results(given, families),
        controls_section(given.run, given.verdict, number=at["controls"]),
        chapter("rules", number=at["rules"]),
        frameworks(given, at),
        deviations(given, page.flags),
        residual(given),
        monitoring(given),
        chapter("annex"),
        chapter("sign"),
        glossary(),
        references(),
        changes(given, document=document),
    )


def contents(plain: Sequence[PlainSection], families: Sequence[Section]) -> tuple[Entry, ...]:
    """Return one line per section; the first page is cover and decision at once."""
    return tuple(_entries(plain, families))


def _entries(plain: Sequence[PlainSection], families: Sequence[Section]) -> Iterator[Entry]:
    yield Entry("verdict", _COVER, f"Cover and {label_of('verdict').lower()}", is_part=False)
    for section in plain:
        yield _entry(section)
        if section.anchor == "results":
            yield from map(_entry, families)


def _entry(section: PlainSection | Section) -> Entry:
    return Entry(section.anchor, section.number, section.label, is_part="." in section.number)
