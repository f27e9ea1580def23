"""How well scores tell real from holdout people, over all thresholds and in the far tail.

The AUC is here; the tail, the advantage and the lower bound of epsilon have files of their own
and can be imported from here.
"""

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from audit.statistics.arrays import FloatArray, as_scores
from audit.statistics.negative_hypergeometric import (
    negative_hypergeometric_pmf,
    negative_hypergeometric_sf,
    tail_count,
)
from audit.statistics.privacy_loss import (
    Advantage,
    EpsilonBound,
    epsilon_from_counts,
    epsilon_lower,
    fit_advantage,
)
from audit.statistics.rank_sum import null_sd, rank_sum_tails
from audit.statistics.rates import Z95, Ends, level_of
from audit.statistics.tail import LogEnds, TailFit, fit_tail, ratio_ends, tail_counts

__all__ = [
    "Advantage",
    "AucFit",
    "EpsilonBound",
    "LogEnds",
    "RocPoints",
    "TailFit",
    "auc",
    "epsilon_from_counts",
    "epsilon_lower",
    "fit_advantage",
    "fit_auc",
    "fit_tail",
    "midranks",
    "negative_hypergeometric_pmf",
    "negative_hypergeometric_sf",
    "ratio_ends",
    "roc_points",
    "tail_count",
]


class RocPoints(NamedTuple):
    """Points of the curve; shapes (number of counts,)."""

    fpr: FloatArray
    tpr: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class AucFit:
    """Probability that a real person scores above a holdout person, ties counted half."""

    value: float
    se: float
    influence: FloatArray
    """Share of each person in the error: real people first, then holdout people, shape
    (n_real + n_holdout,); sums to zero within each arm, its squares sum to se ** 2."""
    null_se: float
    """Standard deviation under relabelling, ties taken into account."""
    p_risky: float
    p_safe: float
    n_real: int
    n_holdout: int

    def ends(self, z: float = Z95) -> Ends:
        """Return ends within [0, 1] at the one-sided level of `z`.

        Normal on the logit scale. Near 0 and 1, and where all scores are equal, they are at least
        as wide as an exact bound: among min(n_real, n_holdout) disjoint pairs of people, which
        are independent, an outcome that none of them showed has a probability of at most
        1 - (1 - level) ** (1 / pairs). They lie beyond 1/2 only where the exact test says so: with
        few people who are told apart at all, DeLong's error is too small.
        """
        unseen = 1 - (1 - level_of(z)) ** (1 / min(self.n_real, self.n_holdout))
        if self.se == 0:
            # All pairs agree (0 or 1) or all are tied (1/2): DeLong's variance is 0 only there.
            half = unseen if self.value in (0.0, 1.0) else unseen / 2
            return self._tested(self.value - half, self.value + half, z)
        odds = log(self.value / (1 - self.value))
        step = z * self.se / (self.value * (1 - self.value))
        low, high = _expit(odds - step), _expit(odds + step)
        return self._tested(min(low, 1 - unseen, self.value), max(high, unseen, self.value), z)

    def _tested(self, low: float, high: float, z: float) -> Ends:
        error = 1 - level_of(z)
        if self.p_risky > error:
            low = min(low, 0.5)
        if self.p_safe > error:
            high = max(high, 0.5)
        return Ends(max(low, 0.0), min(high, 1.0))


def midranks(values: ArrayLike) -> FloatArray:
    """Return ranks from 1, ties averaged, shape (n,)."""
    return np.asarray(rankdata(as_scores(values), method="average"), dtype=np.float64)


def auc(real: ArrayLike, holdout: ArrayLike) -> float:
    """Return the area under the curve, ties counted half, in O(n log n).

    Parameters
    ----------
    real, holdout
        Scores, larger is more likely a member, shapes (n_real,) and (n_holdout,).

    Raises
    ------
    ValueError
        If an arm is empty or holds NaN.
    """
    s_real, s_holdout = as_scores(real), as_scores(holdout)
    ranks = midranks(np.concatenate([s_real, s_holdout]))
    n = s_real.size
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * s_holdout.size))


def fit_auc(real: ArrayLike, holdout: ArrayLike) -> AucFit:
    """Measure the AUC with its error, its ends and its exact null law.

    Parameters
    ----------
    real, holdout
        Scores, larger is more likely a member, shapes (n_real,) and (n_holdout,).

    Raises
    ------
    ValueError
        If an arm is empty or holds NaN.

    References
    ----------
    DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44:837; Sun and Xu (2014), IEEE SPL
    21:1389 (midranks); Pepe (2003), section 5.2 (logit scale); `attacks.md` C3.
    """
    s_real, s_holdout = as_scores(real), as_scores(holdout)
    n, m = s_real.size, s_holdout.size
    pooled = midranks(np.concatenate([s_real, s_holdout]))
    # For a real person the part of the holdout below it, for a holdout person the part of the
    # real people above it; both have the AUC as their mean.
    beaten = (pooled[:n] - midranks(s_real)) / m
    beaten_by = 1 - (pooled[n:] - midranks(s_holdout)) / n
    value = float((pooled[:n].sum() - n * (n + 1) / 2) / (n * m))
    influence = np.concatenate([_centred(beaten), _centred(beaten_by)])
    variance = _variance(beaten, value) + _variance(beaten_by, value)
    tails = rank_sum_tails(pooled, n)
    return AucFit(
        value=value,
        se=sqrt(variance),
        influence=influence,
        null_se=null_sd(pooled, n),
        p_risky=tails.risky,
        p_safe=tails.safe,
        n_real=n,
        n_holdout=m,
    )


def roc_points(real: ArrayLike, holdout: ArrayLike, *, at: ArrayLike) -> RocPoints:
    """Return points of the curve where j holdout people stand above, for each j in `at`.

    Nothing is drawn below j = 1 and nothing between two counts: what the holdout cannot resolve
    is not shown. The rates are those of `fit_tail`.

    Raises
    ------
    ValueError
        If an arm is empty or holds NaN, or there is no j-th holdout person.
    """
    s_real, s_holdout = as_scores(real), as_scores(holdout)
    j = np.asarray(at, dtype=np.int64).reshape(-1)
    counts = tail_counts(s_real, s_holdout, at=j)
    return RocPoints(j / (s_holdout.size + 1), counts.found / s_real.size)


def _centred(parts: FloatArray) -> FloatArray:
    n = parts.size
    return np.asarray((parts - parts.mean()) / sqrt(n * max(n - 1, 1)), dtype=np.float64)


def _variance(parts: FloatArray, value: float) -> float:
    """Return the variance of the mean; that of one person alone is bounded, not estimated."""
    n = parts.size
    if n == 1:
        return value * (1 - value)
    gaps = parts - parts.mean()
    variance = float(gaps @ gaps) / (n * (n - 1))
    # All equal up to rounding is all equal.
    return variance if variance > 1e-20 else 0.0


def _expit(x: float) -> float:
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))
