from itertools import combinations
from math import isclose

import numpy as np
import pytest

from audit.statistics.negative_hypergeometric import (
    negative_hypergeometric_pmf,
    negative_hypergeometric_sf,
    tail_count,
    tail_count_tails,
)
from audit.statistics.roc import fit_tail


def test_by_hand():
    # Two real, two holdout people: above the first holdout person stand 0, 1 or 2 real ones in
    # 3, 2 and 1 of the 6 orders.
    pmf = negative_hypergeometric_pmf(j=1, n_real=2, n_holdout=2)
    assert np.allclose(pmf, [3 / 6, 2 / 6, 1 / 6])
    sf = negative_hypergeometric_sf([-1, 0, 0.5, 1, 2, 3], j=1, n_real=2, n_holdout=2)
    assert np.allclose(sf, [1, 1, 0.5, 0.5, 1 / 6, 0])


def test_values_of_the_catalogue():
    # attacks.md C5: n_t = 300, n_h = 200, j = 3: mean 4.48, P(X >= 10) = .081.
    pmf = negative_hypergeometric_pmf(j=3, n_real=300, n_holdout=200)
    assert isclose(pmf.sum(), 1.0, rel_tol=1e-12)
    assert isclose(np.arange(301) @ pmf, 300 * 3 / 201)
    sf = float(negative_hypergeometric_sf(10, j=3, n_real=300, n_holdout=200))
    assert round(sf, 3) == 0.081


# attacks.md C5, 5 % critical true positive rates, n_t = n_h = n, at 10 %, 1 % and .1 %.
@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (250, (0.152, 0.028, None)),
        (500, (0.134, 0.024, None)),
        (1000, (0.124, 0.0190, 0.0050)),
        (2000, (0.1165, 0.0160, 0.0035)),
        (5000, (0.1102, 0.0136, 0.0024)),
        (10000, (0.1071, 0.0125, 0.0019)),
    ],
)
def test_critical_rates_of_the_catalogue(n, expected):
    for alpha, rate in zip((0.1, 0.01, 0.001), expected, strict=True):
        j = tail_count(alpha, n)
        if rate is None:
            assert j == 0
            continue
        sf = negative_hypergeometric_sf(np.arange(n + 1), j=j, n_real=n, n_holdout=n)
        assert isclose(int(np.argmax(sf <= 0.05)) / n, rate, abs_tol=1e-12)


def test_large_pools_keep_their_precision():
    sf = negative_hypergeometric_sf(
        [9_000, 10_000, 11_000, 12_000, 13_000], j=10_000, n_real=100_000, n_holdout=100_000
    )
    assert np.isfinite(sf).all()
    assert (np.diff(sf) < 0).all()
    assert abs(sf[1] - 0.5) < 0.01
    assert 0 < sf[4] < 1e-70
    pmf = negative_hypergeometric_pmf(j=10_000, n_real=100_000, n_holdout=100_000)
    assert abs(pmf.sum() - 1) < 1e-8


def test_ties_give_the_law_of_all_relabellings():
    rng = np.random.default_rng(0)
    for _ in range(40):
        n, m = rng.integers(1, 6, 2)
        scores, alpha = rng.integers(0, 4, n + m).astype(float), rng.uniform(0.15, 0.9)
        fit = fit_tail(scores[:n], scores[n:], alpha=alpha)
        if fit is None:
            continue
        found = []
        for chosen in combinations(range(n + m), n):
            real = np.isin(np.arange(n + m), chosen)
            found.append(fit_tail(scores[real], scores[~real], alpha=alpha).found)
        found = np.array(found)
        assert isclose(fit.p_risky, (found >= fit.found - 1e-9).mean(), abs_tol=1e-12)
        assert isclose(fit.p_safe, (found <= fit.found + 1e-9).mean(), abs_tol=1e-12)


def test_without_ties_it_is_negative_hypergeometric():
    for x in (0, 3, 11):
        tails = tail_count_tails(x, above=x + 4, at=1, j=5, n_real=40, n_holdout=60)
        sf = negative_hypergeometric_sf([x, x + 1], j=5, n_real=40, n_holdout=60)
        assert np.allclose(tails, (sf[0], 1 - sf[1]))


@pytest.mark.parametrize(
    ("alpha", "n_holdout", "j"),
    [(0.01, 998, 9), (0.01, 999, 10), (0.001, 999, 1), (0.001, 998, 0), (0.29, 99, 29)],
)
def test_tail_count(alpha, n_holdout, j):
    assert tail_count(alpha, n_holdout) == j


def test_bad_input_is_refused():
    for bad in ({"j": 0}, {"j": 6}, {"n_real": 0}):
        with pytest.raises(ValueError, match="j-th"):
            negative_hypergeometric_pmf(**({"j": 1, "n_real": 3, "n_holdout": 5} | bad))
    with pytest.raises(ValueError, match="false positive"):
        tail_count(1.0, 10)
