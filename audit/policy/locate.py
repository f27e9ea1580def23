"""Which measurement a rule is about, or why there is none."""

from math import ceil

from audit.facts.judgement import Rule, Test
from audit.facts.measurement import AuditRun, Measurement, Status
from audit.facts.reasons import CaveatCode, ReasonCode
from audit.policy.decision import Decision, inconclusive

RESOLVED_FROM = {"at_fpr_10pct": 99, "at_fpr_1pct": 999, "at_fpr_0_1pct": 9999}
"""Holdout people from which j = floor(alpha (n + 1)) is at least 10 (DESIGN 4, point 5)."""
FLOOR = 3.3
"""Standard errors between .5 and a limit that can be shown: 1.645 and 1.645 for 95 % power."""
WIDEST_STRATUM = 0.25


def located(rule: Rule, run: AuditRun, *, limit: float | None) -> Measurement | Decision:
    """Return the measurement that `rule` names, or why it cannot be graded.

    `limit` says how many people a stratum needs, where the rule is on one that is missing.
    """
    result = run.result(rule.measure.partition(".")[0])
    if result is None or not result.card.grades:
        return _absent(rule, run, limit)
    if result.status is not Status.MEASURED:
        reason = result.reason_code or ReasonCode.NOT_MEASURED
        return inconclusive(reason, result.reason_numbers)
    found = run.measurement(rule.measure, rule.where)
    too_small = _unresolved(rule, run, found)
    if too_small is not None:
        return too_small
    if found is not None:
        return found
    caveats = {caveat.code for caveat in result.caveats}
    if rule.test is Test.COPIES and CaveatCode.NO_RARE_PEOPLE in caveats:
        return inconclusive(ReasonCode.TOO_FEW_PEOPLE)
    return _absent(rule, run, limit)


def _absent(rule: Rule, run: AuditRun, limit: float | None) -> Decision:
    if rule.where.get("subset") is None:
        return inconclusive(ReasonCode.NOT_MEASURED)
    if rule.where["subset"] != "vulnerable":
        return inconclusive(ReasonCode.TOO_FEW_PEOPLE)
    said = _said_too_few(rule, run)
    if said:
        return inconclusive(ReasonCode.VULNERABLE_SET_MISSING, said)
    needed = people_for_stratum(limit) if rule.measure.endswith(".auc") else None
    people = holdout_people(run)
    missing = needed is not None and people < needed
    numbers = {"rows": float(people), "rows_needed": float(needed or 0)} if missing else {}
    return inconclusive(ReasonCode.VULNERABLE_SET_MISSING, numbers)


def _said_too_few(rule: Rule, run: AuditRun) -> dict[str, float]:
    """Return what the check itself says that a stratum takes."""
    result = run.result(rule.measure.partition(".")[0])
    caveats = () if result is None else result.caveats
    numbers = (dict(c.numbers) for c in caveats if c.code is CaveatCode.VULNERABLE_TOO_FEW)
    return next(numbers, {})


def people_for_stratum(limit: float | None) -> int | None:
    """Return how many people each arm needs so that a quarter of them can show AUC <= limit.

    The evidence floor is 3.3 sqrt((1/n_t + 1/n_h) / 12) <= limit - .5 (DESIGN 4, point 9): 726 in
    each arm of the stratum at .55.
    """
    if limit is None or limit <= 0.5:
        return None
    stratum = ceil(round(2 * (FLOOR / (limit - 0.5)) ** 2 / 12, 6))
    return ceil(stratum / WIDEST_STRATUM)


def holdout_people(run: AuditRun) -> int:
    """Return the number of people in the holdout; 0 where there is none."""
    holdout = run.provenance.inputs.get("holdout")
    return run.release.people.get("holdout", 0 if holdout is None else holdout.rows)


def _unresolved(rule: Rule, run: AuditRun, found: Measurement | None) -> Decision | None:
    """Refuse a rate at a false positive rate that too few holdout people resolve."""
    needed = next((n for end, n in RESOLVED_FROM.items() if rule.measure.endswith(end)), 0)
    people = holdout_people(run)
    if found is not None:
        # A part of the people cannot hold more holdout people than it holds people.
        people = min(people, found.n)
    if people >= needed or people == 0:
        return None
    numbers = {"rows": float(people), "rows_needed": float(needed)}
    return inconclusive(ReasonCode.HOLDOUT_TOO_SMALL, numbers)
