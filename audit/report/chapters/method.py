"""Section 8: how every number was made; the words stand in the template, the measures here."""

from collections.abc import Mapping

from audit.facts.measurement import AuditRun
from audit.report.chapters.given import Given, chapter
from audit.report.passages import Passage, PlainSection
from audit.report.pieces import Table
from audit.report.sentences import rows, say


def method(given: Given) -> PlainSection:
    """Return the method, with the measures that the run holds."""
    table = _measures(given.run)
    return chapter("method", passages=(Passage(table=table),) if table else ())


def _measures(run: AuditRun) -> Table | None:
    present = {m.name for r in run.results for m in r.measurements}
    used = [entry for entry in rows("measure") if present & set(_names(entry))]
    if not used:
        return None
    fields = ("label", "means", "formula", "interval", "misses")
    return Table(
        caption=say("method", "measures"),
        scope=say("method", "measures_scope"),
        heads=("Measure", "In plain words", "Formula", "Interval", "What it misses"),
        rows=tuple(tuple(str(entry[f]).replace(" %", "\u202f%") for f in fields) for entry in used),
        is_prose=True,
    )


def _names(entry: Mapping[str, object]) -> tuple[str, ...]:
    names = entry["names"]
    return tuple(str(n) for n in names) if isinstance(names, list) else ()
