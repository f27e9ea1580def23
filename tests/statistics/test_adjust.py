from math import isclose, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.statistics.adjust import NARROWEST, adjusted_difference, fit_excess
from audit.statistics.rates import difference_ends


def test_without_covariates_it_is_the_two_sample_difference():
    # Real 1, 2, 6: mean 3, s^2 7. Holdout 0, 2: mean 1, s^2 2. se^2 = 7 / 3 + 2 / 2.
    fit = adjusted_difference([1, 2, 6], [0, 2])
    assert fit.value == 2
    assert isclose(fit.se, sqrt(7 / 3 + 1))
    assert isclose((fit.influence**2).sum(), fit.se**2)
    assert not fit.adjusted
    # Person 1 lies 2 below the mean of 3 people: -2 / 3, times sqrt(3 / 2) for 2 degrees.
    assert isclose(fit.influence[0], -2 / 3 * sqrt(3 / 2))
    assert isclose(fit.ends(2.0).high, 2 + 2 * fit.se)


def test_a_covariate_takes_its_part_of_the_noise_away():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 1))
    y = 3 * x[:, 0] + rng.normal(size=400)
    plain = adjusted_difference(y[:300], y[300:])
    fit = adjusted_difference(y[:300], y[300:], x_real=x[:300], x_holdout=x[300:])
    assert fit.adjusted
    # Noise variance 1 instead of 1 + 9.
    assert 0.25 < fit.se / plain.se < 0.4
    assert abs(fit.value) < 3 * fit.se
    assert abs(fit.influence[:300].sum()) < 1e-9
    assert abs(fit.influence[300:].sum()) < 1e-9
    assert isclose((fit.influence**2).sum(), fit.se**2, rel_tol=0.01)


def test_the_intercept_is_the_mean_at_the_mean_of_the_pool():
    # y = x exactly, one arm shifted by 1 in x: the whole difference is the covariate's.
    x_real, x_holdout = np.arange(40.0) % 7 + 1, np.arange(60.0) % 7
    fit = adjusted_difference(x_real, x_holdout, x_real=x_real, x_holdout=x_holdout)
    assert abs(fit.value) < 1e-12
    assert fit.se < 1e-12


@pytest.mark.parametrize(
    "columns",
    [
        np.zeros((200, 2)),  # constant
        np.arange(200)[:, None] >= 199,  # one person
        np.column_stack([np.arange(200) < 100]),  # constant within each arm
    ],
)
def test_useless_covariates_are_left_out(columns):
    y = (np.arange(200) % 3 == 0).astype(float)
    fit = adjusted_difference(y[:100], y[100:], x_real=columns[:100], x_holdout=columns[100:])
    assert not fit.adjusted
    assert fit.se == adjusted_difference(y[:100], y[100:]).se


def test_collinear_covariates_change_nothing():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(200, 1)), rng.normal(size=200)
    twice = np.hstack([x, -5 * x + 2, x])
    one = adjusted_difference(y[:90], y[90:], x_real=x[:90], x_holdout=x[90:])
    three = adjusted_difference(y[:90], y[90:], x_real=twice[:90], x_holdout=twice[90:])
    assert isclose(one.value, three.value)
    assert isclose(one.se, three.se)


def test_covariates_are_as_many_as_the_people_can_bear():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(80, 30)), rng.normal(size=80)
    fit = adjusted_difference(y[:40], y[40:], x_real=x[:40], x_holdout=x[40:])
    first = adjusted_difference(y[:40], y[40:], x_real=x[:40, :2], x_holdout=x[40:, :2])
    assert isclose(fit.value, first.value)


def test_excess_without_covariates_has_the_score_ends():
    real, holdout = np.arange(50) < 9, np.arange(30) < 2
    fit = fit_excess(real, holdout)
    assert isclose(fit.value, 9 / 50 - 2 / 30)
    assert np.allclose(fit.ends(), difference_ends(9, 50, 2, 30), atol=1e-12)
    assert fit.width == 1


def test_excess_of_nobody_and_of_everybody_keeps_a_width():
    for outcome in (np.zeros, np.ones):
        fit = fit_excess(outcome(40), outcome(30))
        assert fit.value == 0
        assert fit.se == 0
        assert fit.ends().low < -0.03
        assert fit.ends().high > 0.03


def test_a_perfect_covariate_does_not_shrink_the_ends_to_nothing():
    y = np.arange(400) % 2
    fit = fit_excess(y[:200], y[200:], x_real=y[:200], x_holdout=y[200:])
    plain = difference_ends(100, 200, 100, 200)
    assert fit.width == NARROWEST
    assert isclose(fit.ends().high, NARROWEST * plain.high)


@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(2, 40))
def test_excess_flips_under_a_swap_and_ignores_the_order_of_people(seed, n, m):
    rng = np.random.default_rng(seed)
    real, holdout = rng.random(n) < 0.3, rng.random(m) < 0.2
    x_real, x_holdout = rng.normal(size=(n, 1)), rng.normal(size=(m, 1))
    fit = fit_excess(real, holdout, x_real=x_real, x_holdout=x_holdout)
    swapped = fit_excess(holdout, real, x_real=x_holdout, x_holdout=x_real)
    assert isclose(fit.value, -swapped.value, abs_tol=1e-9)
    assert np.allclose(fit.ends(), [-e for e in swapped.ends()[::-1]], atol=1e-8)
    order = rng.permutation(n)
    shuffled = fit_excess(real[order], holdout, x_real=x_real[order], x_holdout=x_holdout)
    assert np.allclose(shuffled.ends(), fit.ends(), atol=1e-8)
    assert fit.ends().low <= fit.value <= fit.ends().high


def test_adjusted_ends_miss_at_most_at_their_level(band):
    rng = np.random.default_rng(3)
    trials, misses = 400, np.zeros(2, int)
    for _ in range(trials):
        x = rng.normal(size=700)
        y = rng.random(700) < 1 / (1 + np.exp(2 - 1.5 * x))
        ends = fit_excess(y[:500], y[500:], x_real=x[:500], x_holdout=x[500:]).ends()
        misses += np.array([ends.low > 0, ends.high < 0])
    assert misses.max() <= band(trials, 0.05)[1]
    assert misses.min() >= band(trials, 0.05)[0]


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="two people"):
        adjusted_difference([1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="both arms"):
        adjusted_difference([1, 2], [1, 2], x_real=[1, 2])
    with pytest.raises(ValueError, match="one row per person"):
        adjusted_difference([1, 2], [1, 2], x_real=[1, 2, 3], x_holdout=[1, 2])
    with pytest.raises(ValueError, match="finite"):
        adjusted_difference([1, 2], [1, 2], x_real=[1, np.nan], x_holdout=[1, 2])
    with pytest.raises(ValueError, match="0 or 1"):
        fit_excess([0, 0.5], [0, 1])
