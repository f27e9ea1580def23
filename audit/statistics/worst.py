"""The critical value behind the lower end of a worst case.

The largest of several values is a winner's value: its own interval is too far up. The upper end
needs no correction (the largest of valid upper bounds bounds the largest truth); the lower end
takes a critical value z* under which *all* lower ends hold at once, whatever their dependence:

    value = max value_k,   high = max high_k(Z95),   low = max low_k(z*).
"""

import numpy as np
from numpy.typing import ArrayLike

from audit.statistics.arrays import FloatArray
from audit.statistics.multiplicity import bonferroni_z
from audit.statistics.rates import Z95, normal_quantile

__all__ = ["Z95", "bonferroni_z", "correlation_of", "critical_value", "normal_draws"]

DRAWS = 20_000
"""Draws behind z*: its own error stays below .02."""


def critical_value(
    influence: ArrayLike,
    se: ArrayLike,
    *,
    rng: np.random.Generator,
    level: float = 0.95,
    draws: int = DRAWS,
) -> float:
    """Return z* so that all value_k - z* se_k lie below their truths at once.

    With Gaussian multipliers over people the bootstrap errors of the K values are jointly normal
    with the covariance of the influence values, so they are drawn directly.

    Parameters
    ----------
    influence
        Share of each person in the error of each value, shape (n, K), people in the same order.
    se
        Standard errors, shape (K,); values with se = 0 have exact ends and are left out.
    rng, draws
        Source and number of draws.
    level
        One-sided level of all ends together.

    Returns
    -------
    float
        The quantile of max_k, at least the quantile for one value and at most Bonferroni's.

    Raises
    ------
    ValueError
        If shapes disagree, a number is not finite, or there is no value.

    References
    ----------
    Chernozhukov, Chetverikov and Kato (2013), Ann. Stat. 41:2786 (multiplier bootstrap of a
    maximum); DESIGN section 4, point 6; `statistics.md` F13.
    """
    psi = _columns(influence)
    errors = np.asarray(se, dtype=np.float64).reshape(-1)
    if errors.shape != (psi.shape[1],) or not np.isfinite(errors).all() or (errors < 0).any():
        raise ValueError("there must be one standard error per column")
    floor, moving = normal_quantile(level), errors > 0
    if moving.sum() < 2:
        return floor
    scaled = psi[:, moving] / errors[moving]
    maxima = normal_draws(scaled.T @ scaled, draws=draws, rng=rng).max(axis=1)
    ceiling = bonferroni_z(int(moving.sum()), level=level)
    return float(min(max(np.quantile(maxima, level), floor), ceiling))


def correlation_of(influence: ArrayLike) -> FloatArray:
    """Return the correlation of the errors of K values, shape (K, K).

    Parameters
    ----------
    influence
        Shape (n, K). A column of zeros is uncorrelated with all others.
    """
    psi = _columns(influence)
    size = np.sqrt((psi * psi).sum(axis=0))
    unit = psi / np.where(size > 0, size, 1.0)
    correlation = unit.T @ unit
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(correlation, dtype=np.float64)


def normal_draws(covariance: FloatArray, *, draws: int, rng: np.random.Generator) -> FloatArray:
    """Return centred normal draws, shape (draws, K), also where the covariance is singular."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    return np.asarray(rng.standard_normal((draws, len(values))) @ root.T, dtype=np.float64)


def _columns(influence: ArrayLike) -> FloatArray:
    psi = np.asarray(influence, dtype=np.float64)
    if psi.ndim != 2 or psi.shape[1] == 0 or not np.isfinite(psi).all():
        raise ValueError("influence must be finite, one row per person and one column per value")
    return psi
