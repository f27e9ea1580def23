from math import exp, isclose, log

import numpy as np
import pytest
from scipy.stats import norm

from audit.statistics.privacy_loss import (
    epsilon_ceiling,
    epsilon_from_counts,
    epsilon_lower,
    fit_advantage,
    mu_from_counts,
    mu_lower,
)
from audit.statistics.rates import clopper_pearson, difference_ends


def halves(n, m):
    return np.concatenate([np.arange(n) % 2 == 0, np.arange(m) % 2 == 0])


# attacks.md C8 and reliability.md 3.4: the most that a perfect attack can show.
@pytest.mark.parametrize(
    ("n", "ceiling"),
    [
        (50, 2.57),
        (100, 3.28),
        (200, 3.98),
        (250, 4.21),
        (500, 4.91),
        (1000, 5.60),
        (5000, 7.21),
        (10000, 7.90),
        (20000, 8.60),
    ],
)
def test_ceilings_of_the_catalogue(n, ceiling):
    assert round(epsilon_from_counts(n, n, 0, n), 2) == ceiling


def test_epsilon_from_counts_by_hand():
    tpr = clopper_pearson(60, 100, level=0.975).low
    fpr = clopper_pearson(10, 100, level=0.975).high
    assert isclose(epsilon_from_counts(60, 100, 10, 100), log(tpr / fpr))
    assert isclose(epsilon_from_counts(60, 100, 10, 100, delta=0.1), log((tpr - 0.1) / fpr))
    # Seen from the other side: few real people are cleared, many others are.
    assert isclose(epsilon_from_counts(90, 100, 40, 100), epsilon_from_counts(60, 100, 10, 100))
    assert epsilon_from_counts(10, 100, 60, 100) == 0
    assert epsilon_from_counts(0, 10, 10, 10) == 0
    with pytest.raises(ValueError, match="delta"):
        epsilon_from_counts(1, 2, 1, 2, delta=1.0)


def test_a_perfect_attack_reaches_the_ceiling_of_one_half_in_either_direction():
    real, holdout = np.arange(1000) + 5000.0, np.arange(1000.0)
    for sign in (1, -1):
        bound = epsilon_lower(sign * real, sign * holdout, half=halves(1000, 1000))
        assert round(bound.value, 2) == 4.91
        assert (bound.n_real, bound.n_holdout) == (500, 500)
    several = epsilon_lower(real, holdout, half=halves(1000, 1000), comparisons=10)
    assert several.value < bound.value


def test_no_leak_no_epsilon(band):
    rng = np.random.default_rng(0)
    shown = sum(
        epsilon_lower(rng.normal(size=200), rng.normal(size=200), half=halves(200, 200)).value > 0
        for _ in range(200)
    )
    assert shown <= band(200, 0.05)[1]


# reliability.md E1: one Laplace release per trial, epsilon-DP exactly.
@pytest.mark.parametrize("epsilon", [0.5, 2.0])
def test_a_laplace_mechanism_is_not_overstated(epsilon, band):
    trials = 100
    rng = np.random.default_rng(1)
    bounds = np.array(
        [
            epsilon_lower(
                1 + rng.laplace(scale=1 / epsilon, size=1000),
                rng.laplace(scale=1 / epsilon, size=1000),
                half=halves(1000, 1000),
            ).value
            for _ in range(trials)
        ]
    )
    assert (bounds > epsilon).sum() <= band(trials, 0.05)[1]
    assert np.median(bounds) > 0.4 * epsilon


def test_advantage_by_hand():
    # The even positions choose. Real 9 8 | 7 1, holdout 2 1 | 8 0: at >= 8 the choosers have
    # TPR 1, FPR 0; on the others TPR = 0 of 2, FPR = 1 of 2.
    fit = fit_advantage([9, 7, 8, 1], [2, 8, 1, 0], half=halves(4, 4))
    assert fit.value == -0.5
    assert (fit.n_real, fit.n_holdout) == (2, 2)
    assert np.allclose((fit.low, fit.high), difference_ends(0, 2, 1, 2))


def test_advantage_finds_either_direction():
    rng = np.random.default_rng(2)
    real, holdout = rng.normal(1, size=2000), rng.normal(size=2000)
    up = fit_advantage(real, holdout, half=halves(2000, 2000))
    down = fit_advantage(-real, -holdout, half=halves(2000, 2000))
    # Two unit normals one apart: 2 Phi(1/2) - 1 = .383.
    # The threshold that was chosen is nearly, but not quite, the best one.
    assert up.low < 0.383
    assert 0.3 < up.value < 0.42
    assert up == down


def test_advantage_is_not_optimistic(band):
    rng = np.random.default_rng(3)
    fits = [
        fit_advantage(rng.normal(size=60), rng.normal(size=60), half=halves(60, 60))
        for _ in range(300)
    ]
    assert abs(np.mean([f.value for f in fits])) < 4 * np.sqrt(0.25 * 2 / 30 / 300)
    assert sum(f.low > 0 for f in fits) <= band(300, 0.06)[1]


def test_only_order_counts():
    rng = np.random.default_rng(4)
    real, holdout, half = rng.random(300) + 0.2, rng.random(200), halves(300, 200)
    a, b = (f(real, holdout, half=half) for f in (fit_advantage, epsilon_lower))
    assert a == fit_advantage(np.exp(real), np.exp(holdout), half=half)
    assert b == epsilon_lower(np.exp(real), np.exp(holdout), half=half)


def test_a_half_without_people_of_one_side_is_not_measured():
    half = np.array([True, True, True, False])
    assert fit_advantage([1, 2], [1, 2], half=half) is None
    assert epsilon_lower([1, 2], [1, 2], half=half) is None
    with pytest.raises(ValueError, match="every person"):
        fit_advantage([1, 2], [1, 2], half=[True, False])


def test_the_level_is_split_between_the_two_rates():
    # One trial each: ends at .975 are .025 and .975.
    assert isclose(epsilon_from_counts(1, 1, 0, 1), max(0.0, log(0.025 / 0.975)))
    assert exp(epsilon_from_counts(10, 10, 0, 10)) > 1


def test_mu_by_hand():
    tpr = clopper_pearson(60, 100, level=0.975).low
    fpr = clopper_pearson(10, 100, level=0.975).high
    assert isclose(mu_from_counts(60, 100, 10, 100), norm.ppf(tpr) - norm.ppf(fpr))
    assert mu_from_counts(10, 100, 60, 100) == 0
    assert mu_from_counts(0, 100, 0, 100) == 0


def test_mu_stays_below_the_truth_and_comes_near():
    # Two normals that lie mu apart are the worst that a mu-private release can do.
    rng = np.random.default_rng(0)
    n, low = 4_000, []
    for _ in range(40):
        real, holdout = rng.normal(1.0, 1, n), rng.normal(0, 1, n)
        low.append(mu_lower(real, holdout, half=halves(n, n)).value)
    # Binomial(40, .05) exceeds 8 with a probability of 2e-4.
    assert sum(x > 1.0 for x in low) <= 8
    assert np.mean(low) > 0.75


def test_the_ceiling_is_what_a_perfect_attack_shows():
    assert round(epsilon_ceiling(1_000, 1_000), 2) == 5.60
    assert epsilon_ceiling(1_000, 1_000, comparisons=50) < epsilon_ceiling(1_000, 1_000)
