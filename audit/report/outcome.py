"""Marks: the shape, colour and word of an outcome, and the order in which outcomes stand."""

from collections.abc import Sequence
from math import inf

from audit.facts.judgement import Finding, FindingStatus, RuleSeverity, Verdict, VerdictStatus
from audit.facts.reasons import ReasonCode
from audit.report.names import check_of, measurement_of
from audit.report.pieces import Mark
from audit.report.sentences import say

NOT_MET = Mark("not-met", "not met")
INCONCLUSIVE = Mark("inconclusive", "inconclusive")
MET = Mark("met", "met")
NOT_EXCEEDED = Mark("not-exceeded", "not exceeded")
ALARM = Mark("alarm", "alarm")
NO_ALARM = Mark("no-alarm", "no alarm")
WAIVED = Mark("waived", "waived")
NOT_APPLICABLE = Mark("not-assessed", "not applicable")
NOT_ASSESSED = Mark("not-assessed", "not assessed")

_SEVERITY = tuple(RuleSeverity)
_LOUDNESS = (
    NOT_MET,
    INCONCLUSIVE,
    WAIVED,
    ALARM,
    MET,
    NOT_EXCEEDED,
    NO_ALARM,
    NOT_APPLICABLE,
    NOT_ASSESSED,
)


def mark_of(finding: Finding) -> Mark:
    """Return the mark of one finding."""
    match finding.status:
        case FindingStatus.FAIL:
            return NOT_MET
        case FindingStatus.INCONCLUSIVE if finding.rule.clears:
            return INCONCLUSIVE
        case FindingStatus.INCONCLUSIVE:
            # A distance that could not be measured is no open question of the verdict.
            return INCONCLUSIVE if finding.rule.required else NOT_ASSESSED
        case FindingStatus.WAIVED:
            return WAIVED
        case FindingStatus.ALARM:
            return ALARM
        case FindingStatus.NOT_APPLICABLE:
            return NOT_APPLICABLE
        case FindingStatus.PASS:
            if not finding.rule.clears:
                return NO_ALARM
            exceeded = finding.reason_code is ReasonCode.NOT_EXCEEDED
            return NOT_EXCEEDED if exceeded else MET


def verdict_mark(verdict: Verdict) -> Mark:
    """Return the mark and the words of the verdict; only `met` may be green."""
    waived = verdict.waived
    match verdict.status:
        case VerdictStatus.MET:
            return Mark("met", say("verdict", "met"))
        case VerdictStatus.MET_WITH_WAIVERS if waived == 1:
            return Mark("waived", say("verdict", "met_with_one_waiver"))
        case VerdictStatus.MET_WITH_WAIVERS:
            return Mark("waived", say("verdict", "met_with_waivers", waived=waived))
        case VerdictStatus.EVIDENCE_COMPLETE:
            return Mark("not-assessed", say("verdict", "evidence_complete"))
        case VerdictStatus.NOT_MET:
            return Mark("not-met", say("verdict", "not_met"))
        case VerdictStatus.INCONCLUSIVE:
            return Mark("inconclusive", say("verdict", "inconclusive"))


def loudness(mark: Mark) -> int:
    """Return 0 for the outcome that stands first."""
    return _LOUDNESS.index(mark)


def position(number: float | None, finding: Finding) -> float | None:
    """Return a number on the axis where 0 is no effect and 1 is the limit."""
    measured = finding.measurement
    if number is None or measured is None or finding.limit is None:
        return None
    null = measured.null_value or 0.0
    span = finding.limit - null
    if span <= 0:
        # The limit is the null itself: what is beyond it is beyond every scale.
        return 0.0 if number <= finding.limit else inf
    return (number - null) / span


def weight(finding: Finding) -> tuple[bool, int, float, str]:
    """Return what sorts findings of one outcome: required, then severe, then far beyond."""
    value = None if finding.measurement is None else finding.measurement.estimate.value
    beyond = position(value, finding)
    rule = finding.rule
    distance = -beyond if beyond is not None else inf
    return (not rule.required, _SEVERITY.index(rule.severity), distance, rule.id)


def margin(finding: Finding) -> tuple[bool, float, str]:
    """Return what sorts met findings: the smallest margin to the limit first."""
    high = None if finding.measurement is None else finding.measurement.estimate.high
    reach = position(high, finding)
    return (reach is None, -reach if reach is not None else 0.0, finding.rule.id)


def of_status(verdict: Verdict, status: FindingStatus) -> tuple[Finding, ...]:
    """Return the findings of one status, the heaviest first."""
    return tuple(sorted((f for f in verdict.findings if f.status is status), key=weight))


def grouped(findings: Sequence[Finding]) -> tuple[tuple[Finding, ...], ...]:
    """Return findings on one attack and one part of the people together, the excess first."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        part = finding.rule.where.get("subset", "")
        groups.setdefault((check_of(finding.rule), part), []).append(finding)
    return tuple(
        tuple(sorted(g, key=lambda f: measurement_of(f.rule) != "excess")) for g in groups.values()
    )
