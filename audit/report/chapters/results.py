"""Section 9: one answer per kind of harm, the worst first; the parts follow."""

from collections.abc import Sequence

from audit.report import outcome
from audit.report.chapters.given import Given, chapter
from audit.report.decision import coverage
from audit.report.passages import Passage, PlainSection
from audit.report.pieces import Item, Mark
from audit.report.sentences import phrase, say
from audit.report.shapes import Section


def results(given: Given, families: Sequence[Section]) -> PlainSection:
    """Return the overview of the results."""
    counted = coverage(given.verdict)
    required = counted.total.removesuffix(": ")
    items = tuple(_item(section, given) for section in _worst_first(families, given))
    return chapter(
        "results",
        answer=phrase("results", "answer", required=required, counts=counted.counts or "none"),
        passages=(Passage(items=items, tail=say("results", "how")),),
    )


def _worst_first(families: Sequence[Section], given: Given) -> Sequence[Section]:
    return sorted(families, key=lambda section: outcome.loudness(_worst(section, given)))


def _worst(section: Section, given: Given) -> Mark:
    marks = [outcome.mark_of(f) for f in given.findings_of(section.anchor)]
    return min(marks, key=outcome.loudness, default=outcome.NOT_ASSESSED)


def _item(section: Section, given: Given) -> Item:
    first = section.answers[0]
    return Item(
        phrase=first.phrase,
        mark=_worst(section, given),
        label=section.label,
        section=section.anchor,
    )
