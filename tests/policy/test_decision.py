from math import isclose

import pytest

from audit.facts.estimate import Estimate, exactly
from audit.facts.judgement import Basis, Decides, FindingStatus, Limit, Operator, Rule, Statistic
from audit.facts.measurement import Measurement, SafeHigh
from audit.facts.reasons import ReasonCode
from audit.policy.decision import by_interval, pass_probability, rows_needed

PASS, FAIL, OPEN = FindingStatus.PASS, FindingStatus.FAIL, FindingStatus.INCONCLUSIVE


def rule(**changes) -> Rule:
    return Rule("X-1", "a.b", Limit(0.05), Basis.PROJECT_DEFAULT, "because", **changes)


def measured(value: float, low: float | None, high: float | None) -> Measurement:
    return Measurement("b", Estimate(value, low, high, 0.95, "x"), 1_000)


@pytest.mark.parametrize(
    ("ends", "status", "reason"),
    [
        ((0.0, -0.01, 0.04), PASS, None),
        ((0.0, -0.01, 0.05), PASS, None),  # at the limit is within it
        ((0.0, None, 0.04), PASS, None),
        ((0.06, 0.05, 0.07), OPEN, ReasonCode.INTERVAL_TOO_WIDE),  # at the limit is not beyond it
        ((0.06, 0.051, 0.07), FAIL, None),
        ((0.06, 0.051, None), FAIL, None),
        ((0.04, 0.03, 0.06), OPEN, ReasonCode.INTERVAL_TOO_WIDE),
        ((0.04, 0.03, None), OPEN, ReasonCode.END_MISSING),
    ],
)
def test_the_interval_decides(ends, status, reason):
    decision = by_interval(rule(), measured(*ends), 0.05)
    assert (decision.status, decision.reason) == (status, reason)


@pytest.mark.parametrize(
    "changes",
    [
        {"decides": Decides.FAIL_ONLY},
        {"statistic": Statistic.LOW, "decides": Decides.FAIL_ONLY},
        {"clears": False},
    ],
)
def test_a_rule_that_can_only_fail_says_not_exceeded(changes):
    wide = by_interval(rule(**changes), measured(0.2, 0.04, 0.9), 0.05)
    assert (wide.status, wide.reason) == (PASS, ReasonCode.NOT_EXCEEDED)
    assert by_interval(rule(**changes), measured(0.2, 0.06, 0.9), 0.05).status is FAIL
    endless = by_interval(rule(**changes), measured(0.2, None, 0.9), 0.05)
    assert (endless.status, endless.reason) == (OPEN, ReasonCode.END_MISSING)


@pytest.mark.parametrize(
    ("estimate", "status"),
    [
        (exactly(0.0), PASS),
        (exactly(0.0001), FAIL),
        (Estimate(0.0, 0.0, 0.003, 0.95, "x"), OPEN),
    ],
)
def test_one_is_too_many_and_only_a_census_shows_none(estimate: Estimate, status):
    replayed = Measurement("sparse_share", estimate, 1_000)
    none = rule(op=Operator.EQUALS, statistic=Statistic.VALUE)
    assert by_interval(none, replayed, 0.0).status is status


def test_rows_needed_scale_with_the_square_of_the_half_width():
    # Half-width .04, room up to the limit .02: (.04 / .02)^2 = 4 times the people.
    estimate = Estimate(0.03, 0.0, 0.07, 0.95, "x")
    assert rows_needed(estimate, 0.05, n=1_000) == {"rows": 1_000.0, "rows_needed": 4_000.0}
    # Nothing is promised where the value itself is beyond the limit.
    assert rows_needed(Estimate(0.06, 0.0, 0.07, 0.95, "x"), 0.05, n=1_000) == {}


def test_the_chance_of_a_safe_release_is_that_of_a_normal_upper_end():
    # Phi((.55 - .532) / .006) = Phi(3) = .99865; at the mean it is one half.
    chance = pass_probability(rule(), 0.55, SafeHigh(0.532, 0.006))
    assert chance is not None
    assert isclose(chance, 0.998650, abs_tol=1e-6)
    assert pass_probability(rule(), 0.5, SafeHigh(0.5, 0.01)) == 0.5
    assert pass_probability(rule(), 0.5, SafeHigh(0.4, 0.0)) == 1.0
    assert pass_probability(rule(), 0.5, SafeHigh(0.5, 0.0)) == 1.0
    assert pass_probability(rule(), 0.5, SafeHigh(0.6, 0.0)) == 0.0
    assert pass_probability(rule(), 0.5, None) is None
    assert pass_probability(rule(decides=Decides.FAIL_ONLY), 0.5, SafeHigh(0.4, 0.1)) is None
