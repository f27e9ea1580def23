"""The page for outsiders: what redacted facts show, without the places that they leave empty."""

from dataclasses import replace

from audit.facts.measurement import AuditRun
from audit.report.external.release import columns_counted
from audit.report.passages import PlainSection
from audit.report.pieces import Block, Item, Span, Table
from audit.report.sentences import has, say
from audit.report.shapes import Annex, Decision, Section, View
from audit.text import safe_text


def outward_page(view: View, run: AuditRun) -> View:
    """Return a view of redacted facts as outsiders read it."""
    return replace(
        view,
        title=view.title.replace(": ", f": {say('external', 'head').lower()} of the ", 1),
        is_external=True,
        sections=tuple(_section(section) for section in view.sections),
        decision=_decision(view.decision),
        plain={**view.plain, **_columns(view, run)},
        annex=_annex(view.annex, run),
        columns=(),
    )


def _columns(view: View, run: AuditRun) -> dict[str, PlainSection]:
    columns = view.plain.get("columns")
    if columns is None:
        return {}
    counted = columns_counted(run, number=columns.number)
    return {"columns": replace(counted, items=columns.items)}


def _decision(page: Decision) -> Decision:
    return replace(
        page,
        # Without the people who asked for and granted it, and without their grounds.
        waivers=Block(tuple(Item((Span(line),)) for line in page.waivers_external)),
    )


def _section(section: Section) -> Section:
    """Return a section that explains no figure that is not there."""
    if section.bars or not has("external_reading", section.anchor):
        return section
    return replace(section, how_to_read=say("external_reading", section.anchor))


def _annex(annex: Annex, run: AuditRun) -> Annex:
    checks = Table(
        caption="Checks",
        scope=say("external", "checks"),
        heads=("Check", "Version"),
        rows=tuple((safe_text(r.card.id, 60), str(r.card.version)) for r in run.results),
        mono=frozenset({0}),
    )
    return replace(annex, parameters=checks, waivers=None)
