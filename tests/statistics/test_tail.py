from math import isclose, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import f as f_distribution

from audit.statistics.rates import Z95, normal_quantile
from audit.statistics.tail import fit_tail, ratio_ends, tail_counts


def test_without_ties_by_hand():
    # j = floor(.25 * 8) = 2: the second largest of 7 holdout scores is 6; 7.5 and 9 exceed it.
    fit = fit_tail([9, 7.5, 1, 0], [8, 6, 5, 4, 3, 2, -1], alpha=0.25)
    assert (fit.j, fit.found, fit.tpr) == (2, 2, 0.5)
    assert fit.false_positive_rate == 0.25
    assert fit.ratio == 2
    assert isclose(fit.log_ratio, log(2))
    assert not fit.has_ties
    assert not fit.graded


def test_ties_at_the_threshold_are_shared_out():
    # statistics.md F2: distance 0 for 5 % of real and 1.5 % of holdout people. The threshold is
    # the tie; j = 10 of the 15 holdout people there make gamma = 2 / 3, TPR = .05 * 2 / 3.
    real, holdout = np.zeros(1000), np.zeros(1000)
    real[:50], holdout[:15] = 1, 1
    real[50:], holdout[15:] = -np.arange(1, 951), -np.arange(1, 986)
    fit = fit_tail(real, holdout, alpha=0.01)
    assert fit.has_ties
    assert isclose(fit.tpr, 0.05 * 2 / 3)
    assert fit.log_ratio > 1.2
    assert fit.p_risky < 1e-4


def test_constant_scores_find_as_many_as_they_accuse():
    fit = fit_tail(np.zeros(500), np.zeros(300), alpha=0.1)
    assert isclose(fit.tpr, 30 / 300)
    assert fit.p_risky == fit.p_safe == 1.0


def test_what_the_holdout_cannot_resolve_is_not_measured():
    assert fit_tail(np.arange(5), np.arange(98), alpha=0.01) is None
    assert fit_tail(np.arange(5), np.arange(99), alpha=0.01).j == 1
    assert fit_tail(np.arange(5), np.arange(999), alpha=0.01).graded


def test_nobody_found_has_no_lower_end_of_the_logarithm():
    fit = fit_tail(np.zeros(100), np.arange(1, 1000), alpha=0.01)
    assert fit.found == 0
    assert isclose(fit.log_ratio, log(0.5 * 1000 / (100 * 10)))
    assert fit.ends().low is None
    assert fit.ratio_ends().low == 0
    assert fit.tpr_ends().low == 0
    assert fit.ends().high > fit.log_ratio


def test_everybody_found_keeps_the_rate_within_one():
    fit = fit_tail(np.full(100, 5.0), np.zeros(999), alpha=0.01)
    assert fit.tpr == 1
    assert fit.tpr_ends().high == 1
    assert fit.tpr_ends().low < 1


@pytest.mark.parametrize(("found", "j"), [(1, 1), (7, 3), (20, 20), (412, 100), (2.5, 10)])
def test_ends_are_the_formulas_of_the_design(found, j):
    n_real = 800
    n_holdout = 1200
    ends = ratio_ends(found, j, n_real, n_holdout)
    factor = (n_holdout + 1) / (n_real * j)
    high = (found + 1) * factor * f_distribution.ppf(0.95, 2 * (found + 1), 2 * j)
    low = found * factor / f_distribution.ppf(0.95, 2 * j, 2 * found)
    assert isclose(ends.high, high, rel_tol=1e-9)
    assert isclose(ends.low, low, rel_tol=1e-9)
    wider = ratio_ends(found, j, n_real, n_holdout, z=normal_quantile(0.999))
    assert wider.low < ends.low
    assert wider.high > ends.high


@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 60), st.booleans())
def test_ends_enclose_the_value_and_only_order_counts(seed, n, m, tied):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 5 if tied else 10**6, n + m).astype(float)
    fit = fit_tail(scores[:n], scores[n:], alpha=0.3)
    if fit is None:
        assert m < 3
        return
    low, high = fit.tpr_ends()
    assert 0 <= low <= fit.tpr <= high <= 1
    log_low, log_high = fit.ends()
    assert log_low is None or log_low <= fit.log_ratio
    assert fit.log_ratio <= log_high
    order = rng.permutation(n)
    again = fit_tail(np.exp(scores[:n][order] / 1e5), np.exp(scores[n:] / 1e5), alpha=0.3)
    assert (again.found, again.p_risky, again.p_safe) == (fit.found, fit.p_risky, fit.p_safe)
    assert abs(fit.influence[:n].sum()) < 1e-9
    assert abs(fit.influence[n:].sum()) < 1e-9
    assert 0 <= fit.p_risky <= 1
    assert fit.p_risky + fit.p_safe >= 1 - 1e-9


def test_influence_has_about_the_standard_error():
    rng = np.random.default_rng(1)
    fit = fit_tail(rng.normal(1, size=3000), rng.normal(size=3000), alpha=0.05)
    assert isclose(np.sqrt((fit.influence**2).sum()), fit.se, rel_tol=0.1)


def test_one_more_found_moves_everything_up():
    holdout = np.arange(200.0)
    before = fit_tail(np.full(50, -1.0), holdout, alpha=0.1)
    for k in range(1, 51):
        real = np.full(50, -1.0)
        real[:k] = 500
        after = fit_tail(real, holdout, alpha=0.1)
        assert after.tpr > before.tpr
        assert after.log_ratio >= before.log_ratio
        assert after.ends().high > before.ends().high
        assert after.tpr_ends().low > before.tpr_ends().low
        assert after.p_risky < before.p_risky
        before = after


# statistics.md F12: misses of one-sided ends .013-.048 above and .010-.067 below. Members
# exceed what others exceed with probability u with probability u ** power.
@pytest.mark.parametrize(("n_real", "n_holdout", "alpha"), [(1000, 1000, 0.01), (300, 500, 0.1)])
@pytest.mark.parametrize("power", [1.0, 0.7])
def test_ends_miss_at_most_at_their_level(n_real, n_holdout, alpha, power, band):
    trials = 600
    rng = np.random.default_rng(2)
    misses = np.zeros(2, int)
    for _ in range(trials):
        real, holdout = -(rng.random(n_real) ** (1 / power)), -rng.random(n_holdout)
        low, high = fit_tail(real, holdout, alpha=alpha).tpr_ends()
        misses += np.array([alpha**power < low, alpha**power > high])
    assert misses.max() <= band(trials, 0.05)[1]


def test_null_p_values_are_calibrated_with_and_without_ties(band):
    trials = 500
    rng = np.random.default_rng(3)
    for digits in (6, 1):
        rejected = np.zeros(2, int)
        for _ in range(trials):
            pool = np.round(rng.normal(size=500), digits)
            fit = fit_tail(pool[:300], pool[300:], alpha=0.05)
            rejected += np.array([fit.p_risky <= 0.05, fit.p_safe <= 0.05])
        assert rejected.max() <= band(trials, 0.05)[1]


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="scores"):
        fit_tail([], [1.0], alpha=0.5)
    with pytest.raises(ValueError, match="false positive"):
        fit_tail([1.0], [1.0], alpha=0.0)
    with pytest.raises(ValueError, match="j-th holdout"):
        tail_counts(np.zeros(2), np.zeros(2), at=np.array([3]))
    with pytest.raises(ValueError, match="j holdout people"):
        ratio_ends(-1, 1, 1, 1, z=Z95)
