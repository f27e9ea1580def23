"""What each rule of a policy will be able to decide, before anything is attacked.

Numbers come from a forecast, which knows sizes and nothing of any attack; limits, and what bars a
rule from being met, are those of the grading.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from audit.facts.argument import Argument
from audit.facts.estimate import exactly
from audit.facts.judgement import Declared, Operator, Policy, Rule, Test
from audit.facts.measurement import AuditRun, Measurement
from audit.facts.outlook import Forecast, Needed, Planned, Prospect
from audit.facts.reasons import ReasonCode
from audit.policy.argument import argued, raised
from audit.policy.asked import asked
from audit.policy.decision import only_fails, pass_probability
from audit.policy.fit import require_fit
from audit.policy.limits import resolved
from audit.policy.locate import RESOLVED_FROM
from audit.policy.statements import by_statement
from audit.policy.trust import Trust, bars_pass, trust_of

ENOUGH = 0.8
"""Chance from which nothing more is asked for."""
MOST_TIMES = 1_000
"""Nobody is told to bring so many times as many people."""
_GROWTH = 1.25
"""Small, for the part of the people who are most vulnerable shrinks where more people come."""
_STEPS = 6
Chance = Callable[[int, int], float]


@dataclass(frozen=True, slots=True)
class _Desk:
    policy: Policy
    declared: Declared
    run: AuditRun
    forecast: Forecast
    left_out: Callable[[str], ReasonCode | None]
    trust: Trust
    argument: Argument | None


def prospects(
    policy: Policy,
    declared: Declared,
    run: AuditRun,
    *,
    forecast: Forecast,
    left_out: Callable[[str], ReasonCode | None],
) -> tuple[Prospect, ...]:
    """Return what each rule will be able to decide.

    Parameters
    ----------
    run
        What was found before any attack: all its checks were left out.
    left_out
        Why a check will not be run, if it will not.

    Raises
    ------
    PolicyError
        If the policy is not meant for what was declared.
    """
    require_fit(policy, declared)
    trust = trust_of(run, policy)
    desk = _Desk(policy, declared, run, forecast, left_out, trust, argued(policy, declared))
    rules = (r for r in asked(policy, declared) if r.id not in declared.not_applicable)
    return tuple(_with_own_limit(_prospect(rule, desk), desk) for rule in rules)


def _with_own_limit(prospect: Prospect, desk: _Desk) -> Prospect:
    """Keep the limit of the policy beside one that an argument raised."""
    limit = prospect.rule.limit
    if limit is None or prospect.limit is None:
        return prospect
    own = resolved(limit, desk.policy, declared=desk.declared, measurement=None)
    return prospect if own == prospect.limit else replace(prospect, limit_of_policy=own)


def chance_bounds(found: Sequence[Prospect]) -> tuple[float, float]:
    """Return between what the chance lies that all required rules are met that are estimated.

    Whatever ties the rules together: at least one less the sum of what is missing (Bonferroni), at
    most the smallest.
    """
    chances = [p.chance for p in found if p.chance is not None and p.rule.required]
    return max(0.0, 1.0 - sum(1.0 - c for c in chances)), min(chances, default=1.0)


def _prospect(rule: Rule, desk: _Desk) -> Prospect:
    if rule.is_declared:
        return Prospect(rule, None, None, None, by_statement(rule, desk.declared).reason)
    real, holdout = _people(desk.run)
    planned = desk.forecast(rule.measure, rule.where, real, holdout)
    limit = _limit(rule, desk)
    barred = _barred(rule, desk)
    counted = rule.test is Test.COPIES or rule.op is Operator.EQUALS
    if only_fails(rule) or limit is None or counted:
        reason = None if only_fails(rule) else barred
        return Prospect(rule, limit, planned, None, reason, people=real if counted else None)
    if barred is not None:
        return Prospect(rule, limit, planned, 0.0, barred)

    def chance(n_real: int, n_holdout: int) -> float:
        found = desk.forecast(rule.measure, rule.where, n_real, n_holdout)
        safe = None if found is None else found.safe_high
        return pass_probability(rule, limit, safe) or 0.0

    unknown = planned is None and desk.forecast(rule.measure, rule.where, 10**6, 10**6) is None
    if unknown:
        return Prospect(rule, limit, None, None)
    now = chance(real, holdout)
    if now >= ENOUGH:
        return Prospect(rule, limit, planned, now)
    needed = needed_for(chance, real, holdout)
    return Prospect(rule, limit, planned, now, _too_few(rule, planned, holdout), needed)


def _too_few(rule: Rule, planned: Planned | None, holdout: int) -> ReasonCode | None:
    """Return why a rule cannot be met with so many people, if it cannot."""
    if planned is None:
        return ReasonCode.VULNERABLE_SET_MISSING if rule.where else ReasonCode.TOO_FEW_PEOPLE
    resolved_from = next((n for end, n in RESOLVED_FROM.items() if rule.measure.endswith(end)), 0)
    return ReasonCode.HOLDOUT_TOO_SMALL if holdout < resolved_from else None


def _limit(rule: Rule, desk: _Desk) -> float | None:
    if rule.limit is None:
        return None
    own = resolved(rule.limit, desk.policy, declared=desk.declared, measurement=None)
    return None if own is None else raised(own, rule, desk.policy, desk.argument)


def _barred(rule: Rule, desk: _Desk) -> ReasonCode | None:
    """Return what bars the rule from being met whatever the attacks find."""
    check = rule.measure.partition(".")[0]
    reason, result = desk.left_out(check), desk.run.result(check)
    if reason is not None or result is None:
        return reason or ReasonCode.NOT_MEASURED
    # As if the measurement lay where it lies without any leak.
    null = Measurement(rule.measure, exactly(0.5), 0, rule.where)
    decision = bars_pass(desk.trust, rule, card=result.card, measurement=null, limit=0.5)
    return None if decision is None else decision.reason


def _people(run: AuditRun) -> tuple[int, int]:
    return run.release.people.get("real", 0), run.release.people.get("holdout", 0)


def needed_for(chance: Chance, real: int, holdout: int) -> Needed:
    """Return how many people bring the chance to .8: more held out, parted anew, more of both."""
    everybody = real + holdout
    both = _least(1.0, MOST_TIMES, lambda t: chance(round(t * real), round(t * holdout)))
    held = _least(1.0, MOST_TIMES, lambda t: chance(real, round(t * holdout)))
    # Nobody gains from a holdout that is larger than what is left to the generator.
    most = everybody / 2 / holdout
    anew = (
        _least(1.0, most, lambda t: chance(everybody - round(t * holdout), round(t * holdout)))
        if most > 1
        else None
    )
    return Needed(
        holdout=None if held is None else round_up(held * holdout),
        split=None if anew is None else min(round_up(anew * holdout), everybody // 2),
        real_in_all=None if both is None else round_up(both * real),
        holdout_in_all=None if both is None else round_up(both * holdout),
    )


def _least(low: float, most: float, chance: Callable[[float], float]) -> float | None:
    """Return about the smallest factor from which the chance is enough; None beyond `most`."""
    high = low
    while chance(high) < ENOUGH:
        if high >= most:
            return None
        low, high = high, min(_GROWTH * high, most)
    for _ in range(_STEPS):
        middle = (low * high) ** 0.5
        low, high = (low, middle) if chance(middle) >= ENOUGH else (middle, high)
    return high


def round_up(number: float) -> int:
    """Return `number` rounded up to two digits: it is an estimate."""
    step = 10 ** max(0, len(str(int(number))) - 2)
    return int(-(-number // step) * step)
