"""The worst of several shares, at the cost of those who carry them."""

import numpy as np
import pytest

from audit.statistics.carried import joint_critical_value, max_t_carried
from audit.statistics.max_t import max_t
from audit.statistics.rates import Z95


def tails(seed, n=400, m=30, k=3):
    """Weights of a few people, correlated over k shares, and who is real."""
    rng = np.random.default_rng(seed)
    weights = np.zeros((n, k))
    heavy = rng.permutation(n)[:m]
    weights[heavy] = rng.exponential(size=(m, 1)) + 0.3 * rng.exponential(size=(m, k))
    return weights / weights.sum(axis=0), np.arange(n) < n // 2


@pytest.mark.parametrize("seed", range(4))
def test_few_carriers_give_what_relabelling_everybody_gives(seed):
    weights, is_real = tails(seed)
    few = max_t_carried(weights, is_real, rng=np.random.default_rng(1), draws=4_000)
    all_ = max_t(weights, is_real, rng=np.random.default_rng(2), draws=4_000)
    # The difference of two simulated p-values has a standard deviation below .011.
    assert few.p_risky == pytest.approx(all_.p_risky, abs=0.045)
    assert few.p_safe == pytest.approx(all_.p_safe, abs=0.045)
    assert few.z == pytest.approx(all_.z)


def test_two_people_by_hand():
    # Everything lies on two of four people, both real: 1 of C(4, 2) = 6 relabellings.
    weights = np.array([[0.5], [0.5], [0.0], [0.0]])
    is_real = np.array([True, True, False, False])
    p = max_t_carried(weights, is_real, rng=np.random.default_rng(0))
    assert p.p_risky == pytest.approx(1 / 6, abs=0.02)
    assert p.p_safe == 1.0


def test_equal_weights_move_nothing():
    p = max_t_carried(np.full((6, 2), 1 / 6), np.arange(6) < 3, rng=np.random.default_rng(0))
    assert (p.p_risky, p.p_safe) == (1.0, 1.0)


def test_the_critical_value_lies_between_one_and_all():
    weights, is_real = tails(0)
    z = joint_critical_value(weights, is_real, rng=np.random.default_rng(0))
    # Correlated shares: more than for one, less than Bonferroni's 2.128 for three.
    assert Z95 < z < 2.128
    alike = np.repeat(weights[:, :1], 3, axis=1)
    assert joint_critical_value(alike, is_real, rng=np.random.default_rng(0)) == pytest.approx(
        Z95, abs=0.02
    )
