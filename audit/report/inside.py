"""Every rule in words for those who may know everything: exact numbers, and what is the worst."""

from dataclasses import replace

from audit.facts.judgement import Declared, Finding, FindingStatus, Verdict
from audit.facts.measurement import AuditRun
from audit.report import outcome
from audit.report.digits import look_for, write, write_ends
from audit.report.names import scope_words, worst_scope
from audit.report.outside import rule_lines
from audit.report.pieces import plain
from audit.report.shapes import RuleLine, View
from audit.report.waived import waiver_items
from audit.report.wording import as_sentence, reason_words


def for_insiders(view: View, verdict: Verdict, run: AuditRun, declared: Declared) -> View:
    """Return a view whose plain files (Markdown, JUnit, SARIF) say what the report says."""
    lines = rule_lines(verdict, run, declared)
    notes = tuple(f"{i.label}: {plain(i.phrase)}" for i in waiver_items(verdict, declared))
    return replace(
        view,
        outside=tuple(_line(line, f, run) for line, f in zip(lines, verdict.findings, strict=True)),
        decision=replace(
            view.decision, sentence_external=view.decision.sentence, waivers_external=notes
        ),
    )


def _line(line: RuleLine, finding: Finding, run: AuditRun) -> RuleLine:
    measured = finding.measurement
    if measured is None:
        return line
    look = look_for(measured.name, limit=finding.limit)
    ends = write_ends(measured.estimate, look)
    parts = [
        f"{outcome.mark_of(finding).word}: {write(measured.estimate.value, look)}{look.suffix} "
        f"({ends}); limit {line.limit}."
    ]
    worst = {k: v for k, v in worst_scope(finding).items() if k != "subset"}
    if worst:
        parts.append(f"The worst: {scope_words(worst, run)}.")
    if finding.status is FindingStatus.INCONCLUSIVE:
        parts.append(f"{as_sentence(reason_words(finding))} This is not a pass.")
    if finding.status is FindingStatus.ALARM:
        parts.append("It asks for an explanation.")
    return replace(line, message=" ".join([*parts, line.waiver]).strip())
