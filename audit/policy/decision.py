"""How an interval and a limit decide: upper end within, pass; lower end beyond, fail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, erf, sqrt

from audit.facts.estimate import Estimate
from audit.facts.judgement import Decides, FindingStatus, Operator, Rule, Statistic
from audit.facts.measurement import Measurement, SafeHigh
from audit.facts.reasons import ReasonCode


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a rule, and why."""

    status: FindingStatus
    reason: ReasonCode | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)


PASS = Decision(FindingStatus.PASS)
NOT_EXCEEDED = Decision(FindingStatus.PASS, ReasonCode.NOT_EXCEEDED)
FAIL = Decision(FindingStatus.FAIL)


def inconclusive(reason: ReasonCode, numbers: Mapping[str, float] | None = None) -> Decision:
    """Return the decision that nothing can be decided, and why."""
    return Decision(FindingStatus.INCONCLUSIVE, reason, numbers or {})


def only_fails(rule: Rule) -> bool:
    """Tell whether a rule can fail, and never be a pass in its own right."""
    return rule.decides is Decides.FAIL_ONLY or rule.statistic is Statistic.LOW or not rule.clears


def by_interval(rule: Rule, measurement: Measurement, limit: float) -> Decision:
    """Decide `rule` on the two ends of the interval (DESIGN section 5)."""
    estimate = measurement.estimate
    if estimate.low is not None and estimate.low > limit:
        return FAIL
    if rule.op is Operator.EQUALS:
        within = estimate.is_exact and estimate.value == limit
        return PASS if within else inconclusive(ReasonCode.INTERVAL_TOO_WIDE)
    if only_fails(rule):
        return NOT_EXCEEDED if estimate.low is not None else inconclusive(ReasonCode.END_MISSING)
    if estimate.high is None:
        return inconclusive(ReasonCode.END_MISSING)
    if estimate.high <= limit:
        return PASS
    return inconclusive(ReasonCode.INTERVAL_TOO_WIDE, rows_needed(estimate, limit, n=measurement.n))


def rows_needed(estimate: Estimate, limit: float, *, n: int) -> dict[str, float]:
    """Return how many people would bring the upper end within the limit.

    A half-width shrinks with the square root of the people behind it. Nothing is promised where
    the value itself is not within the limit.
    """
    if estimate.high is None or estimate.value >= limit or n < 1:
        return {}
    factor = (estimate.high - estimate.value) / (limit - estimate.value)
    return {"rows": float(n), "rows_needed": float(max(n + 1, ceil(n * factor**2)))}


def pass_probability(rule: Rule, limit: float | None, safe: SafeHigh | None) -> float | None:
    """Return the chance that a perfectly private release of these sizes would pass.

    The upper end of such a release is taken as normal: Phi((limit - mean) / sd).
    """
    if limit is None or safe is None or only_fails(rule):
        return None
    if safe.sd == 0:
        return float(safe.mean <= limit)
    # Rounded: the error function may differ in its last bit between machines.
    return round(0.5 * (1 + erf((limit - safe.mean) / (safe.sd * sqrt(2)))), 6)
