"""Sections about the audit itself: was the comparison fair, and the columns."""

from collections.abc import Mapping

from audit.facts.measurement import AuditRun, ColumnFacts, PreflightFact, Severity
from audit.facts.schema import Role
from audit.report import outcome
from audit.report.digits import Look, listed, plural, write, write_any
from audit.report.passages import PlainSection
from audit.report.pieces import Coded, Mark, Phrase, Span, Table
from audit.report.sentences import first, has, phrase, say
from audit.text import safe_text

MOST_COLUMNS = 60
"""Rows of the table of columns; a page is for reading, columns.csv is for searching."""
COLUMN_HEADS = ("Column", "Kind", "Role", "Roles are", "Excess as a secret")


def unsaid(numbers: Mapping[str, float], *, sentence: str) -> str:
    """Return the numbers behind a code that its sentence does not say: `pairs 31, p 0.41`."""
    named = ((safe_text(k, 30).replace("_", " "), write_any(v)) for k, v in numbers.items())
    return ", ".join(f"{name} {value}" for name, value in named if value not in sentence)


def preflight_section(run: AuditRun, *, number: str) -> PlainSection:
    """Return what was looked at before any attack."""
    worst = max((_RANK[f.status] for f in run.preflight), default=0)
    return PlainSection(
        anchor="preflight",
        number=number,
        label="Before any attack",
        aside="",
        question="Was the comparison fair?",
        answer=_preflight_answer(run, worst),
        coded=tuple(
            _preflight_row(f) for f in sorted(run.preflight, key=lambda f: -_RANK[f.status])
        ),
    )


_RANK = {Severity.OK: 0, Severity.WARNING: 1, Severity.BLOCKING: 2}
_PREFLIGHT_MARKS = {
    Severity.OK: Mark("no-alarm", "in order"),
    Severity.WARNING: Mark("alarm", "to be read"),
    Severity.BLOCKING: Mark("inconclusive", "blocking"),
}


def _preflight_answer(run: AuditRun, worst: int) -> Phrase:
    if "holdout" not in run.release.people:
        return phrase("preflight_answer", "no_holdout")
    if not run.preflight:
        return phrase("preflight_answer", "nothing")
    blocking = {f.id for f in run.preflight if f.status is Severity.BLOCKING}
    if blocking == {"reference"}:
        return phrase("preflight_answer", "blocked_reference")
    return phrase("preflight_answer", ("fair", "warned", "blocked")[worst])


def _preflight_row(fact: PreflightFact) -> Coded:
    sentence = preflight_sentence(fact)
    if fact.columns:
        columns = tuple(safe_text(c, 40) for c in fact.columns)
        sentence = f"{sentence[:-1]}: {listed(columns)}."
    return Coded(
        safe_text(fact.id, 60), sentence, _mark(fact), unsaid(fact.numbers, sentence=sentence)
    )


def preflight_sentence(fact: PreflightFact) -> str:
    """Return what was seen; some codes are reasons as well, and share their sentence."""
    if not has("preflight", fact.code) and has("reason", fact.code):
        reason = say("reason", fact.code, **fact.numbers)
        return f"{reason[:1].upper()}{reason[1:]}."
    return say("preflight", first("preflight", (fact.code, fact.id), "other"), **fact.numbers)


def _mark(fact: PreflightFact) -> Mark:
    return _PREFLIGHT_MARKS[fact.status]


def columns_section(run: AuditRun, *, number: str, assigned_by: str) -> PlainSection:
    """Return the columns: as secrets the most exposed first, then the assumed ones."""
    columns = run.release.columns
    rows = column_rows(run)[:MOST_COLUMNS]
    hidden = len(columns) - len(rows)
    table = Table(
        caption="Columns",
        scope="the most exposed secrets first, then what was assumed",
        heads=COLUMN_HEADS,
        rows=rows,
        right=frozenset({4}),
        more=f"and {hidden} more, in columns.csv" if hidden else "",
    )
    if not columns:
        return _unlisted(number)
    assumed = sum(c.source == "assumed" for c in columns)
    by = f" Roles were assigned by {safe_text(assigned_by, 80)}." if assigned_by else ""
    text = (
        f"{plural(len(columns), 'column')}, {len(columns) - assumed} with declared roles, "
        f"{assumed} assumed.{by}"
    )
    return PlainSection(
        anchor="columns",
        number=number,
        label="The columns",
        aside=plural(len(columns), "column"),
        question="What was the adversary taken to know?",
        answer=(Span(text),),
        tables=(table,) if rows else (),
    )


def _unlisted(number: str) -> PlainSection:
    return PlainSection(
        anchor="columns",
        number=number,
        label="The columns",
        aside="",
        question="What was the adversary taken to know?",
        answer=phrase("data", "not_listed"),
    )


def column_rows(run: AuditRun) -> tuple[tuple[str, ...], ...]:
    """Return every column: the most exposed secrets first, then what was assumed."""
    exposed = _exposure(run)
    ordered = sorted(
        run.release.columns,
        key=lambda c: (-exposed.get(c.name, -1.0), c.source != "assumed"),
    )
    return tuple(_column_row(c, exposed) for c in ordered)


def _exposure(run: AuditRun) -> dict[str, float]:
    """Largest excess that any attack reached on each secret."""
    largest: dict[str, float] = {}
    for result in run.results:
        for measured in result.measurements:
            secret = measured.scope.get("secret")
            if secret is not None and measured.name == "excess":
                value = measured.estimate.value
                largest[secret] = max(value, largest.get(secret, value))
    return largest


def _column_row(column: ColumnFacts, exposed: Mapping[str, float]) -> tuple[str, ...]:
    known = {r.value for r in Role}
    roles = tuple(
        say("role", r) if r in known and has("role", r) else safe_text(r, 24) for r in column.roles
    )
    excess = exposed.get(column.name)
    return (
        safe_text(column.name, 60),
        safe_text(column.kind, 20),
        ", ".join(roles),
        "assumed" if column.source == "assumed" else "declared",
        "" if excess is None else write(excess, Look(100, 1)),
    )


def mark_words() -> tuple[Mark, ...]:
    """Return every mark of the report, for its key."""
    return (
        outcome.NOT_MET,
        outcome.INCONCLUSIVE,
        outcome.MET,
        outcome.NOT_EXCEEDED,
        outcome.ALARM,
        outcome.NO_ALARM,
        outcome.WAIVED,
        outcome.NOT_ASSESSED,
    )
