"""Sections about the audit itself: was the comparison fair, and the columns."""

from collections.abc import Mapping

from audit.facts.measurement import AuditRun, ColumnFacts, PreflightFact, Severity
from audit.report import outcome
from audit.report.column_risks import Exposure, role_words, secret_exposure
from audit.report.digits import Look, listed, plural, write, write_any, write_ends
from audit.report.passages import PlainSection
from audit.report.pieces import Coded, Mark, Phrase, Span, Table
from audit.report.sentences import first, has, phrase, say
from audit.text import safe_text

MOST_COLUMNS = 60
"""Rows of the table of columns; a page is for reading, columns.csv is for searching."""
COLUMN_HEADS = ("Column", "Kind", "Role", "Roles are", "Excess as a secret", "95\u202f% ends")
_POINTS = Look(100, 1)


def unsaid(numbers: Mapping[str, float], *, sentence: str) -> str:
    """Return the numbers behind a code that its sentence does not say: `pairs 31, p 0.41`."""
    named = ((safe_text(k, 30).replace("_", " "), write_any(v)) for k, v in sorted(numbers.items()))
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
    rows = _column_rows(run)[:MOST_COLUMNS]
    hidden = len(columns) - len(rows)
    table = Table(
        caption="Columns",
        scope="the most exposed secrets first, then what was assumed; ends hold over all attacks",
        heads=COLUMN_HEADS,
        rows=rows,
        right=frozenset({4}),
        ends=frozenset({5}),
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


def _column_rows(run: AuditRun) -> tuple[tuple[str, ...], ...]:
    """Return every column: the most exposed secrets first, then what was assumed."""
    exposed = secret_exposure(run)

    def place(column: ColumnFacts) -> tuple[bool, float, bool]:
        found = exposed.get(column.name)
        value = 0.0 if found is None else found.value
        return found is None, -value, column.source != "assumed"

    return tuple(
        _column_row(c, exposed.get(c.name)) for c in sorted(run.release.columns, key=place)
    )


def _column_row(column: ColumnFacts, found: Exposure | None) -> tuple[str, ...]:
    return (
        safe_text(column.name, 60),
        safe_text(column.kind, 20),
        ", ".join(role_words(role) for role in column.roles),
        "assumed" if column.source == "assumed" else "declared",
        "" if found is None else write(found.value, _POINTS),
        "" if found is None else write_ends(found.estimate, _POINTS),
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
