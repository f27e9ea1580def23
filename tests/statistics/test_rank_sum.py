from itertools import combinations
from math import isclose, sqrt

import numpy as np
import pytest
from scipy.stats import fisher_exact, mannwhitneyu

from audit.statistics import rank_sum
from audit.statistics.rank_sum import null_sd, rank_sum_tails
from audit.statistics.roc import fit_auc, midranks


def listed(scores, n):
    sums = np.array([midranks(scores)[list(c)].sum() for c in combinations(range(len(scores)), n)])
    observed = midranks(scores)[:n].sum()
    return (sums >= observed - 0.1).mean(), (sums <= observed + 0.1).mean()


@pytest.mark.parametrize("seed", range(6))
def test_small_pools_are_listed_with_and_without_ties(seed):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 4 + 10 * (seed % 2), 9).astype(float)
    for n in (2, 4, 7):
        assert np.allclose(rank_sum_tails(midranks(scores), n), listed(scores, n))


def test_without_ties_it_is_the_exact_test_of_scipy():
    rng = np.random.default_rng(1)
    a, b = rng.normal(0.3, size=40), rng.normal(size=30)
    tails = rank_sum_tails(midranks(np.concatenate([a, b])), 40)
    assert isclose(tails.risky, mannwhitneyu(a, b, alternative="greater", method="exact").pvalue)
    assert isclose(tails.safe, mannwhitneyu(a, b, alternative="less", method="exact").pvalue)


def test_many_people_get_the_tie_corrected_normal_law_of_scipy():
    rng = np.random.default_rng(2)
    a, b = rng.poisson(3, 700).astype(float), rng.poisson(3, 500).astype(float)
    tails = rank_sum_tails(midranks(np.concatenate([a, b])), 700)
    for tail, side in ((tails.risky, "greater"), (tails.safe, "less")):
        expected = mannwhitneyu(a, b, alternative=side, method="asymptotic").pvalue
        assert isclose(tail, expected, rel_tol=1e-9)


def test_two_distinct_scores_are_fishers_table():
    real, holdout = np.arange(300) < 5, np.arange(300) < 0
    tails = rank_sum_tails(midranks(np.concatenate([real, holdout]).astype(float)), 300)
    assert isclose(tails.risky, fisher_exact([[5, 295], [0, 300]], "greater").pvalue)


def test_few_informative_people_are_not_taken_as_normal():
    # Five people stand out, all real, with distinct scores: about 1 / 2 ** 5, as for copies.
    scores = np.zeros(600)
    scores[:5] = np.arange(1, 6)
    tails = rank_sum_tails(midranks(scores), 300)
    assert abs(tails.risky - 0.031) < 0.008
    normal = rank_sum._normal(midranks(scores), 300)
    assert normal.risky < 0.02  # what would have been wrong
    assert rank_sum_tails(midranks(np.zeros(600)), 300) == (1.0, 1.0)


def test_null_sd_without_ties_is_the_formula():
    for n, m in ((3, 5), (100, 100), (2000, 500)):
        ranks = np.arange(1.0, n + m + 1)
        assert isclose(null_sd(ranks, n), sqrt((n + m + 1) / (12 * n * m)))
    assert isclose(null_sd(np.full(8, 4.5), 3), sqrt(9 / (12 * 15)))


@pytest.mark.parametrize("law", ["continuous", "counts", "sparse"])
def test_p_values_are_calibrated(law, band):
    rng = np.random.default_rng(3)
    draw = {
        "continuous": rng.random,
        "counts": lambda size: rng.poisson(0.4, size),
        "sparse": lambda size: np.where(rng.random(size) < 0.05, rng.random(size), 0),
    }[law]
    rejected = np.zeros(2, int)
    for _ in range(250):
        fit = fit_auc(draw(90), draw(60))
        rejected += np.array([fit.p_risky <= 0.05, fit.p_safe <= 0.05])
    assert rejected.max() <= band(250, 0.05)[1]
    if law == "continuous":
        assert rejected.min() >= band(250, 0.05)[0]
