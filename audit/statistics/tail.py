"""How many real people an attack finds while it accuses almost nobody else.

The threshold is the j-th largest holdout score, j = floor(alpha (n_holdout + 1)): a fresh person
who was never in the data scores above it with probability `false_positive_rate` =
j / (n_holdout + 1), whatever the scores are. X real people stand above it; without a leak their
mean is n_real j / (n_holdout + 1), which is the reference of the ratio:

    tpr = X / n_real,    ratio = tpr / false_positive_rate = X (n_holdout + 1) / (n_real j).

If members exceed a level that others exceed with probability u with probability r u, then X and
j behave like two gamma variables and the ends of r follow from the F distribution. The ends of
`tpr` are those of the ratio times `false_positive_rate`, cut to [0, 1].
"""

from dataclasses import dataclass
from math import exp, inf, log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from audit.statistics.arrays import FloatArray, IntArray, as_scores
from audit.statistics.negative_hypergeometric import tail_count, tail_count_tails
from audit.statistics.rates import Z95, Ends, level_of

GRADED_FROM = 10
"""Fewer holdout people above the threshold are printed, never graded."""
SMALLEST_COUNT = 0.5
"""Stands for X = 0 where a logarithm is taken of the value."""


class LogEnds(NamedTuple):
    """Ends of the log ratio; the lower one does not exist where nobody was found."""

    low: float | None
    high: float


class TailCounts(NamedTuple):
    """Real people above the j-th holdout score, ties shared out; arrays of the shape of j."""

    threshold: FloatArray
    gamma: FloatArray
    """Part of those at the threshold that counts, so that exactly j holdout people do."""
    found: FloatArray
    """X, not necessarily whole."""


@dataclass(frozen=True, slots=True, eq=False)
class TailFit:
    """True positive rate at a small false positive rate, and its ratio to it."""

    found: float
    """X: real people above the threshold, ties shared out."""
    j: int
    """Holdout people above it."""
    n_real: int
    n_holdout: int
    has_ties: bool
    """Whether somebody else of the pool scores exactly the threshold."""
    p_risky: float
    p_safe: float
    influence: FloatArray
    """Share of each person in the error of the log ratio, real people first, shape
    (n_real + n_holdout,); for the dependence between attacks (`worst.critical_value`)."""

    @property
    def graded(self) -> bool:
        """Enough holdout people stand above the threshold for a limit to be applied."""
        return self.j >= GRADED_FROM

    @property
    def false_positive_rate(self) -> float:
        """What the threshold allows, j / (n_holdout + 1); the value of `tpr` without a leak."""
        return self.j / (self.n_holdout + 1)

    @property
    def tpr(self) -> float:
        """True positive rate."""
        return self.found / self.n_real

    @property
    def ratio(self) -> float:
        """True over false positive rate; 1 without a leak."""
        return self.tpr / self.false_positive_rate

    @property
    def log_ratio(self) -> float:
        """Natural logarithm of the ratio, with X at least 1/2 so that it is finite."""
        return log(max(self.found, SMALLEST_COUNT) / self.n_real / self.false_positive_rate)

    @property
    def se(self) -> float:
        """Standard error of the log ratio to first order."""
        return sqrt(1 / max(self.found, SMALLEST_COUNT) + 1 / self.j)

    def ratio_ends(self, z: float = Z95) -> Ends:
        """Return the ends of the ratio at the one-sided level of `z`."""
        return ratio_ends(self.found, self.j, self.n_real, self.n_holdout, z=z)

    def ends(self, z: float = Z95) -> LogEnds:
        """Return the ends of the log ratio; `low` is None where nobody was found."""
        low, high = self.ratio_ends(z)
        return LogEnds(min(log(low), self.log_ratio) if low > 0 else None, log(high))

    def tpr_ends(self, z: float = Z95) -> Ends:
        """Return the ends of `tpr`."""
        return tpr_ends_of(self.ends(z), self)


def tpr_ends_of(ends: LogEnds, fit: TailFit) -> Ends:
    """Turn ends of the log ratio into ends of `tpr`, cut to [0, 1]."""
    rate = fit.false_positive_rate
    low = 0.0 if ends.low is None else min(rate * exp(ends.low), fit.tpr)
    return Ends(low, max(min(rate * exp(ends.high), 1.0), fit.tpr))


def ratio_ends(found: float, j: int, n_real: int, n_holdout: int, *, z: float = Z95) -> Ends:
    """Return the ends of the ratio of true to false positive rate.

    Parameters
    ----------
    found
        X >= 0, not necessarily whole.
    j
        Holdout people above the threshold, >= 1.
    n_real, n_holdout
        Number of people of each side.
    z
        Normal quantile of the one-sided level of each end.

    Notes
    -----
    With F the quantile at that level, r_high = (X+1)(n_h+1)/(n_t j) F(2(X+1), 2j) and
    r_low = X(n_h+1)/(n_t j) / F(2j, 2X), 0 where X = 0; F(2a, 2b) a/b = y/(1-y) with y the
    quantile of the beta(a, b) distribution.

    References
    ----------
    DESIGN section 4, point 5; `statistics.md` F12.
    """
    if found < 0 or not 1 <= j <= n_holdout or n_real < 1:
        raise ValueError("there must be j holdout people above the threshold, and X >= 0")
    level = level_of(z)
    scale = (n_holdout + 1) / n_real
    # The quantile of beta(j, X + 1) at 1 - level is 1 - y, without cancellation.
    rest = float(special.betaincinv(j, found + 1, 1 - level))
    high = scale * (1 - rest) / rest if rest > 0 else inf
    y = float(special.betaincinv(found, j, 1 - level)) if found > 0 else 0.0
    return Ends(scale * y / (1 - y), high)


def fit_tail(real: ArrayLike, holdout: ArrayLike, *, alpha: float) -> TailFit | None:
    """Measure the true positive rate at false positive rate `alpha`.

    Parameters
    ----------
    real, holdout
        Scores, larger is more likely a member, shapes (n_real,) and (n_holdout,).
    alpha
        Nominal false positive rate, 0 < alpha < 1.

    Returns
    -------
    TailFit or None
        None where the holdout cannot resolve alpha (j < 1): never interpolated. Its p-values are
        exact: negative hypergeometric without ties at the threshold, extended to ties by
        `tail_count_tails`.

    Raises
    ------
    ValueError
        If an arm is empty or holds NaN, or alpha is out of range.

    References
    ----------
    `attacks.md` C5, corrected by `statistics.md` F2 and F12 and DESIGN section 4, point 5.
    """
    s_real, s_holdout = as_scores(real), as_scores(holdout)
    j = tail_count(alpha, s_holdout.size)
    if j < 1:
        return None
    counts = tail_counts(s_real, s_holdout, at=np.array([j]))
    threshold, gamma, found = (float(c[0]) for c in counts)
    pool = np.concatenate([s_real, s_holdout])
    above, at = int((pool > threshold).sum()), int((pool == threshold).sum())
    tails = tail_count_tails(
        found, above=above, at=at, j=j, n_real=s_real.size, n_holdout=s_holdout.size
    )
    inside = (pool > threshold) + gamma * (pool == threshold)
    return TailFit(
        found=found,
        j=j,
        n_real=s_real.size,
        n_holdout=s_holdout.size,
        has_ties=at > 1,
        p_risky=tails.risky,
        p_safe=tails.safe,
        influence=_influence(inside, found, j, s_real.size),
    )


def tail_counts(real: FloatArray, holdout: FloatArray, *, at: IntArray) -> TailCounts:
    """Return how many real people stand above the j-th holdout score, for each j in `at`.

    With ties, everybody at the threshold counts by the part of the holdout people there that is
    needed to make up j: TPR = P(s > tau) + gamma P(s = tau).

    Raises
    ------
    ValueError
        If there is no j-th holdout person for a j.
    """
    if at.size == 0 or at.min() < 1 or at.max() > holdout.size:
        raise ValueError("there must be a j-th holdout person")
    ordered, members = np.sort(holdout), np.sort(real)
    threshold = ordered[holdout.size - at]
    above = holdout.size - np.searchsorted(ordered, threshold, side="right")
    tied = holdout.size - np.searchsorted(ordered, threshold, side="left") - above
    gamma = (at - above) / tied
    members_above = real.size - np.searchsorted(members, threshold, side="right")
    members_at = real.size - np.searchsorted(members, threshold, side="left") - members_above
    return TailCounts(threshold, gamma, members_above + gamma * members_at)


def _influence(inside: FloatArray, found: float, j: int, n_real: int) -> FloatArray:
    """Return the derivative of log X - log j with respect to each person.

    The threshold moves with the holdout people; where the tail is lifted in proportion, X moves
    with it one to one on the logarithmic scale.
    """
    members, others = inside[:n_real], inside[n_real:]
    return np.concatenate(
        [
            (members - members.mean()) / max(found, SMALLEST_COUNT),
            -(others - others.mean()) / j,
        ]
    )
