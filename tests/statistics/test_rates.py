from math import isclose, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, fisher_exact

from audit.statistics.rates import (
    Z95,
    clopper_pearson,
    difference_ends,
    exact_tails,
    level_of,
    normal_quantile,
    risk_ends,
    wilson,
)

TWO_SIDED = normal_quantile(0.975)


@st.composite
def counts(draw, most=60):
    n_real, n_holdout = draw(st.integers(1, most)), draw(st.integers(1, most))
    k_real = draw(st.integers(0, n_real))
    return k_real, n_real, draw(st.integers(0, n_holdout)), n_holdout


def test_normal_quantile_and_level_are_inverse():
    assert isclose(Z95, 1.6448536269514722)
    assert isclose(level_of(normal_quantile(0.983)), 0.983)
    with pytest.raises(ValueError, match="strictly between"):
        normal_quantile(1.0)


# attacks.md C1: no event among n, upper 95 % end 1 - .05 ** (1 / n).
@pytest.mark.parametrize(
    ("n", "high"), [(100, 0.0295), (500, 0.0060), (1000, 0.0030), (2000, 0.0015)]
)
def test_clopper_pearson_without_an_event(n, high):
    ends = clopper_pearson(0, n)
    assert ends.low == 0
    assert isclose(ends.high, 1 - 0.05 ** (1 / n))
    assert round(ends.high, 4) == high


@pytest.mark.parametrize(("k", "n"), [(0, 7), (3, 10), (7, 7), (850, 1000), (1, 100000)])
def test_clopper_pearson_agrees_with_scipy(k, n):
    expected = binomtest(k, n).proportion_ci(0.9, method="exact")
    assert np.allclose(clopper_pearson(k, n), expected, rtol=1e-9)


# anonymeter's unit tests: (n, k) -> centre and half-width at two-sided 95 %.
@pytest.mark.parametrize(
    ("n", "k", "centre", "half", "digits"),
    [(1000, 850, 0.849, 0.022, 3), (1000, 0, 0.002, 0.002, 3), (100, 23, 0.239988, 0.081556, 6)],
)
def test_wilson_reproduces_anonymeter(n, k, centre, half, digits):
    low, high = wilson(k, n, level=0.975)
    assert round((low + high) / 2, digits) == centre
    assert round((high - low) / 2, digits) == half


@pytest.mark.parametrize(("k", "n"), [(0, 7), (3, 10), (7, 7)])
def test_wilson_agrees_with_scipy(k, n):
    expected = binomtest(k, n).proportion_ci(0.9, method="wilson")
    assert np.allclose(wilson(k, n), expected, atol=1e-12)


# Newcombe (1998), Stat. Med. 17:873, table II, method 6 (Miettinen-Nurminen), two-sided 95 %.
@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((56, 70, 48, 80), (0.0528, 0.3382)),
        ((9, 10, 3, 10), (0.1700, 0.8406)),
        ((6, 7, 2, 7), (0.0342, 0.8534)),
        ((5, 56, 0, 29), (-0.0326, 0.1933)),
        ((0, 10, 0, 20), (-0.1658, 0.2844)),
        ((0, 10, 0, 10), (-0.2879, 0.2879)),
        ((10, 10, 0, 20), (0.7156, 1.0)),
        ((10, 10, 0, 10), (0.6636, 1.0)),
    ],
)
def test_difference_ends_reproduce_newcombe(args, expected):
    assert np.round(difference_ends(*args, z=TWO_SIDED), 4).tolist() == list(expected)


# Koopman (1984): 36 of 40 against 16 of 80 gives a ratio of 4.5, 95 % interval 2.94 to 7.15.
# Koopman's score lacks the factor N / (N - 1) of Miettinen and Nurminen; z takes it up.
def test_risk_ends_reproduce_koopman():
    ends = risk_ends(4, 40, 64, 80, z=TWO_SIDED * sqrt(119 / 120))
    assert round(1 - ends.high, 2) == 2.94
    assert round(1 - ends.low, 2) == 7.15


def profile_score(k1, n1, k2, n2, shares):
    """Score statistic by brute force: the likelihood is maximised over a pair of shares."""
    p1, p2 = shares
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = [
            np.where(k == 0, 0.0, k * np.log(p)) + np.where(k == n, 0.0, (n - k) * np.log(1 - p))
            for k, n, p in ((k1, n1, p1), (k2, n2, p2))
        ]
    best = int(np.argmax(terms[0] + terms[1]))
    return p1[best], p2[best]


@pytest.mark.parametrize(
    "args", [(7, 20, 3, 15), (0, 12, 4, 9), (12, 12, 4, 9), (5, 9, 0, 30), (18, 20, 16, 20)]
)
def test_ends_agree_with_brute_force_inversion(args):
    k1, n1, k2, n2 = args
    n = n1 + n2
    for end, z in zip(difference_ends(*args), (Z95, -Z95), strict=True):
        grid = np.linspace(max(0, -end), min(1, 1 - end), 2_000_001)
        p1, p2 = profile_score(*args, (grid + end, grid))
        variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * n / (n - 1)
        assert isclose((k1 / n1 - k2 / n2 - end) / sqrt(variance), z, abs_tol=2e-5)
    f1, f2 = n1 - k1, n2 - k2
    for end, z in zip(risk_ends(*args), (-Z95, Z95), strict=True):
        ratio = 1 - end
        if ratio == 0:
            assert f1 == 0
            continue
        grid = np.linspace(0, min(1, 1 / ratio), 2_000_001)
        p1, p2 = profile_score(f1, n1, f2, n2, (ratio * grid, grid))
        variance = (p1 * (1 - p1) / n1 + ratio**2 * p2 * (1 - p2) / n2) * n / (n - 1)
        assert isclose((f1 / n1 - ratio * f2 / n2) / sqrt(variance), z, abs_tol=2e-5)


@given(counts())
def test_ends_enclose_the_value_and_stay_in_range(args):
    k_real, n_real, k_holdout, n_holdout = args
    value = k_real / n_real - k_holdout / n_holdout
    ends = difference_ends(*args)
    assert -1 <= ends.low <= value <= ends.high <= 1
    assert ends.low < ends.high
    risk = risk_ends(*args)
    if k_holdout == n_holdout:
        assert risk is None
    else:
        c = k_holdout / n_holdout
        assert risk.low <= value / (1 - c) + 1e-12
        assert value / (1 - c) - 1e-12 <= risk.high <= 1
        assert risk.low < risk.high


@given(counts())
def test_difference_flips_under_a_swap(args):
    k_real, n_real, k_holdout, n_holdout = args
    ends = difference_ends(*args)
    swapped = difference_ends(k_holdout, n_holdout, k_real, n_real)
    assert np.allclose((-swapped.high, -swapped.low), ends, atol=1e-9)
    tails = exact_tails(*args)
    mirrored = exact_tails(k_holdout, n_holdout, k_real, n_real)
    assert np.allclose((mirrored.safe, mirrored.risky), tails, atol=1e-12)


@given(counts())
def test_more_successes_move_every_end_up(args):
    k_real, n_real, k_holdout, n_holdout = args
    if k_real == n_real:
        return
    more = (k_real + 1, n_real, k_holdout, n_holdout)
    assert difference_ends(*more).low >= difference_ends(*args).low - 1e-12
    assert difference_ends(*more).high >= difference_ends(*args).high - 1e-12
    assert clopper_pearson(k_real + 1, n_real).low > clopper_pearson(k_real, n_real).low
    assert exact_tails(*more).risky <= exact_tails(*args).risky + 1e-12
    if k_holdout < n_holdout:
        assert risk_ends(*more).low >= risk_ends(*args).low - 1e-12
        assert risk_ends(*more).high >= risk_ends(*args).high - 1e-12


# One-sided misses, exact: every outcome is enumerated and weighted. F18 measured .045-.059 for
# the risk. Shares of 1 % among 50 people leave 0.5 expected hits and are conservative.
@pytest.mark.parametrize(
    ("m", "c"), [(0.01, 0.01), (0.05, 0.05), (0.3, 0.3), (0.9, 0.9), (0.5, 0.3), (0.93, 0.9)]
)
def test_one_sided_misses_stay_near_five_percent(m, c):
    n = 50
    k = np.arange(n + 1)
    weight_real, weight_holdout = binom.pmf(k, n, m), binom.pmf(k, n, c)
    misses = np.zeros(4)
    for a in k[weight_real > 1e-6]:
        for b in k[weight_holdout > 1e-6]:
            excess = difference_ends(int(a), n, int(b), n)
            risk = risk_ends(int(a), n, int(b), n)
            missed = [m - c < excess.low, m - c > excess.high, False, False]
            if risk is not None:
                missed[2:] = [(m - c) / (1 - c) < risk.low, (m - c) / (1 - c) > risk.high]
            misses += weight_real[a] * weight_holdout[b] * np.array(missed)
    assert misses.max() <= 0.062


@given(counts(most=30))
def test_exact_tails_are_fishers(args):
    k_real, n_real, k_holdout, n_holdout = args
    table = [[k_real, n_real - k_real], [k_holdout, n_holdout - k_holdout]]
    tails = exact_tails(*args)
    assert isclose(tails.risky, fisher_exact(table, "greater").pvalue, abs_tol=1e-9)
    assert isclose(tails.safe, fisher_exact(table, "less").pvalue, abs_tol=1e-9)


# reliability.md P4: copies against none among as many people, significant from 5 on.
def test_five_copies_against_none_are_significant():
    assert round(exact_tails(5, 2000, 0, 2000).risky, 3) == 0.031
    assert round(exact_tails(4, 2000, 0, 2000).risky, 3) == 0.062


@pytest.mark.parametrize("call", [clopper_pearson, wilson])
def test_impossible_counts_are_refused(call):
    for k, n in ((0, 0), (-1, 5), (6, 5)):
        with pytest.raises(ValueError, match="0 <= k <= n"):
            call(k, n)
    for function in (difference_ends, risk_ends, exact_tails):
        with pytest.raises(ValueError, match="0 <= k <= n"):
            function(1, 2, 0, 0)


def test_numbers_are_plain_whatever_came_in():
    args = [np.int64(k) for k in (3, 10, 1, 9)]
    for ends in (wilson(*args[:2]), difference_ends(*args), risk_ends(*args), exact_tails(*args)):
        assert [type(end) for end in ends] == [float, float]
