"""Waivers held against the findings: which apply, and why the others do not.

A waiver sets one outcome aside, in the open. It never touches a measurement, another rule or what
the run as a whole allows, and it is void as soon as anything that it was granted for has changed.
No clock is read here: the day is an argument.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from audit.facts.judgement import Declared, Finding, FindingStatus, Policy, Rule, RuleSeverity
from audit.facts.measurement import AuditRun
from audit.facts.reasons import WaiverCode
from audit.facts.waiver import WAIVABLE, Waiver, WaiverNote, same_person

_NOTHING_TO_ACCEPT = (FindingStatus.PASS, FindingStatus.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Waived:
    """The findings with waivers applied, and what became of each waiver."""

    findings: tuple[Finding, ...]
    notes: tuple[WaiverNote, ...]


def with_waivers(
    findings: Sequence[Finding],
    policy: Policy,
    run: AuditRun,
    declared: Declared,
    *,
    barred: frozenset[str],
) -> Waived:
    """Apply the declared waivers, in their order, as of the declared day.

    Parameters
    ----------
    barred
        Rules that could not be met whatever their numbers: the attack had no power, the comparison
        was unfair. Nobody can accept a number that shows nothing.
    """
    by_rule = {finding.rule.id: finding for finding in findings}
    granted = _Granted(
        policy=f"{policy.id}@{policy.version}",
        context=declared.tier.value,
        synthetic_sha256=_digest(run),
        day=declared.graded_on,
        operator=declared.operator,
        barred=barred,
    )
    notes = []
    for waiver in declared.waivers:
        code = _code(waiver, granted, by_rule)
        notes.append(WaiverNote(waiver.id, waiver.rule, code))
        if code is WaiverCode.USED:
            own = by_rule[waiver.rule]
            by_rule[waiver.rule] = replace(own, status=FindingStatus.WAIVED, unwaived=own.status)
    return Waived(tuple(by_rule[f.rule.id] for f in findings), tuple(notes))


def may_be_waived(rule: Rule) -> bool:
    """Tell whether anybody may waive `rule`: never a blocker, nor where the policy says no."""
    return rule.waivable and rule.severity is not RuleSeverity.BLOCKER


@dataclass(frozen=True, slots=True)
class _Granted:
    """What a waiver must have been granted for."""

    policy: str
    context: str
    synthetic_sha256: str | None
    day: date | None
    operator: str
    barred: frozenset[str]


def _digest(run: AuditRun) -> str | None:
    synthetic = run.provenance.inputs.get("synthetic")
    return None if synthetic is None else synthetic.digest


def _code(waiver: Waiver, granted: _Granted, by_rule: Mapping[str, Finding]) -> WaiverCode:
    """Return the first obstacle, the coarsest first; none is left: it is used."""
    if waiver.policy != granted.policy:
        return WaiverCode.OTHER_POLICY
    finding = by_rule.get(waiver.rule)
    if finding is None:
        return WaiverCode.NO_SUCH_RULE
    if not may_be_waived(finding.rule):
        return WaiverCode.RULE_NOT_WAIVABLE
    if granted.operator and same_person(waiver.approver, granted.operator):
        return WaiverCode.APPROVER_IS_OPERATOR
    if waiver.context != granted.context:
        return WaiverCode.OTHER_CONTEXT
    if waiver.synthetic_sha256 != granted.synthetic_sha256:
        return WaiverCode.OTHER_FILE
    return _dated(waiver, granted.day) or _about(waiver, finding, granted.barred)


def _dated(waiver: Waiver, day: date | None) -> WaiverCode | None:
    if day is None:
        return WaiverCode.UNDATED
    if day < waiver.created:
        return WaiverCode.NOT_YET_VALID
    return WaiverCode.EXPIRED if day > waiver.expires else None


def _about(waiver: Waiver, finding: Finding, barred: frozenset[str]) -> WaiverCode:
    status = finding.status
    if status is FindingStatus.WAIVED:
        return WaiverCode.ANOTHER_USED
    if status in _NOTHING_TO_ACCEPT:
        return WaiverCode.NOT_NEEDED
    if status is FindingStatus.INCONCLUSIVE and finding.reason_code not in WAIVABLE:
        return WaiverCode.REASON_NOT_WAIVABLE
    if finding.rule.id in barred:
        return WaiverCode.NUMBER_MEANS_NOTHING
    if finding.measurement is None and not finding.rule.is_declared:
        return WaiverCode.NOT_MEASURED
    open_ = status is FindingStatus.INCONCLUSIVE
    if status.value != waiver.accepts or (open_ and finding.reason_code != waiver.reason_code):
        return WaiverCode.OTHER_OUTCOME
    if waiver.worst_scope and dict(waiver.worst_scope) != dict(finding.worst_scope):
        return WaiverCode.OTHER_SCOPE
    return WaiverCode.WORSE if _is_worse(waiver, finding) else WaiverCode.USED


def _is_worse(waiver: Waiver, finding: Finding) -> bool:
    """Tell whether the value or its upper end is larger than what was accepted."""
    if finding.measurement is None:
        return False
    estimate = finding.measurement.estimate
    if waiver.value is None or estimate.value > waiver.value:
        return True
    # No upper end is infinitely far away: accepted with none, any will do.
    return waiver.high is not None and (estimate.high is None or estimate.high > waiver.high)
