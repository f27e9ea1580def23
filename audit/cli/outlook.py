"""What is known before anything is attacked, in lines."""

from collections.abc import Iterator

from audit.api import Foreseen
from audit.facts.measurement import AuditRun
from audit.report.evidence_sections import preflight_section
from audit.report.ladder import ladder
from audit.report.outlook import outlook_text, term_lines
from audit.report.pieces import plain


def outlook_lines(seen: Foreseen) -> Iterator[str]:
    """Yield what was looked at, what an audit could decide, and the columns as understood."""
    run, outlook = seen.run, seen.outlook
    section = preflight_section(run, number="1")
    yield f"{section.question} {plain(section.answer)}"
    for row in section.coded:
        yield f"  - {row.mark.word if row.mark else ''}: {row.sentence}"
    yield from _without_holdout(run)
    yield ""
    yield from outlook_text(outlook, run, terms=term_lines(outlook, seen.policy, seen.declared))
    yield ""
    yield f"Columns of {run.release.name}, one person is: {run.release.unit}"
    for column in run.release.columns:
        roles = ", ".join(column.roles) or "none"
        yield f"  - {column.name}: {column.kind}, {roles} ({column.source})"


def _without_holdout(run: AuditRun) -> Iterator[str]:
    found = ladder(run)
    if found is not None:
        yield ""
        yield f"{found.label}: {found.intro}"
        yield from (f"  {i}. {plain(step)}" for i, step in enumerate(found.steps, 1))
        yield plain(found.never)
