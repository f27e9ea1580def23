"""The census rule for copies (DESIGN section 4, point 7).

Which real people are reproduced is known for this release, not estimated; only the natural rate of
collisions is. A rule on copies therefore fails on an exact test and a count, never on a band.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from audit.facts.judgement import Rule
from audit.facts.measurement import Measurement, Result
from audit.facts.reasons import ReasonCode
from audit.policy.decision import FAIL, NOT_EXCEEDED, PASS, Decision, inconclusive, only_fails

LEVEL = 0.05
ALL_ROWS = {"rows": "all"}
_RARE_ALONE = frozenset({"near-copy.excess"})
"""Common records come near to each other all the time: there an excess is no count of copies."""


@dataclass(frozen=True, slots=True)
class CopiesDecision:
    """A decision, and the measurement and limit that made it."""

    decision: Decision
    measurement: Measurement
    limit: float


@dataclass(frozen=True, slots=True)
class _Arm:
    """Copies among rare rows, or among all rows."""

    excess: Measurement
    limit: float
    people: int


def by_copies(rule: Rule, result: Result, *, rare: Measurement, limit: float) -> CopiesDecision:
    """Decide a rule on copies.

    Fail: the excess is beyond the limit and the exact p-value significant (Holm), on rare rows or
    on all. Pass: the upper end on rare rows is within the limit. Else: people to be reviewed.
    A rule on near copies looks at rare rows alone.

    Parameters
    ----------
    rare
        The measurement that the rule names, on rare rows.
    limit
        The limit where the holdout does not collide.
    """
    arms = list(_arms(rule, result, rare, limit))
    levels = _holm([arm.excess.p_value for arm in arms])
    for arm, adjusted in zip(arms, levels, strict=True):
        if adjusted <= LEVEL and arm.excess.estimate.value > arm.limit:
            return _decided(arm, FAIL)
    first = arms[0]
    if only_fails(rule):
        return _decided(first, NOT_EXCEEDED)
    if first.excess.estimate.high is None:
        return _decided(first, inconclusive(ReasonCode.END_MISSING))
    if first.excess.estimate.high > first.limit:
        return _decided(first, inconclusive(ReasonCode.COPIES_TO_REVIEW))
    if len(arms) == 1 and rule.measure not in _RARE_ALONE:
        # What was not measured on all rows could have failed there.
        return _decided(first, inconclusive(ReasonCode.NOT_MEASURED))
    return _decided(first, PASS)


def _decided(arm: _Arm, decision: Decision) -> CopiesDecision:
    numbers = {"people": float(arm.people)}
    counted = Decision(decision.status, decision.reason, numbers)
    return CopiesDecision(counted, arm.excess, arm.limit)


def _arms(rule: Rule, result: Result, rare: Measurement, limit: float) -> Iterator[_Arm]:
    name = rule.measure.partition(".")[2]
    everybody = _find(result, name, {**rule.where, **ALL_ROWS})
    for excess in (rare, None if rule.measure in _RARE_ALONE else everybody):
        if excess is not None:
            yield _Arm(excess, _limit(rule, result, excess, limit), _people(result, excess))


def _limit(rule: Rule, result: Result, excess: Measurement, limit: float) -> float:
    """Return the wider limit where people of the holdout are reproduced too."""
    control = _find(result, "control_share", excess.scope)
    collides = control is not None and control.estimate.value > 0
    wider = rule.limit_where_control_collides
    return limit if wider is None or not collides else max(limit, wider)


def _people(result: Result, excess: Measurement) -> int:
    share = _find(result, "share", excess.scope) or excess
    return max(0, round(share.estimate.value * share.n))


def _find(result: Result, name: str, scope: Mapping[str, str]) -> Measurement | None:
    same = (m for m in result.measurements if m.name == name and dict(m.scope) == dict(scope))
    return next(same, None)


def _holm(p_values: list[float | None]) -> list[float]:
    """Return p-values adjusted by Holm's step-down; a withheld one counts as 1."""
    known = [1.0 if p is None else p for p in p_values]
    adjusted = [1.0] * len(known)
    running = 0.0
    for rank, index in enumerate(sorted(range(len(known)), key=known.__getitem__)):
        running = max(running, min(1.0, known[index] * (len(known) - rank)))
        adjusted[index] = running
    return adjusted
