"""Numbers of people against the law of relabelling."""

import numpy as np
import pytest

from audit.contract.relabelled import Carried, drawn_measured, excess_measured, worst_share

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
