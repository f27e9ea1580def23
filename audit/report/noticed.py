"""How many copied people a check would have noticed, in numbers and words."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from audit.facts.judgement import Finding, FindingStatus
from audit.facts.measurement import AuditRun, ControlFact
from audit.report.digits import write_count
from audit.report.names import check_of
from audit.report.sentences import say

FULL_COPY, NULL, VERBATIM, JITTERED = "full_copy", "null", "verbatim", "jittered"
_DIGITS = 2
"""A step of the ladder is half as large again as the one before: more digits say nothing."""


def control_of(run: AuditRun, check: str, plan: str) -> ControlFact | None:
    """Return one control of a check, if it was tried."""
    return next((c for c in run.controls if (c.check, c.plan) == (check, plan)), None)


def enough(control: ControlFact) -> float | None:
    """Return the fewest people who are noticed with 80 %; None where all who were tried are not."""
    return control.numbers.get("people_80")


def write_enough(people: float) -> str:
    """Write a number of people who are noticed, rounded upward."""
    return write_count(_rounded(people, ROUND_CEILING))


def write_tried(people: float) -> str:
    """Write a number of people who are not, rounded downward."""
    return write_count(_rounded(people, ROUND_FLOOR))


def _rounded(people: float, rounding: str) -> int:
    whole = Decimal(round(people))
    place = Decimal(1).scaleb(max(0, whole.adjusted() + 1 - _DIGITS))
    return int((whole / place).to_integral_value(rounding=rounding) * place)


def people_words(control: ControlFact) -> str:
    """Return how many people are noticed, or how many were tried and are not."""
    people = enough(control)
    if people is not None:
        return write_enough(people)
    return write_tried(control.numbers.get("tried", 0.0))


def short_words(control: ControlFact) -> str:
    """Return `32`, or `over 500` where all who were tried were not enough."""
    words = people_words(control)
    return f"over {words}" if enough(control) is None else words


def copies_words(finding: Finding, run: AuditRun) -> str:
    """Return `from 32`, or `over 500`, for a rule that is met; empty where nothing was tried."""
    control = _behind(finding, run, VERBATIM)
    if control is None:
        return ""
    words = short_words(control)
    return words if enough(control) is None else f"from {words}"


def noticed_sentence(finding: Finding, run: AuditRun) -> str:
    """Return what the check of a rule that is met would have noticed; empty if never tried."""
    verbatim = _behind(finding, run, VERBATIM)
    if verbatim is None:
        return ""
    jittered = _behind(finding, run, JITTERED)
    of = write_count(verbatim.numbers.get("of", 0.0))
    key = "rule_tried" if enough(verbatim) is None else "rule_enough"
    noise = ""
    if jittered is not None:
        noisy = "rule_not_noise" if enough(jittered) is None else "rule_noise"
        noise = say("control", noisy, people=people_words(jittered))
    return say("control", key, people=people_words(verbatim), of=of, noise=noise)


def _behind(finding: Finding, run: AuditRun, plan: str) -> ControlFact | None:
    """Return the control of a met rule's check. It speaks of everybody, not of a part of them."""
    if finding.status is not FindingStatus.PASS or "subset" in finding.rule.where:
        return None
    return control_of(run, check_of(finding.rule), plan)
