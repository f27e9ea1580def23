"""What an audit of these sizes can find, and how often it clears what is safe.

`detectable` answers the data owner who is told that nothing was found, `pass_probability` the
one who is told that nothing could be decided. Both follow from the sizes, before any attack.
"""

from math import ceil, log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from audit.facts.measurement import SafeHigh
from audit.statistics.arrays import FloatArray
from audit.statistics.rates import Z95, normal_quantile
from audit.statistics.tail_power import (
    TailDetectable,
    tail_detectable,
    tail_safe_high,
    tpr_safe_high,
)
from audit.statistics.worst import correlation_of, normal_draws

__all__ = [
    "Rows",
    "SafeHigh",
    "TailDetectable",
    "auc_floor",
    "auc_null_se",
    "detectable",
    "pass_probability",
    "rate_null_se",
    "rows_needed_auc",
    "rows_needed_excess",
    "rows_needed_risk",
    "rows_needed_tail",
    "safe_high",
    "safe_high_worst",
    "tail_detectable",
    "tail_safe_high",
    "tpr_safe_high",
    "trials_to_exclude",
]

DRAWS = 20_000
FLOOR_Z = 3.3
"""An upper end of .55 is out of reach for less than 3.3 standard errors (`statistics.md` F11)."""


class Rows(NamedTuple):
    """People needed on each side."""

    real: int
    holdout: int


def detectable(se: float, *, power: float = 0.8) -> float:
    """Return the smallest true effect whose lower end exceeds the null with this power.

    Parameters
    ----------
    se
        Standard error without a leak, >= 0.
    power
        Probability of finding it.
    """
    if se < 0:
        raise ValueError("a standard error is not negative")
    return (Z95 + normal_quantile(power)) * se


def rate_null_se(rate: float, n_real: int, n_holdout: int) -> float:
    """Return the standard error of an excess if both sides are hit at `rate`."""
    _sizes(n_real, n_holdout)
    if not 0 <= rate <= 1:
        raise ValueError("a rate lies between 0 and 1")
    return sqrt(rate * (1 - rate) * (1 / n_real + 1 / n_holdout))


def auc_null_se(n_real: int, n_holdout: int) -> float:
    """Return the standard deviation of an AUC of 1/2 without ties (`attacks.md` C3)."""
    _sizes(n_real, n_holdout)
    return sqrt((n_real + n_holdout + 1) / (12 * n_real * n_holdout))


def safe_high(null: float, se: float) -> SafeHigh:
    """Return where the upper end falls for a perfectly private release."""
    return SafeHigh(mean=null + Z95 * se, sd=se)


def safe_high_worst(
    null: float,
    se: ArrayLike,
    *,
    influence: ArrayLike | None = None,
    correlation: ArrayLike | None = None,
    rng: np.random.Generator | None = None,
) -> SafeHigh:
    """Return where the largest of K upper ends falls for a perfectly private release.

    Parameters
    ----------
    null
        The value without a leak, the same for all.
    se
        Standard errors without a leak, shape (K,).
    influence
        Shape (n, K), from which the correlation follows; or give the latter.
    correlation
        Shape (K, K). With neither the K are independent, which understates the chance to pass.
    rng
        None draws the same numbers every time.

    Raises
    ------
    ValueError
        If there is no value or shapes disagree.
    """
    errors = np.asarray(se, dtype=np.float64).reshape(-1)
    if errors.size == 0 or not np.isfinite(errors).all() or (errors < 0).any():
        raise ValueError("standard errors must be finite and not negative")
    if errors.size == 1:
        return safe_high(null, float(errors[0]))
    joint = _joint(errors.size, influence, correlation)
    draws = normal_draws(joint, draws=DRAWS, rng=rng or np.random.default_rng(0))
    highs = ((draws + Z95) * errors).max(axis=1)
    return SafeHigh(mean=null + float(highs.mean()), sd=float(highs.std()))


def pass_probability(limit: float, *, safe: SafeHigh) -> float:
    """Return the chance that the upper end of a perfectly private release is within the limit."""
    if safe.sd == 0:
        return 1.0 if safe.mean <= limit else 0.0
    return float(special.ndtr((limit - safe.mean) / safe.sd))


def auc_floor(n_real: int, n_holdout: int) -> float:
    """Return the smallest limit above 1/2 for which so many people are evidence (F11)."""
    _sizes(n_real, n_holdout)
    return FLOOR_Z * sqrt((1 / n_real + 1 / n_holdout) / 12)


def rows_needed_auc(limit: float, *, holdout_per_real: float = 1.0) -> Rows:
    """Return the people needed before an AUC limit, such as .55, can be applied (F11)."""
    return _rows(1 / 12, FLOOR_Z / _distance(limit - 0.5), holdout_per_real)


def rows_needed_excess(
    rate: float, limit: float, *, power: float = 0.8, holdout_per_real: float = 1.0
) -> Rows:
    """Return the people needed for a safe release to pass a limit on the excess.

    Parameters
    ----------
    rate
        The control rate.
    limit
        Limit on attack rate minus control rate.
    power
        The chance to pass.
    holdout_per_real
        Holdout people per real person; 1 for equal arms.

    References
    ----------
    `statistics.md` F10.
    """
    z = Z95 + normal_quantile(power)
    return _rows(rate * (1 - rate), z / _distance(limit), holdout_per_real)


def rows_needed_risk(
    rate: float, limit: float, *, power: float = 0.8, holdout_per_real: float = 1.0
) -> Rows:
    """Return the people needed for a safe release to pass a limit on the risk (F10)."""
    if not 0 <= rate < 1:
        raise ValueError("a risk needs a control rate below 1")
    z = Z95 + normal_quantile(power)
    return _rows(rate / (1 - rate), z / _distance(limit), holdout_per_real)


def rows_needed_tail(alpha: float, *, count: int = 10) -> int:
    """Return the holdout people needed before a tail is graded: 999 at 1 %, 9,999 at .1 %."""
    return ceil(count / alpha - 1 - 1e-9)


def trials_to_exclude(rate: float, *, level: float = 0.95) -> int:
    """Return the trials without a hit after which a rate is excluded: 299 for 1 %."""
    if not 0 < rate < 1:
        raise ValueError("a rate lies between 0 and 1")
    return ceil(log(1 - level) / log(1 - rate))


def _joint(k: int, influence: ArrayLike | None, correlation: ArrayLike | None) -> FloatArray:
    if influence is not None:
        joint = correlation_of(influence)
    elif correlation is not None:
        joint = np.asarray(correlation, dtype=np.float64)
    else:
        joint = np.eye(k)
    if joint.shape != (k, k):
        raise ValueError("the correlation must have one row and column per value")
    return joint


def _rows(variance: float, z_per_limit: float, holdout_per_real: float) -> Rows:
    if holdout_per_real <= 0:
        raise ValueError("there must be holdout people")
    real = variance * z_per_limit**2 * (1 + 1 / holdout_per_real)
    return Rows(ceil(real - 1e-9), ceil(real * holdout_per_real - 1e-9))


def _distance(distance: float) -> float:
    if distance <= 0:
        raise ValueError("the limit must lie beyond the null")
    return distance


def _sizes(n_real: int, n_holdout: int) -> None:
    if n_real < 1 or n_holdout < 1:
        raise ValueError("there must be real and holdout people")
