"""The worst of several effects: never the interval of the winner."""

import numpy as np
import pytest
from scipy.stats import norm

from audit.facts.measurement import SafeHigh
from audit.statistics.effects import Effect, larger_of, safe_both_sides, worst_of
from audit.statistics.multiplicity import bonferroni_z
from audit.statistics.power import pass_probability
from audit.statistics.rates import Z95, Ends, Tails


def normal_effect(value, se, influence=None):
    return Effect(
        value=value,
        ends=lambda z: Ends(value - z * se, value + z * se),
        null_value=0.0,
        se=se,
        null_se=se,
        tails=Tails(0.5, 0.5),
        method="normal",
        influence=influence,
    )


def test_one_effect_keeps_its_interval():
    worst = worst_of([normal_effect(1.0, 0.5)], np.random.default_rng(0))
    assert worst.low == pytest.approx(1.0 - Z95 * 0.5)
    assert worst.high == pytest.approx(1.0 + Z95 * 0.5)


def test_upper_end_may_come_from_another_effect_than_the_value():
    effects = [normal_effect(1.0, 0.1), normal_effect(0.9, 1.0)]
    worst = worst_of(effects, np.random.default_rng(0))
    assert worst.value == 1.0
    assert worst.high == pytest.approx(0.9 + Z95 * 1.0)
    # No influence values: Bonferroni over two, one-sided 97.5 %.
    assert worst.z == pytest.approx(1.959964, abs=1e-5)
    assert worst.low == pytest.approx(1.0 - worst.z * 0.1)


def test_critical_value_lies_between_one_effect_and_bonferroni():
    rng = np.random.default_rng(1)
    shared = rng.normal(size=400)
    columns = [shared + 0.3 * rng.normal(size=400) for _ in range(6)]
    effects = []
    for column in columns:
        influence = (column - column.mean()) / 400
        effects.append(normal_effect(0.0, float(np.sqrt((influence**2).sum())), influence))
    worst = worst_of(effects, rng)
    # Strongly dependent effects cost less than six independent ones.
    assert Z95 < worst.z < bonferroni_z(6)


@pytest.mark.parametrize("limit", [0.54, 0.55, 0.56, 0.6])
def test_a_limit_on_both_sides_is_kept_as_often_as_said(limit):
    # One AUC of 400 + 400 people: kept if |value - 1/2| <= limit - 1/2 - 1.645 se.
    se = 0.02042
    truth = 2 * norm.cdf((limit - 0.5) / se - Z95) - 1
    said = pass_probability(limit, safe=safe_both_sides(0.5, np.array([se])))
    assert said == pytest.approx(truth, abs=0.08 if truth < 0.5 else 0.03)


def test_the_worst_of_equal_attacks_is_one_attack_and_of_many_rarely_lies_low():
    rng = np.random.default_rng(3)
    psi, se = rng.normal(size=(300, 1)) @ np.ones((1, 12)), np.full(12, 0.02)
    one = safe_both_sides(0.5, se[:1])
    equal = safe_both_sides(0.5, se, influence=psi)
    assert equal.mean == pytest.approx(one.mean, abs=5e-4)
    assert equal.sd == pytest.approx(one.sd, abs=5e-4)
    # Twelve independent ones, each of which must keep both limits: at .5 + 1.645 * .02 + .02 t the
    # chance is (2 Phi(t) - 1)^12, which is 1/2 at t = 1.910 and .9 at t = 2.622.
    apart = safe_both_sides(0.5, se)
    assert apart.mean == pytest.approx(0.5 + 0.02 * (1.645 + 1.910), abs=1e-3)
    assert apart.sd == pytest.approx(0.02 * (2.622 - 1.910) / 1.2816, abs=1e-3)


def test_the_larger_of_two_is_that_of_a_simulation():
    one, other = SafeHigh(0.52, 0.01), SafeHigh(0.53, 0.02)
    rng = np.random.default_rng(0)
    draws = np.maximum(rng.normal(0.52, 0.01, 400_000), rng.normal(0.53, 0.02, 400_000))
    found = larger_of(one, other)
    assert found.mean == pytest.approx(draws.mean(), abs=1e-4)
    assert found.sd == pytest.approx(draws.std(), abs=1e-4)
    assert larger_of(SafeHigh(0.5, 0), SafeHigh(0.6, 0)) == SafeHigh(0.6, 0)
