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
from audit.facts.waiver import MOST_DAYS, WAIVABLE, Waiver, WaiverNote, same_person
from audit.policy.asked import asked

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
    granted = _granted(policy, run, declared, barred)
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
    most_days: int | None
    barred: frozenset[str]


def _granted(
    policy: Policy, run: AuditRun, declared: Declared, barred: frozenset[str] = frozenset()
) -> _Granted:
    synthetic = run.provenance.inputs.get("synthetic")
    return _Granted(
        policy=f"{policy.id}@{policy.version}",
        context=declared.tier.value,
        synthetic_sha256=None if synthetic is None else synthetic.digest,
        day=declared.graded_on,
        operator=declared.operator,
        most_days=policy.waiver_days,
        barred=barred,
    )


def void_beforehand(policy: Policy, run: AuditRun, declared: Declared) -> tuple[WaiverNote, ...]:
    """Return the waivers that cannot apply whatever the attacks find, and why."""
    rules = {rule.id: rule for rule in asked(policy, declared)}
    granted = _granted(policy, run, declared)
    codes = ((w, _bound(w, granted, rules.get(w.rule))) for w in declared.waivers)
    return tuple(WaiverNote(w.id, w.rule, code) for w, code in codes if code is not None)


def _code(waiver: Waiver, granted: _Granted, by_rule: Mapping[str, Finding]) -> WaiverCode:
    """Return the first obstacle, the coarsest first; none is left: it is used."""
    finding = by_rule.get(waiver.rule)
    obstacle = _bound(waiver, granted, None if finding is None else finding.rule)
    if obstacle is not None or finding is None:
        return obstacle or WaiverCode.NO_SUCH_RULE
    return _about(waiver, finding, granted.barred)


def _bound(waiver: Waiver, granted: _Granted, rule: Rule | None) -> WaiverCode | None:
    """Return what bars a waiver from standing here at all, before any outcome is looked at."""
    named = granted.operator and same_person(waiver.approver, granted.operator)
    most = MOST_DAYS if granted.most_days is None else granted.most_days
    obstacles = (
        (WaiverCode.OTHER_POLICY, waiver.policy != granted.policy),
        (WaiverCode.POLICY_ALLOWS_NONE, most == 0),
        (WaiverCode.NO_SUCH_RULE, rule is None),
        (WaiverCode.RULE_NOT_WAIVABLE, rule is not None and not may_be_waived(rule)),
        (WaiverCode.LONGER_THAN_POLICY, waiver.days > most),
        (WaiverCode.APPROVER_IS_OPERATOR, bool(named)),
        (WaiverCode.OTHER_CONTEXT, waiver.context != granted.context),
        (WaiverCode.OTHER_FILE, waiver.synthetic_sha256 != granted.synthetic_sha256),
    )
    found = next((code for code, holds in obstacles if holds), None)
    return found or _dated(waiver, granted.day)


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
