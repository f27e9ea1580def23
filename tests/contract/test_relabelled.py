"""Numbers of people against the law of relabelling."""

import numpy as np
import pytest

from audit.contract.relabelled import (
    Carried,
    drawn_measured,
    excess_effect,
    excess_measured,
    worst_share,
)
from audit.contract.strata import Stratum
from audit.contract.strata_worst import other_parts
from audit.statistics.rates import Z95, normal_quantile

REAL = np.arange(10) < 6


def rng():
    return np.random.default_rng(0)


def test_the_worst_of_one_share_is_that_share():
    weights = np.array([0.3, 0.3, 0.2, 0, 0, 0, 0.1, 0.1, 0, 0])
    only, worst = worst_share("share", [Carried(weights, 40, {"encoding": "rank"})], REAL, rng())
    assert worst.scope == {}
    assert only.scope == {"encoding": "rank"}
    assert worst.estimate.value == only.estimate.value == pytest.approx(0.8)
    assert worst.estimate.high == only.estimate.high
    assert worst.p_value == pytest.approx(only.p_value, abs=0.03)
    assert (worst.null_value, worst.n) == (pytest.approx(0.6), 40)


def test_the_lower_end_is_beyond_the_null_only_with_the_p_value():
    # Both shares lie on one real person each: one relabelling in two has such a person real.
    ones = np.eye(10)
    found = list(
        worst_share("share", [Carried(ones[i], 20, {"k": str(i)}) for i in (0, 1)], REAL, rng())
    )
    assert found[-1].estimate.value == 1.0
    assert found[-1].estimate.low <= 0.6
    assert found[-1].p_value > 0.5


def test_excess_by_hand():
    values = np.array([1, 1, 0.5, 0, 0, 0, 1, 0, 0, 0])
    m = excess_measured("excess", values, REAL, rng())
    assert m.estimate.value == pytest.approx(2.5 / 6 - 1 / 4)
    # Variance under relabelling: S^2 (1/6 + 1/4), S^2 = (3.25 - 10 x .35^2) / 9.
    sd = np.sqrt((3.25 - 1.225) / 9 * (1 / 6 + 1 / 4))
    assert m.estimate.high == pytest.approx(m.estimate.value + 1.644854 * sd, abs=1e-6)
    assert m.null_value == 0.0


def test_excess_where_everybody_is_alike_keeps_its_ends_apart():
    for level in (0.0, 0.5, 1.0):
        m = excess_measured("excess", np.full(10, level), REAL, rng())
        assert m.estimate.value == 0.0
        assert m.estimate.low < 0.0 < m.estimate.high
        assert (m.p_value, m.p_safe_side) == (1.0, 1.0)


def test_a_drawn_statistic_by_hand():
    # Larger than 99 of 99 relabellings.
    statistics = np.concatenate([[3.0], np.linspace(-1, 1, 99)])
    m = drawn_measured("privacy_loss", statistics, n=50)
    assert m.p_value == pytest.approx(0.01)
    assert m.p_safe_side == 1.0
    assert m.estimate.low == pytest.approx(3 - 1.644854 * np.sqrt(np.mean(statistics[1:] ** 2)))


def test_an_effect_has_the_ends_of_the_measurement_and_wider_ones():
    values = np.array([0.9, 0.8, 0.7, 0.0, 0.1] * 8)
    is_real = np.arange(40) % 5 < 2
    m = excess_measured("excess", values, is_real, rng())
    effect = excess_effect(values, is_real, rng())
    # Real: .9 and .8; others .7, .0 and .1.
    assert effect.value == m.estimate.value == pytest.approx(0.85 - 0.8 / 3)
    assert effect.ends(Z95) == (m.estimate.low, m.estimate.high)
    far = effect.ends(normal_quantile(0.999))
    assert far.low < m.estimate.low
    assert far.high > m.estimate.high


def test_an_end_beyond_the_null_needs_relabelling_at_its_own_level():
    # All of three people are real: one in 8 * 9 * 10 / (4 * 3 * 2) = 1 / 30 of the dealings.
    values, is_real = np.array([1.0] * 3 + [0.0] * 7), np.arange(10) < 4
    is_real = np.arange(10) < 4
    effect = excess_effect(values, is_real, rng())
    assert effect.tails.risky == pytest.approx(1 / 30, abs=0.01)
    assert effect.ends(Z95).low > 0
    assert effect.ends(normal_quantile(1 - 0.05 / 10)).low <= 0


def test_the_best_of_many_parts_of_numbers_is_no_alarm():
    alarms, draws = 0, np.random.default_rng(3)
    first = np.arange(60) < 30
    parts = [Stratum(f"decile-{i}", first[:30], ~first[30:]) for i in range(6)]
    for _ in range(60):
        # Most people are not exposed at all, as with matches.
        values = draws.random((6, 60)) * (draws.random((6, 60)) < 0.2)
        effects = [[excess_effect(v, first, draws)] for v in values]
        *_, others = other_parts("meaningful_excess", parts, effects, draws)
        alarms += others.estimate.low > 0
    # Binomial(60, .05) exceeds 10 with a probability of 3e-4.
    assert alarms <= 10


def test_a_rounding_error_above_one_is_no_end_beyond_the_value():
    # Chances that add up to one may miss it by the last bit.
    values = np.where(REAL, np.nextafter(1.0, 2.0), 0.0)
    found = excess_measured("excess", values, REAL, rng())
    assert (found.estimate.value, found.estimate.high) == (1.0, 1.0)
