"""Outcomes of attacks within parts of the people, and what sets the vulnerable apart."""

from math import hypot

import numpy as np
import pytest

from audit.contract.outcomes import Wins
from audit.contract.strata import Strata, Stratum
from audit.contract.strata_wins import strata_disparity, strata_wins


def quarter_of(n, name="vulnerable"):
    first = np.arange(n) < n // 4
    return Stratum(name, first, first)


def test_secrets_of_the_vulnerable_by_hand():
    n = 400
    first = np.arange(n) < 100
    real, holdout = np.zeros(n, bool), np.zeros(n, bool)
    real[:50], holdout[:20] = True, True
    strata = Strata(Stratum("vulnerable", first, first), (Stratum("decile-1", first, first),), ())
    case = Wins({"secret": "s"}, real, holdout, guessed=np.zeros(n, bool))
    found = {
        (m.name, m.scope["subset"], "secret" in m.scope): m
        for m in strata_wins([case], strata, np.random.default_rng(0))
    }
    # 50 of 100 against 20 of 100: .5 - .2 = .3, and .3 / .8.
    assert found["excess", "vulnerable", False].estimate.value == pytest.approx(0.3)
    assert found["risk", "vulnerable", False].estimate.value == pytest.approx(0.375)
    assert found["excess", "vulnerable", True].estimate.value == pytest.approx(0.3)
    assert found["excess", "others", False].estimate.value == pytest.approx(0.3)
    assert found["excess", "others", False].n == 200


def test_parts_keep_the_scope_of_the_worst_case():
    n = 400
    won = np.arange(n) % 4 == 0
    cases = [Wins({"k": "1", "split": s}, won, ~won, guessed=np.zeros(n, bool)) for s in ("1", "2")]
    strata = Strata(quarter_of(n), (quarter_of(n, "decile-10"),), ())
    scope = {"k": "1", "over": "worst"}
    found = list(strata_wins(cases, strata, np.random.default_rng(0), scope=scope))
    parts = ("vulnerable", "decile-10", "others")
    assert {m.scope["subset"] for m in found} == set(parts)
    for m in found:
        is_single = "split" in m.scope
        assert m.scope == ({**m.scope, "k": "1"} if is_single else {**scope, **m.scope})
        # A quarter of real people against three quarters of the others.
        if m.name == "excess":
            assert m.estimate.value == pytest.approx(-0.5)
    keys = [(m.name, *sorted(m.scope.items())) for m in found]
    assert len(set(keys)) == len(keys)


def outcomes(rng, n, *, inside, outside):
    """Return wins of 2 n people of whom a quarter is apart: (attack rate, control rate) of each."""
    apart = np.arange(n) < n // 4
    real, holdout = (
        rng.random(n) < np.where(apart, one, other)
        for one, other in zip(inside, outside, strict=True)
    )
    return Wins({"secret": "s"}, real, holdout, guessed=np.zeros(n, bool))


def disparity(cases, n, seed=0):
    strata = Strata(quarter_of(n), (), ())
    (found,) = strata_disparity(cases, strata, np.random.default_rng(seed))
    return found


def test_disparity_of_excess_by_hand():
    n = 400
    real, holdout = np.zeros(n, bool), np.zeros(n, bool)
    real[:50], holdout[:20] = True, True
    real[100:190], holdout[100:160] = True, True
    found = disparity([Wins({"secret": "s"}, real, holdout, guessed=np.zeros(n, bool))], n)
    # (50 - 20) / 100 - (90 - 60) / 300 = .3 - .1.
    assert found.estimate.value == pytest.approx(0.2)
    assert found.scope == {"subset": "vulnerable"}
    assert (found.null_value, found.n, found.p_value) == (0.0, 800, None)
    # Wald: 1.645 sqrt(.25 / 100 + .16 / 100 + .21 / 300 + .16 / 300); score ends are close to it.
    width = 1.645 * hypot(0.5, 0.4) / 10
    width = hypot(width, 1.645 * ((0.21 + 0.16) / 300) ** 0.5)
    assert found.estimate.low == pytest.approx(0.2 - width, abs=0.005)
    assert found.estimate.high == pytest.approx(0.2 + width, abs=0.005)


def test_different_control_rates_are_no_disparity():
    # The same excess of .1 on top of .05 and of .5: a ratio of odds would be 2.2.
    rng = np.random.default_rng(1)
    misses = 0
    for seed in range(100):
        case = outcomes(rng, 400, inside=(0.15, 0.05), outside=(0.6, 0.5))
        estimate = disparity([case], 400, seed).estimate
        misses += (estimate.low > 0) + (estimate.high < 0)
    # Two ends of 5 % each: Binomial(100, .1) exceeds 22 with a probability of 1e-4.
    assert misses <= 22


def test_rates_at_the_edge_keep_honest_ends():
    rng = np.random.default_rng(2)
    outside = {"low": 0, "high": 0}
    for seed in range(100):
        case = outcomes(rng, 400, inside=(0.03, 0.0), outside=(0.01, 0.01))
        estimate = disparity([case], 400, seed).estimate
        outside["low"] += estimate.low > 0.03
        outside["high"] += estimate.high < 0.03
    # Binomial(100, .05) exceeds 13 with a probability of 5e-4.
    assert max(outside.values()) <= 13


def test_the_worst_of_many_disparities_is_no_alarm():
    n, alarms = 400, 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        cases = [outcomes(rng, n, inside=(0.2, 0.2), outside=(0.4, 0.4)) for _ in range(5)]
        alarms += disparity(cases, n, seed).estimate.low > 0
    # Binomial(60, .05) exceeds 10 with a probability of 3e-4.
    assert alarms <= 10
