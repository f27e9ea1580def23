"""What a tail of j holdout people can show, before any attack is run.

The usual formula takes the threshold as known and promises up to 2.7 times too much. Here the
threshold is the j-th of the holdout scores and moves with them.
"""

from collections.abc import Callable
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special
from scipy.optimize import brentq

from audit.facts.measurement import SafeHigh
from audit.statistics.arrays import FloatArray
from audit.statistics.negative_hypergeometric import (
    negative_hypergeometric_pmf,
    negative_hypergeometric_sf,
    tail_count,
)
from audit.statistics.tail import ratio_ends
from audit.statistics.worst import correlation_of, normal_draws

DRAWS = 20_000
NODES = 400
"""Quantiles of the threshold over which power is averaged."""


class TailDetectable(NamedTuple):
    """Smallest leak in the tail that is found with the wanted power."""

    tpr: float
    """True positive rate at the nominal false positive rate."""
    excess: float
    """The same above its value without a leak, j / (n_holdout + 1)."""
    log_ratio: float
    critical: int
    """So many real people above the threshold are significant at 5 %."""


def tail_detectable(
    n_real: int, n_holdout: int, *, alpha: float, power: float = 0.8
) -> TailDetectable | None:
    """Return the smallest true positive rate that the exact 5 % test finds with this power.

    Parameters
    ----------
    n_real, n_holdout
        Number of people of each side.
    alpha
        Nominal false positive rate.
    power
        Probability of finding it.

    Returns
    -------
    TailDetectable or None
        None where the holdout cannot resolve alpha, or where even an attack that finds everybody
        would not be significant often enough.

    Notes
    -----
    Members exceed a level that others exceed with probability u with probability
    min(1, tpr u / alpha); the level of the threshold is beta(j, n_holdout + 1 - j).

    References
    ----------
    `attacks.md` section 11 (table of `work/mde.py`).
    """
    j = tail_count(alpha, n_holdout)
    if j < 1:
        return None
    counts = np.arange(n_real + 2)
    tails = negative_hypergeometric_sf(counts, j=j, n_real=n_real, n_holdout=n_holdout)
    critical = int(np.argmax(tails <= 0.05))
    levels = special.betaincinv(j, n_holdout + 1 - j, (np.arange(NODES) + 0.5) / NODES)

    def missing(tpr: float) -> float:
        share = np.minimum(levels * tpr / alpha, 1.0)
        return float(_reaches(critical, n_real, share).mean()) - power

    if missing(1.0) < 0:
        return None
    tpr = float(brentq(missing, 0.0, 1.0, xtol=1e-10))
    null = j / (n_holdout + 1)
    return TailDetectable(tpr, tpr - null, log(tpr / alpha), critical)


def tail_safe_high(
    n_real: int,
    n_holdout: int,
    *,
    alpha: float,
    columns: int = 1,
    influence: ArrayLike | None = None,
    rng: np.random.Generator | None = None,
) -> SafeHigh | None:
    """Return where the (largest) upper end of the log ratio falls for a private release.

    Parameters
    ----------
    n_real, n_holdout
        Number of people of each side.
    alpha
        Nominal false positive rate.
    columns
        Number of attacks of which the largest end is taken, independent of one another.
    influence
        Shape (n, K): K dependent attacks instead, tied together by a Gaussian copula.
    rng
        For dependent attacks; None draws the same numbers every time.

    Returns
    -------
    SafeHigh or None
        None where the holdout cannot resolve alpha. Exact (negative hypergeometric) where the
        attacks are independent.
    """
    return _safe_high(
        np.log, n_real, n_holdout, alpha=alpha, columns=columns, influence=influence, rng=rng
    )


def tpr_safe_high(
    n_real: int,
    n_holdout: int,
    *,
    alpha: float,
    columns: int = 1,
    influence: ArrayLike | None = None,
    rng: np.random.Generator | None = None,
) -> SafeHigh | None:
    """Return the same for the upper end of the true positive rate."""
    rate = tail_count(alpha, n_holdout) / (n_holdout + 1)
    return _safe_high(
        lambda ratio: np.minimum(rate * ratio, 1.0),
        n_real,
        n_holdout,
        alpha=alpha,
        columns=columns,
        influence=influence,
        rng=rng,
    )


def _safe_high(
    scale: Callable[[FloatArray], FloatArray],
    n_real: int,
    n_holdout: int,
    *,
    alpha: float,
    columns: int,
    influence: ArrayLike | None,
    rng: np.random.Generator | None,
) -> SafeHigh | None:
    j = tail_count(alpha, n_holdout)
    if j < 1:
        return None
    pmf = negative_hypergeometric_pmf(j=j, n_real=n_real, n_holdout=n_holdout)
    found = np.flatnonzero(pmf > 1e-12)
    below = np.minimum(np.cumsum(pmf[found]), 1.0)
    ends = [ratio_ends(float(x), j, n_real, n_holdout).high for x in found]
    highs = scale(np.array(ends, dtype=np.float64))
    if influence is None:
        return _moments(highs, np.diff(below**columns, prepend=0.0))
    draws = normal_draws(
        correlation_of(influence), draws=DRAWS, rng=rng or np.random.default_rng(0)
    )
    largest = special.ndtr(draws.max(axis=1))
    picked = np.minimum(np.searchsorted(below, largest), found.size - 1)
    weights = np.bincount(picked, minlength=found.size) / DRAWS
    return _moments(highs, weights)


def _moments(values: FloatArray, weights: FloatArray) -> SafeHigh:
    weights = weights / weights.sum()
    mean = float(weights @ values)
    return SafeHigh(mean=mean, sd=float(np.sqrt(weights @ (values - mean) ** 2)))


def _reaches(count: int, n: int, share: FloatArray) -> FloatArray:
    """Return P(binomial(n, share) >= count)."""
    if count == 0:
        return np.ones_like(share)
    if count > n:
        return np.zeros_like(share)
    return np.asarray(special.betainc(count, n - count + 1, share), dtype=np.float64)
