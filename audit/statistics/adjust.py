"""The difference between real and holdout people, sharpened by what is known of both.

Covariates that do not know who is real (the level of the secret, how well neighbours agree)
explain part of why people differ. One regression per arm, centred at the mean of the pool,
removes that part without moving what is estimated.
"""

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from audit.statistics.arrays import FloatArray, as_outcomes
from audit.statistics.rates import Z95, Ends, difference_ends

PEOPLE_PER_COVARIATE = 20
"""A covariate is used for at least so many people of the smaller arm."""
FEWEST_UNLIKE = 30
"""In each arm so many people must differ from the commonest value of a covariate."""
NARROWEST = 0.25
"""A covariate may shrink an interval to this part, not to nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """Mean of real people minus mean of holdout people."""

    value: float
    se: float
    influence: FloatArray
    """Share of each person in the error: real people first, then holdout people, shape
    (n_real + n_holdout,); sums to zero within each arm, its squares sum to about se ** 2."""
    adjusted: bool
    """Whether at least one covariate could be used."""

    def ends(self, z: float = Z95) -> Ends:
        """Return the normal ends; for a yes-or-no outcome see `fit_excess`."""
        return Ends(self.value - z * self.se, self.value + z * self.se)


@dataclass(frozen=True, slots=True, eq=False)
class Excess:
    """Attack rate minus control rate of a yes-or-no outcome."""

    value: float
    se: float
    influence: FloatArray
    """As in `Difference`."""
    adjusted: bool
    hits: tuple[int, int, int, int]
    """k_real, n_real, k_holdout, n_holdout."""
    width: float
    """Standard error after adjustment, as a part of the one before."""

    def ends(self, z: float = Z95) -> Ends:
        """Return ends within [-1, 1]: score ends, shrunk by what the covariates explain."""
        plain = difference_ends(*self.hits, z=z)
        k_real, n_real, k_holdout, n_holdout = self.hits
        raw = k_real / n_real - k_holdout / n_holdout
        low = max(self.value - self.width * (raw - plain.low), -1.0)
        high = min(self.value + self.width * (plain.high - raw), 1.0)
        return Ends(min(low, self.value), max(high, self.value))


def adjusted_difference(
    real: ArrayLike,
    holdout: ArrayLike,
    *,
    x_real: ArrayLike | None = None,
    x_holdout: ArrayLike | None = None,
) -> Difference:
    """Return the difference of means, adjusted by covariates that do not know who is real.

    Parameters
    ----------
    real, holdout
        Outcomes, one per person, shapes (n_real,) and (n_holdout,), at least two each.
    x_real, x_holdout
        Covariates of the same people, shapes (n_real, p) and (n_holdout, p) or one-dimensional,
        the most telling first. A covariate that is (nearly) constant, follows from earlier ones
        in either arm, or has too few people behind it, is left out.

    Returns
    -------
    Difference
        Standard errors are heteroscedasticity-robust (HC2); without a covariate that is the
        usual two-sample standard error.

    Raises
    ------
    ValueError
        If an arm has fewer than two people, a number is not finite, or shapes disagree.

    References
    ----------
    Lin (2013), Ann. Appl. Stat. 7:295 (regression per arm, covariates centred at the mean of the
    pool); MacKinnon and White (1985), J. Econometrics 29:305 (HC2); `statistics.md` F10.
    """
    y_real, y_holdout = as_outcomes(real), as_outcomes(holdout)
    x = _covariates(x_real, x_holdout, y_real.size, y_holdout.size)
    x = x[:, _usable(x, y_real.size)]
    arm_real = _fit_arm(y_real, x[: y_real.size])
    arm_holdout = _fit_arm(y_holdout, x[y_real.size :])
    influence = np.concatenate([arm_real.influence, -arm_holdout.influence])
    return Difference(
        value=arm_real.mean - arm_holdout.mean,
        se=sqrt(arm_real.variance + arm_holdout.variance),
        influence=influence,
        adjusted=x.shape[1] > 0,
    )


def fit_excess(
    real: ArrayLike,
    holdout: ArrayLike,
    *,
    x_real: ArrayLike | None = None,
    x_holdout: ArrayLike | None = None,
) -> Excess:
    """Return attack rate minus control rate with ends that hold at 0 and at n.

    The score interval of the plain difference is kept in shape and multiplied by the ratio of
    the standard errors with and without adjustment (never below `NARROWEST`, never above 1).

    Parameters
    ----------
    real, holdout, x_real, x_holdout
        As in `adjusted_difference`; outcomes are 0 or 1.

    Raises
    ------
    ValueError
        As there, or if an outcome is neither 0 nor 1.
    """
    y_real, y_holdout = as_outcomes(real), as_outcomes(holdout)
    if not (np.isin(y_real, (0, 1)).all() and np.isin(y_holdout, (0, 1)).all()):
        raise ValueError("an attack is won or lost: outcomes must be 0 or 1")
    plain = adjusted_difference(y_real, y_holdout)
    fit = adjusted_difference(y_real, y_holdout, x_real=x_real, x_holdout=x_holdout)
    if fit.se >= plain.se:
        # Covariates that explain nothing cost precision; which estimate to take is decided by
        # two numbers that are symmetric in who is real.
        fit = plain
    return Excess(
        value=fit.value,
        se=fit.se,
        influence=fit.influence,
        adjusted=fit.adjusted,
        hits=(int(y_real.sum()), y_real.size, int(y_holdout.sum()), y_holdout.size),
        width=max(fit.se / plain.se, NARROWEST) if plain.se > 0 else 1.0,
    )


class _Arm(NamedTuple):
    mean: float
    variance: float
    influence: FloatArray


def _fit_arm(y: FloatArray, x: FloatArray) -> _Arm:
    """Regress on centred covariates; the intercept is the mean at the mean of the pool."""
    if np.ptp(y) == 0:
        return _Arm(float(y[0]), 0.0, np.zeros(y.size))
    q, r = np.linalg.qr(np.column_stack([np.ones(y.size), x]))
    first = np.zeros(r.shape[0])
    first[0] = 1.0
    weights = q @ np.linalg.solve(r.T, first)
    residuals = y - q @ (q.T @ y)
    slack = np.maximum(1 - (q * q).sum(axis=1), 1e-9)
    influence = weights * residuals / np.sqrt(slack)
    return _Arm(float(weights @ y), float(influence @ influence), influence - influence.mean())


def _covariates(
    x_real: ArrayLike | None, x_holdout: ArrayLike | None, n_real: int, n_holdout: int
) -> FloatArray:
    """Return the covariates of the pool, centred and scaled, shape (n_pool, p)."""
    if x_real is None and x_holdout is None:
        return np.empty((n_real + n_holdout, 0))
    if x_real is None or x_holdout is None:
        raise ValueError("covariates are needed for both arms")
    arms = [np.asarray(x, dtype=np.float64) for x in (x_real, x_holdout)]
    arms = [a[:, None] if a.ndim == 1 else a for a in arms]
    shapes_agree = arms[0].ndim == arms[1].ndim == 2 and arms[0].shape[1] == arms[1].shape[1]
    if not shapes_agree or (arms[0].shape[0], arms[1].shape[0]) != (n_real, n_holdout):
        raise ValueError("covariates must have one row per person and the same columns")
    x = np.concatenate(arms)
    if not np.isfinite(x).all():
        raise ValueError("covariates must be finite")
    x = x - x.mean(axis=0)
    spread = np.sqrt((x * x).mean(axis=0))
    return np.asarray(x / np.where(spread > 0, spread, 1.0), dtype=np.float64)


def _usable(x: FloatArray, n_real: int) -> list[int]:
    """Return the columns that add a direction in both arms, in order."""
    arms = [x[:n_real], x[n_real:]]
    most = min(len(a) for a in arms) // PEOPLE_PER_COVARIATE
    bases = [np.full((len(a), 1), 1 / sqrt(len(a))) for a in arms]
    kept: list[int] = []
    for column in range(x.shape[1]):
        if len(kept) >= most:
            break
        one = _rest(arms[0][:, column], bases[0])
        other = _rest(arms[1][:, column], bases[1])
        if one is None or other is None:
            continue
        bases = [np.column_stack([bases[0], one]), np.column_stack([bases[1], other])]
        kept.append(column)
    return kept


def _rest(column: FloatArray, basis: FloatArray) -> FloatArray | None:
    """Return the unit direction that `column` adds to `basis`, None if it adds none."""
    _, counts = np.unique(column, return_counts=True)
    if column.size - counts.max() < FEWEST_UNLIKE:
        return None
    rest = column
    for _ in range(2):  # twice is enough for orthogonality in floating point
        rest = rest - basis @ (basis.T @ rest)
    size = float(np.linalg.norm(rest))
    return rest / size if size > 1e-6 * sqrt(column.size) else None
