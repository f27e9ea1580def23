"""The worst of several effects: never the interval of the winner."""

import numpy as np
import pytest

from audit.statistics.effects import Effect, worst_of
from audit.statistics.multiplicity import bonferroni_z
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
