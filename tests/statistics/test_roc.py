from math import isclose

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from audit.statistics.roc import auc, fit_auc, midranks, roc_points


def pairs(real, holdout):
    real, holdout = np.asarray(real)[:, None], np.asarray(holdout)[None, :]
    return (real > holdout) + 0.5 * (real == holdout)


def test_auc_by_hand():
    # Pairs of 3, 1 against 2, 1, 0: won 3; won 1, tied 1. 4.5 of 6.
    assert auc([3, 1], [2, 1, 0]) == 4.5 / 6
    assert auc([1, np.inf], [-np.inf, 0]) == 1
    assert midranks([5, 1, 5]).tolist() == [2.5, 1.0, 2.5]


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 40), st.booleans())
def test_fit_agrees_with_all_pairs(seed, n, m, tied):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 4 if tied else 10**6, n + m).astype(float)
    won, fit = pairs(scores[:n], scores[n:]), fit_auc(scores[:n], scores[n:])
    assert isclose(fit.value, won.mean(), abs_tol=1e-12)
    if n > 1 and m > 1:
        # DeLong: variance of the row means over n plus that of the column means over m.
        variance = won.mean(1).var(ddof=1) / n + won.mean(0).var(ddof=1) / m
        assert isclose(fit.se**2, variance, abs_tol=1e-12)
        assert isclose((fit.influence**2).sum(), variance, abs_tol=1e-12)
    assert abs(fit.influence[:n].sum()) < 1e-9
    low, high = fit.ends()
    assert 0 <= low <= fit.value <= high <= 1
    assert low < high
    assert 0 < fit.null_se < 1
    swapped = fit_auc(scores[n:], scores[:n])
    assert isclose(swapped.value, 1 - fit.value, abs_tol=1e-12)
    assert np.allclose((1 - swapped.ends().high, 1 - swapped.ends().low), (low, high), atol=1e-9)
    order = rng.permutation(n)
    again = fit_auc(np.exp(scores[:n][order] / 1e5), np.exp(scores[n:] / 1e5))
    assert (again.value, again.p_risky, again.p_safe) == (fit.value, fit.p_risky, fit.p_safe)


def test_perfect_separation_keeps_a_width():
    fit = fit_auc(np.arange(60) + 100, np.arange(40))
    assert (fit.value, fit.se) == (1.0, 0.0)
    # 40 disjoint pairs, all won: as Clopper-Pearson for 40 of 40.
    assert fit.ends().high == 1
    assert isclose(fit.ends().low, 0.05 ** (1 / 40))
    worst = fit_auc(np.arange(40), np.arange(60) + 100).ends()
    assert worst.low == 0
    assert isclose(worst.high, 1 - 0.05 ** (1 / 40))


def test_nearly_perfect_separation_does_not_look_better_than_perfect():
    real, holdout = np.arange(60.0) + 100, np.arange(40.0)
    real[0] = 38.5
    fit = fit_auc(real, holdout)
    assert 0 < 1 - fit.value < 0.001
    assert fit.ends().low <= 0.05 ** (1 / 40)


def test_equal_scores_are_one_half_with_a_width():
    fit = fit_auc(np.zeros(30), np.zeros(20))
    assert (fit.value, fit.se, fit.p_risky, fit.p_safe) == (0.5, 0.0, 1.0, 1.0)
    # Of 20 disjoint pairs all were tied: at most 1 - .05 ** (1 / 20) are not, each moves by 1/2.
    assert isclose(fit.ends().high, 0.5 + (1 - 0.05 ** (1 / 20)) / 2)
    assert isclose(fit.ends().low, 1 - fit.ends().high)


def test_higher_scores_of_real_people_move_everything_up():
    rng = np.random.default_rng(0)
    real, holdout = rng.normal(size=80), rng.normal(size=70)
    fits = [fit_auc(real + shift, holdout) for shift in np.linspace(-2, 2, 21)]
    values, lows, highs = zip(*[(f.value, *f.ends()) for f in fits], strict=True)
    for series in (values, lows, highs, [-f.p_risky for f in fits], [f.p_safe for f in fits]):
        assert (np.diff(series) >= -1e-12).all()


# Truth of two normal arms with spreads s and 1: P(real > holdout) = Phi(d / sqrt(s^2 + 1)).
@pytest.mark.parametrize(
    ("n", "m", "d", "s"), [(50, 50, 0, 1), (40, 40, 1.5, 1), (500, 200, 0.1, 1), (30, 200, 0.5, 2)]
)
def test_ends_miss_at_most_at_their_level(n, m, d, s, band):
    trials = 500
    rng = np.random.default_rng(1)
    truth, misses = norm.cdf(d / np.sqrt(s * s + 1)), np.zeros(2, int)
    for _ in range(trials):
        low, high = fit_auc(rng.normal(d, s, n), rng.normal(0, 1, m)).ends()
        misses += np.array([truth < low, truth > high])
    assert misses.max() <= band(trials, 0.05)[1]
    assert misses.min() >= band(trials, 0.05)[0]


def test_points_are_those_of_the_holdout_and_nothing_between():
    # Holdout 8 6 6 1; above 8 stands 9, above the tied 6 half of the tie counts at j = 2.
    points = roc_points([9, 6, 0], [8, 6, 6, 1], at=[1, 2, 3])
    assert points.fpr.tolist() == [1 / 5, 2 / 5, 3 / 5]
    assert np.allclose(points.tpr, [1 / 3, 1.5 / 3, 2 / 3])
    for bad in ([0], [5], []):
        with pytest.raises(ValueError, match="j-th"):
            roc_points([9, 6, 0], [8, 6, 6, 1], at=bad)


def test_bad_input_is_refused():
    for real, holdout in (([], [1]), ([1], []), ([np.nan], [1])):
        with pytest.raises(ValueError, match="scores"):
            fit_auc(real, holdout)
        with pytest.raises(ValueError, match="scores"):
            auc(real, holdout)
