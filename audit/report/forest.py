"""The forest: every graded measurement against its limit."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from audit.facts.judgement import Basis, Finding, FindingStatus, Verdict
from audit.facts.measurement import AuditRun
from audit.facts.withheld import withheld
from audit.report import outcome
from audit.report.digits import (
    Unit,
    look_for,
    unit_of,
    write,
    write_bare,
    write_chance,
    write_ends,
    write_p,
    write_value,
)
from audit.report.external.run import is_redacted
from audit.report.names import is_vulnerable, rule_name
from audit.report.noticed import copies_words
from audit.report.pieces import Letter, Mark, Strip
from audit.report.sentences import basis_sentence, say
from audit.report.shapes import Forest, GradedRow
from audit.text import safe_text

_ALPHABET = "abcdefghijklmn"


def graded(verdict: Verdict) -> tuple[Finding, ...]:
    """Return the findings that stand in the forest: measured rules that may pass or fail."""
    shown = [f for f in verdict.findings if not f.rule.is_declared and f.rule.clears]
    failed = [f for f in shown if f.status is FindingStatus.FAIL]
    others = [f for f in shown if f.status is not FindingStatus.FAIL]
    groups = outcome.grouped(sorted(failed, key=outcome.weight))
    return (*(f for group in groups for f in group), *sorted(others, key=_order))


def _order(finding: Finding) -> tuple[object, ...]:
    mark = outcome.mark_of(finding)
    if mark in (outcome.MET, outcome.NOT_EXCEEDED):
        # A rule that can only fail and a met one stand together, by their margin.
        return (outcome.loudness(outcome.MET), *outcome.margin(finding))
    return (outcome.loudness(mark), finding.measurement is None, *outcome.weight(finding))


def forest(verdict: Verdict, run: AuditRun, *, most: int) -> Forest:
    """Return the rows in their order, bounded, with the letters that they use."""
    findings = graded(verdict)
    shown = findings[:most]
    rows = rows_of(shown, run)
    hidden = len(findings) - len(shown)
    return Forest(
        rows=rows,
        letters=letters_of(shown),
        more=_hidden(findings[most:]) if hidden else "",
        notes=(_notes(shown, rows) + _rounded(run)).strip(),
    )


def _hidden(findings: Sequence[Finding]) -> str:
    words = dict.fromkeys(outcome.mark_of(f).word for f in findings)
    return f"And {len(findings)} more, {' or '.join(words)}:"


def rows_of(findings: Sequence[Finding], run: AuditRun) -> tuple[GradedRow, ...]:
    """Return one row per finding; a row where another outcome begins is cut off from above."""
    letters = {grounds: letter.letter for grounds, letter in _lettered(findings).items()}
    rows = [_row(f, run, letters.get((f.rule.basis, f.rule.transposed), "")) for f in findings]
    kinds = [outcome.loudness(_kind(row)) for row in rows]
    return tuple(
        replace(row, is_cut=i > 0 and kinds[i] != kinds[i - 1]) for i, row in enumerate(rows)
    )


def _kind(row: GradedRow) -> Mark:
    return outcome.MET if row.mark == outcome.NOT_EXCEEDED else row.mark


def _lettered(findings: Iterable[Finding]) -> dict[tuple[Basis, bool], Letter]:
    grounds = dict.fromkeys(
        (f.rule.basis, f.rule.transposed) for f in findings if f.limit is not None
    )
    return {
        (basis, moved): Letter(letter, basis_sentence(basis, is_transposed=moved))
        for letter, (basis, moved) in zip(_ALPHABET, grounds, strict=False)
    }


def letters_of(findings: Iterable[Finding]) -> tuple[Letter, ...]:
    """Return the letters beside the limits, in the order in which they appear."""
    return tuple(_lettered(findings).values())


def _row(finding: Finding, run: AuditRun, letter: str) -> GradedRow:
    rule, measured = finding.rule, finding.measurement
    mark = outcome.mark_of(finding)
    name = measured.name if measured else rule.measure.partition(".")[2]
    look = look_for(name, limit=finding.limit)
    limit = "" if finding.limit is None else write(finding.limit, look)
    blank = GradedRow(
        rule=safe_text(rule.id, 24),
        name=rule_name(rule, run),
        value="",
        ends="not measured",
        limit=limit,
        letter=letter,
        mark=mark,
        strip=Strip(mark.shape, f"{safe_text(rule.id, 24)}: not measured; {mark.word}."),
    )
    if measured is None:
        return blank
    return replace(
        blank,
        value=write_value(measured.estimate, look),
        ends=write_ends(measured.estimate, look),
        strip=strip_of(finding, alt=_alt(finding, limit)),
        detectable="" if measured.detectable is None else write(measured.detectable, look),
        pass_probability=""
        if finding.pass_probability_if_safe is None
        else write_chance(finding.pass_probability_if_safe),
        p_value="" if measured.p_value is None else write_p(measured.p_value),
        null="" if measured.null_value is None else write_bare(measured.null_value, look),
        copies=copies_words(finding, run),
    )


def strip_of(finding: Finding, *, alt: str) -> Strip:
    """Return the positions of one measurement between no effect and limit."""
    measured = finding.measurement
    shape = outcome.mark_of(finding).shape
    if measured is None or withheld(measured.estimate):
        return Strip(shape, alt)
    estimate = measured.estimate
    return Strip(
        shape=shape,
        alt=alt,
        value=outcome.position(estimate.value, finding),
        low=outcome.position(estimate.low, finding),
        high=outcome.position(estimate.high, finding),
        is_exact=estimate.is_exact,
    )


def _alt(finding: Finding, limit: str) -> str:
    measured = finding.measurement
    assert measured is not None
    look = look_for(measured.name, limit=finding.limit)
    ends = write_ends(measured.estimate, look)
    spoken = f"from {ends}" if " to " in ends else ends
    word = outcome.mark_of(finding).word
    if withheld(measured.estimate):
        return f"{safe_text(finding.rule.id, 24)}: {ends}; limit {limit}; {word}."
    value = write(measured.estimate.value, look)
    return f"{safe_text(finding.rule.id, 24)}: {value}, {spoken}; limit {limit}; {word}."


def _notes(findings: Sequence[Finding], rows: Sequence[GradedRow]) -> str:
    units = {unit_of(f.measurement.name) for f in findings if f.measurement}
    notes = []
    if Unit.POINTS in units:
        notes.append("Excess and risk in percentage points")
    if Unit.PERCENT in units:
        notes.append("shares in %")
    text = ", ".join(notes)
    if any(is_vulnerable(f.rule.where) for f in findings):
        ranked = "“vulnerable” are the people ranked most exposed before any attack ran"
        text = f"{text}; {ranked}" if text else f"“V{ranked[2:]}"
    if any(row.copies and row.mark == outcome.MET for row in rows):
        copies = say("control", "forest")
        text = f"{text}; {copies}" if text else copies
    return f"{text}." if text else ""


def _rounded(run: AuditRun) -> str:
    return f" {say('external', 'rounded')} {say('external', 'fuller')}" if is_redacted(run) else ""
