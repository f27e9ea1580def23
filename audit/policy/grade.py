"""A policy applied to a run: measurements, limits, findings, verdict. Pure; no record in reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from audit.facts.argument import Argument
from audit.facts.judgement import (
    Declared,
    Finding,
    FindingStatus,
    Policy,
    Rule,
    RuleSeverity,
    Test,
    Verdict,
    VerdictStatus,
)
from audit.facts.measurement import AuditRun, Card, Measurement, Result
from audit.facts.reasons import ReasonCode
from audit.facts.versions import NO_VERSIONS
from audit.policy.argument import argued, raised
from audit.policy.asked import asked
from audit.policy.copies import by_copies
from audit.policy.decision import Decision, by_interval, inconclusive, pass_probability
from audit.policy.fit import require_fit
from audit.policy.limits import resolved
from audit.policy.locate import located
from audit.policy.statements import by_statement
from audit.policy.trust import Trust, bars_fail, bars_pass, trust_of
from audit.policy.waivers import with_waivers
from audit.wire.canonical import sha256_of
from audit.wire.run import run_to_bytes


@dataclass(frozen=True, slots=True)
class _Bench:
    """What every rule is graded against."""

    policy: Policy
    run: AuditRun
    declared: Declared
    trust: Trust
    argument: Argument | None

    def limits(self, rule: Rule, found: Measurement | None) -> tuple[float | None, float | None]:
        """Return the limit as the policy has it, and as it applies."""
        assert rule.limit is not None
        own = resolved(rule.limit, self.policy, declared=self.declared, measurement=found)
        return own, None if own is None else raised(own, rule, self.policy, self.argument)


def grade(
    policy: Policy,
    run: AuditRun,
    declared: Declared,
    *,
    versions: Mapping[str, int] = NO_VERSIONS,
) -> Verdict:
    """Apply `policy` to `run`: to the rules that are asked in the declared context.

    Parameters
    ----------
    versions
        Check id -> the version whose numbers count. No rule is met by those of another version:
        the same data would give other numbers. A rule that they break stays broken.

    Raises
    ------
    PolicyError
        If the policy is not meant for the declared context or sensitivity, or a rule is declared
        not applicable that cannot be.
    """
    require_fit(policy, declared)
    argument = argued(policy, declared)
    bench = _Bench(policy, run, declared, trust_of(run, policy, versions), argument)
    rules = asked(policy, declared)
    own = tuple(_finding(rule, bench) for rule in rules)
    barred = frozenset(f.rule.id for f in own if _is_barred(f, bench))
    waived = with_waivers(own, policy, run, declared, barred=barred)
    return Verdict(
        status=_status(waived.findings, policy, bench.trust),
        policy_id=policy.id,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        context=declared.tier,
        run_sha256=sha256_of(run_to_bytes(run)),
        findings=waived.findings,
        waivers=waived.notes,
        sensitivity=declared.sensitivity if any(_is_by_table(rule) for rule in rules) else "",
        argument=argument,
    )


def _is_by_table(rule: Rule) -> bool:
    return rule.limit is not None and rule.limit.table is not None


def _finding(rule: Rule, bench: _Bench) -> Finding:
    if rule.id in bench.declared.not_applicable:
        return Finding(rule, FindingStatus.NOT_APPLICABLE)
    if rule.is_declared:
        return _said(rule, by_statement(rule, bench.declared))
    found = located(rule, bench.run, limit=bench.limits(rule, None)[1])
    measured = found if isinstance(found, Measurement) else None
    own, limit = bench.limits(rule, measured)
    if not isinstance(found, Measurement):
        finding = _said(rule, found, limit=limit)
    elif limit is None:
        finding = _said(rule, inconclusive(ReasonCode.END_MISSING), measurement=measured)
    else:
        result = bench.run.result(rule.measure.partition(".")[0])
        assert result is not None
        finding = _measured(rule, result, measurement=found, limit=limit, trust=bench.trust)
    return finding if own == limit else replace(finding, limit_of_policy=own)


def _said(
    rule: Rule,
    decision: Decision,
    *,
    limit: float | None = None,
    measurement: Measurement | None = None,
) -> Finding:
    return Finding(
        rule,
        decision.status,
        reason_code=decision.reason,
        numbers=decision.numbers,
        limit=limit,
        measurement=measurement,
    )


def _measured(
    rule: Rule, result: Result, *, measurement: Measurement, limit: float, trust: Trust
) -> Finding:
    if rule.test is Test.COPIES:
        copies = by_copies(rule, result, rare=measurement, limit=limit)
        decision, decisive, used = copies.decision, copies.measurement, copies.limit
    else:
        decision, decisive, used = by_interval(rule, measurement, limit), measurement, limit
    decision = _trusted(
        decision, rule, card=result.card, measurement=measurement, limit=used, trust=trust
    )
    return Finding(
        rule,
        decision.status,
        reason_code=decision.reason,
        numbers=decision.numbers,
        limit=used,
        measurement=decisive,
        pass_probability_if_safe=pass_probability(rule, used, measurement.safe_high),
        worst_scope=_worst_scope(rule, result),
    )


def _trusted(
    decision: Decision,
    rule: Rule,
    *,
    card: Card,
    measurement: Measurement,
    limit: float,
    trust: Trust,
) -> Decision:
    """Withdraw what the run cannot carry; an alarm takes the place of a fail that may not count."""
    clears = rule.clears and card.clears
    if decision.status is FindingStatus.FAIL:
        barred = bars_fail(trust, rule, card=card, measurement=measurement)
        alarm = Decision(FindingStatus.ALARM, decision.reason, decision.numbers)
        return barred or (decision if clears else alarm)
    if decision.status is not FindingStatus.PASS:
        return decision
    barred = bars_pass(trust, rule, card=card, measurement=measurement, limit=limit)
    if barred is None and not clears and rule.required:
        return inconclusive(ReasonCode.NOT_EXCEEDED)
    return barred or decision


def _is_barred(finding: Finding, bench: _Bench) -> bool:
    """Tell whether a pass could not stand here: then its number shows nothing to be accepted."""
    measured, limit = finding.measurement, finding.limit
    result = bench.run.result(finding.rule.measure.partition(".")[0])
    if measured is None or limit is None or result is None:
        return False
    barred = bars_pass(
        bench.trust, finding.rule, card=result.card, measurement=measured, limit=limit
    )
    return barred is not None


def _worst_scope(rule: Rule, result: Result) -> Mapping[str, str]:
    """Return the scope of the largest individual measurement behind a worst case."""
    check, _, name = rule.measure.partition(".")
    if not check.endswith("-worst-case") and "over" not in rule.where:
        return {}
    fixed = {key: value for key, value in rule.where.items() if key != "over"}
    parts = [
        m
        for m in result.measurements
        if m.name == name
        and m.scope.keys() > fixed.keys()
        and "over" not in m.scope
        and m.scope.get("subset") == fixed.get("subset")
        and all(m.scope[key] == value for key, value in fixed.items())
    ]
    largest = max(parts, key=lambda m: m.estimate.value, default=None)
    return {} if largest is None else dict(largest.scope)


def _status(findings: Sequence[Finding], policy: Policy, trust: Trust) -> VerdictStatus:
    """Return the first that holds of: not met, inconclusive, with waivers, met (DESIGN 5)."""
    weighty = (RuleSeverity.BLOCKER, RuleSeverity.MAJOR)
    if any(
        f.status is FindingStatus.FAIL and (f.rule.required or f.rule.severity in weighty)
        for f in findings
    ):
        return VerdictStatus.NOT_MET
    unanswered = (FindingStatus.INCONCLUSIVE, FindingStatus.ALARM)
    open_question = any(f.status in unanswered and f.rule.required for f in findings)
    alarmed = policy.alarms_block and any(f.status is FindingStatus.ALARM for f in findings)
    nothing_shown = not any(f.status is FindingStatus.PASS and f.rule.required for f in findings)
    if open_question or alarmed or nothing_shown or not trust.allows_met:
        return VerdictStatus.INCONCLUSIVE
    if not policy.concludes:
        return VerdictStatus.EVIDENCE_COMPLETE
    waived = any(f.status is FindingStatus.WAIVED for f in findings)
    return VerdictStatus.MET_WITH_WAIVERS if waived else VerdictStatus.MET
