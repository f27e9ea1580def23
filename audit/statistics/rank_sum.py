"""The Mann-Whitney law: how often relabelling alone puts the real people so high."""

from itertools import combinations
from math import comb, sqrt

import numpy as np
from scipy import special
from scipy.stats import mannwhitneyu

from audit.statistics.arrays import FloatArray
from audit.statistics.rates import Tails, exact_tails
from audit.statistics.relabelling import relabelled_sums

MOST_SUBSETS = 20_000
"""All relabellings are listed up to this number of them."""
MOST_PAIRS = 10_000
"""The exact law without ties is used up to this number of real-holdout pairs."""
FEW = 100
"""With at most this many people off the commonest score the normal law is not trusted."""
DRAWS = 9_999


def rank_sum_tails(midranks: FloatArray, n_real: int) -> Tails:
    """Return the tails of the Mann-Whitney statistic under relabelling.

    Exact where all relabellings can be listed, where there are no ties and few people, and where
    only two distinct scores occur (Fisher); by seeded relabelling where nearly everybody has the
    same score; elsewhere normal, with tie-corrected variance and continuity correction.

    Parameters
    ----------
    midranks
        Ranks in the pool, ties averaged, real people first, shape (n_real + n_holdout,).
    n_real
        Number of real people.

    References
    ----------
    Mann and Whitney (1947), Ann. Math. Stat. 18:50; Lehmann (1975), Nonparametrics, 1.4.
    """
    pool = midranks.size
    distinct, counts = np.unique(midranks, return_counts=True)
    if distinct.size == 1:
        return Tails(1.0, 1.0)
    if distinct.size == 2:
        top = midranks == distinct[1]
        k_real, k_holdout = int(top[:n_real].sum()), int(top[n_real:].sum())
        return exact_tails(k_real, n_real, k_holdout, pool - n_real)
    smaller = min(n_real, pool - n_real)
    if smaller <= 8 and comb(pool, smaller) <= MOST_SUBSETS:
        return _by_listing(midranks, n_real)
    if distinct.size == pool and n_real * (pool - n_real) <= MOST_PAIRS:
        return _without_ties(midranks, n_real)
    if pool - int(counts.max()) <= FEW:
        return _by_relabelling(midranks, float(distinct[counts.argmax()]), n_real)
    return _normal(midranks, n_real)


def null_sd(midranks: FloatArray, n_real: int) -> float:
    """Return the relabelling standard deviation of the AUC, ties taken into account.

    Where all scores are equal there is nothing to relabel; the value without ties is returned,
    so that it can stand in a denominator.
    """
    pool = midranks.size
    pairs = n_real * (pool - n_real)
    spread = float(((midranks - (pool + 1) / 2) ** 2).sum())
    if spread == 0:
        return sqrt((pool + 1) / (12 * pairs))
    return sqrt(spread / (pool * (pool - 1) * pairs))


def _by_listing(midranks: FloatArray, n_real: int) -> Tails:
    # The smaller side is listed; the sums of both sides add up to a constant.
    pool, observed = midranks.size, float(midranks[:n_real].sum())
    size = min(n_real, pool - n_real)
    chosen = np.array(list(combinations(range(pool), size)))
    sums = midranks[chosen].sum(axis=1)
    if size != n_real:
        sums = midranks.sum() - sums
    return Tails(float((sums >= observed - 0.1).mean()), float((sums <= observed + 0.1).mean()))


def _without_ties(midranks: FloatArray, n_real: int) -> Tails:
    sides = (midranks[:n_real], midranks[n_real:])
    risky = mannwhitneyu(*sides, alternative="greater", method="exact").pvalue
    safe = mannwhitneyu(*sides, alternative="less", method="exact").pvalue
    return Tails(float(risky), float(safe))


def _by_relabelling(midranks: FloatArray, commonest: float, n_real: int) -> Tails:
    lifts = midranks - commonest
    observed = float(lifts[:n_real].sum())
    sums = relabelled_sums(lifts, n_real, draws=DRAWS, rng=np.random.default_rng(0))
    risky = (1 + int((sums >= observed - 0.1).sum())) / (DRAWS + 1)
    safe = (1 + int((sums <= observed + 0.1).sum())) / (DRAWS + 1)
    return Tails(risky, safe)


def _normal(midranks: FloatArray, n_real: int) -> Tails:
    pool = midranks.size
    pairs = n_real * (pool - n_real)
    gap = float(midranks[:n_real].sum()) - n_real * (pool + 1) / 2
    sd = null_sd(midranks, n_real) * pairs
    risky = float(special.ndtr(-(gap - 0.5) / sd))
    safe = float(special.ndtr((gap + 0.5) / sd))
    return Tails(risky, safe)
