"""Every rule in words that may leave the house: no column, no small count, rounded ends."""

from audit.facts.judgement import Declared, Finding, FindingStatus, Verdict
from audit.facts.measurement import AuditRun, Family
from audit.facts.reasons import ReasonCode
from audit.facts.withheld import SMALL
from audit.report import outcome
from audit.report.argument import own_limit
from audit.report.digits import look_for, write, write_high, write_low
from audit.report.names import check_of, measurement_of, rule_name
from audit.report.shapes import RuleLine
from audit.report.waived import waiver_of
from audit.report.wording import as_sentence, half_above, half_below, instead_of, reason_words
from audit.text import safe_text


def rule_lines(verdict: Verdict, run: AuditRun, declared: Declared) -> tuple[RuleLine, ...]:
    """Return one line per rule, in the order of the verdict."""
    return tuple(_line(f, run, waiver_of(f, verdict, declared)) for f in verdict.findings)


def _line(finding: Finding, run: AuditRun, waiver: str) -> RuleLine:
    rule = finding.rule
    return RuleLine(
        id=safe_text(rule.id, 40),
        name=rule_name(rule, run),
        status=finding.status.value,
        reason=finding.reason_code.value if finding.reason_code else "",
        mark=outcome.mark_of(finding),
        message=f"{_message(finding, run)} {waiver}".strip(),
        limit=_limit(finding),
        severity=rule.severity.value,
        required=rule.required,
        grounds=safe_text(rule.rationale, 300),
        waiver=waiver,
        own="" if finding.unwaived is None else finding.unwaived.value,
    )


def _message(finding: Finding, run: AuditRun) -> str:
    parts = [f"{outcome.mark_of(finding).word}: {_number(finding, run)}"]
    if finding.status is FindingStatus.INCONCLUSIVE:
        parts.append(f"{as_sentence(reason_words(finding))} This is not a pass.")
    if finding.status is FindingStatus.ALARM:
        parts.append("It asks for an explanation.")
    return " ".join(parts)


def _number(finding: Finding, run: AuditRun) -> str:
    measured = finding.measurement
    if finding.rule.is_declared:
        if finding.reason_code is ReasonCode.EVIDENCE_EXPIRED:
            return "it was stated and no longer holds."
        stated = finding.status is FindingStatus.PASS
        return "it was stated." if stated else "it was not stated."
    if measured is None:
        return "not measured."
    look = look_for(measured.name, limit=finding.limit)
    estimate = measured.estimate
    limit = f"limit {_limit(finding)}."
    if estimate.is_exact and estimate.value == 0:
        return f"0, exact; {limit}"
    instead = instead_of(finding)
    if instead:
        return f"{instead['instead']}; {limit}"
    result = run.result(check_of(finding.rule))
    if result is not None and result.card.family is Family.COPYING:
        people = round(estimate.value * measured.n)
        if 0 < people < SMALL:
            # A rate gives the count away.
            return f"fewer than {SMALL} people; {limit}"
    low = None if estimate.low is None else write_low(half_below(estimate.low, look), look)
    high = None if estimate.high is None else write_high(half_above(estimate.high, look), look)
    if low is None or high is None:
        return f"{_one_end(low, high)}; {limit}"
    return f"between {low} and {high}{look.suffix}; {limit}"


def _one_end(low: str | None, high: str | None) -> str:
    if low is not None:
        return f"at least {low}"
    return f"at most {high}" if high is not None else "no ends"


def _limit(finding: Finding) -> str:
    if finding.limit is None:
        return ""
    look = look_for(measurement_of(finding.rule), limit=finding.limit)
    return write(finding.limit, look) + look.suffix + own_limit(finding)
