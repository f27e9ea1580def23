"""Rules and their outcomes for outsiders: no scope that names anything, no small count."""

from collections.abc import Mapping, Sequence

from audit.facts.judgement import Finding, Rule
from audit.facts.measurement import AuditRun, Family, Measurement, Result
from audit.report.external.numbers import Behind, counted, large, outward
from audit.report.names import (
    DECLARED,
    OTHERS,
    VULNERABLE,
    check_of,
    measurement_of,
    worst_scope,
)

_PARTS = (VULNERABLE, OTHERS)
_COPIES = ("identical-match", "near-copy")
_OF_COPIES = ("share", "control_share", "excess")
_RATES = (("attack_rate", "control_rate"), ("share", "control_share"))


def outward_rule(rule: Rule) -> Rule:
    """Return a rule: the whole of it is policy, but for the parts of the people that it names."""
    return Rule(
        id=rule.id,
        measure=rule.measure,
        limit=rule.limit,
        basis=rule.basis,
        rationale=rule.rationale,
        cite=rule.cite,
        where=_scope(rule.where),
        contexts=rule.contexts,
        if_stated=rule.if_stated,
        max_age_months=rule.max_age_months,
        statistic=rule.statistic,
        op=rule.op,
        decides=rule.decides,
        test=rule.test,
        limit_where_control_collides=rule.limit_where_control_collides,
        severity=rule.severity,
        required=rule.required,
        waivable=rule.waivable,
        clears=rule.clears,
        transposed=rule.transposed,
        verified=rule.verified,
    )


def _scope(scope: Mapping[str, str]) -> dict[str, str]:
    """Return which part of the people or of the rows is meant, and nothing else."""
    kept = {}
    if "subset" in scope:
        kept["subset"] = scope["subset"] if scope["subset"] in _PARTS else DECLARED
    if scope.get("rows") == "all":
        kept["rows"] = "all"
    return kept


def outward_finding(finding: Finding, run: AuditRun) -> Finding:
    """Return a finding whose number, if it has one, may be read by anybody."""
    measured = finding.measurement
    return Finding(
        rule=outward_rule(finding.rule),
        status=finding.status,
        reason_code=finding.reason_code,
        numbers=large(finding.numbers),
        limit=finding.limit,
        limit_of_policy=finding.limit_of_policy,
        measurement=None if measured is None else _measurement(finding, measured, run),
        pass_probability_if_safe=finding.pass_probability_if_safe,
        unwaived=finding.unwaived,
    )


def _measurement(finding: Finding, measured: Measurement, run: AuditRun) -> Measurement:
    check = check_of(finding.rule)
    counts = _counts(check, (worst_scope(finding), measured.scope), measured, run)
    name = measurement_of(finding.rule)
    return _bare(name, measured, counts, result=run.result(check), run=run)


def outward_counts(result: Result, run: AuditRun) -> tuple[Measurement, ...]:
    """Return how many people are copied: the only counts that outsiders read."""
    if result.card.id not in _COPIES:
        return ()
    return tuple(
        _bare(m.name, m, _counts(result.card.id, (m.scope,), m, run), result=result, run=run)
        for m in result.measurements
        if m.name in _OF_COPIES and not m.scope.keys() - {"rows"} and _is_known(m.scope)
    )


def _is_known(scope: Mapping[str, str]) -> bool:
    return scope.get("rows", "all") == "all"


def _counts(
    check: str, scopes: Sequence[Mapping[str, str]], measured: Measurement, run: AuditRun
) -> tuple[Behind, ...]:
    """Return the people behind a difference, real first; nothing where they are not known."""
    if measured.name not in ("excess", "risk"):
        return ()
    for scope in scopes:
        for attack, control in _RATES:
            real = _only(run, check, attack, scope)
            held_out = _only(run, check, control, scope)
            if real is not None and held_out is not None:
                return counted(real), counted(held_out)
    return ()


def _only(run: AuditRun, check: str, name: str, scope: Mapping[str, str]) -> Measurement | None:
    """Return the one rate of a scope; of several that it could be, none is known to be it."""
    result = run.result(check)
    named = [m for m in result.measurements if m.name == name] if result else []
    same = [m for m in named if dict(m.scope) == dict(scope)]
    wider = [m for m in named if scope and scope.items() <= m.scope.items()]
    found = same or wider
    return found[0] if len(found) == 1 else None


def _bare(
    name: str,
    measured: Measurement,
    counts: Sequence[Behind],
    *,
    result: Result | None,
    run: AuditRun,
) -> Measurement:
    plain = Measurement(
        name=name,
        estimate=measured.estimate,
        n=measured.n,
        scope=_scope(measured.scope),
        null_value=measured.null_value,
        p_value=measured.p_value,
        detectable=measured.detectable,
    )
    apart = measured.n // 2 if "subset" in measured.scope else measured.n
    people = min([*run.release.people.values(), apart])
    of_records = result is not None and result.card.family is Family.DISTANCE
    return outward(plain, counts, people=people, of_records=of_records)
