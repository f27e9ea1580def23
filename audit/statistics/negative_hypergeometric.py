"""How many real people stand above the j-th holdout person, if relabelling is all there is.

Put the pool in order of score. The number X of real people before the j-th holdout person is
negative hypergeometric. X >= x says the same as: at most j - 1 of the first x + j - 1 people are
holdout people, which is hypergeometric and extends to ties.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special
from scipy.stats import hypergeom

from audit.statistics.arrays import FloatArray
from audit.statistics.rates import Tails


def negative_hypergeometric_pmf(*, j: int, n_real: int, n_holdout: int) -> FloatArray:
    """Return P(X = t) for t = 0, ..., n_real, shape (n_real + 1,).

    Parameters
    ----------
    j
        Which holdout person from the top, 1 <= j <= n_holdout.
    n_real, n_holdout
        Number of people of each side.

    Raises
    ------
    ValueError
        If there is no j-th holdout person, or no real one.

    References
    ----------
    `attacks.md` C5: C(t+j-1, t) C(n_t-t+n_h-j, n_t-t) / C(n_t+n_h, n_t).
    """
    if n_real < 1 or not 1 <= j <= n_holdout:
        raise ValueError("there must be a real person and a j-th holdout person")
    t = np.arange(n_real + 1, dtype=np.float64)
    below = n_real - t
    logs = (
        _log_choose(t + (j - 1), t)
        + _log_choose(below + (n_holdout - j), below)
        - _log_choose(np.float64(n_real + n_holdout), np.float64(n_real))
    )
    return np.asarray(np.exp(logs), dtype=np.float64)


def negative_hypergeometric_sf(x: ArrayLike, *, j: int, n_real: int, n_holdout: int) -> FloatArray:
    """Return P(X >= x), elementwise.

    Parameters
    ----------
    x
        Counts, any shape; rounded up if not whole.
    j, n_real, n_holdout
        As in `negative_hypergeometric_pmf`.
    """
    pmf = negative_hypergeometric_pmf(j=j, n_real=n_real, n_holdout=n_holdout)
    # Summed from the far end, small tails keep their relative precision.
    tail = np.append(np.cumsum(pmf[::-1])[::-1], 0.0)
    where = np.clip(np.ceil(np.asarray(x, dtype=np.float64)), 0, n_real + 1).astype(np.int64)
    return np.asarray(np.where(where == 0, 1.0, np.minimum(tail[where], 1.0)))


def tail_count_tails(
    x: float, *, above: int, at: int, j: int, n_real: int, n_holdout: int
) -> Tails:
    """Return the exact relabelling tails of X where people tie at the threshold.

    The threshold is the j-th largest holdout score; `X = #real above + gamma #real at`, with
    gamma the part of the holdout people at the threshold that are needed to make up j.

    Parameters
    ----------
    x
        Observed value, not necessarily whole.
    above, at
        How many people of the **pool** score above the observed threshold, and exactly at it.
    j, n_real, n_holdout
        As in `negative_hypergeometric_pmf`.

    Notes
    -----
    A threshold at a higher score gives a smaller X and one at a lower score a larger X. What
    remains is the group at the threshold itself: with a holdout people above it and b in it
    (a < j <= a + b), X >= x is b <= at (j - a) / (x - above + j). So each tail is one
    hypergeometric probability plus one sum over a. `statistics.md` F2.
    """
    pool = n_real + n_holdout
    lower = float(hypergeom.cdf(j - 1, pool, n_holdout, above + at))
    # At least j holdout people above is at most above - j real ones: the same law, summed faster.
    higher = float(hypergeom.cdf(above - j, pool, n_real, above))
    a = np.arange(max(0, above - n_real), min(j - 1, above) + 1)
    weight = _hypergeometric_pmf(a.astype(np.float64), good=n_holdout, bad=n_real, drawn=above)
    # What is too rare to move the sums is left out: they are long, and nearly all of it is.
    a, weight = a[weight > 1e-30], weight[weight > 1e-30]
    most = at * (j - a) / (x - above + j)
    # Not frozen: to make a distribution object costs more than to ask it.
    law = pool - above, n_holdout - a, at
    none = hypergeom.cdf(j - a - 1, *law)
    small = hypergeom.cdf(np.floor(most + 1e-9), *law) - none
    large = 1 - hypergeom.cdf(np.ceil(most - 1e-9) - 1, *law)
    risky = lower + float(weight @ np.maximum(small, 0.0))
    safe = higher + float(weight @ np.clip(large, 0.0, 1 - none))
    return Tails(min(max(risky, 0.0), 1.0), min(max(safe, 0.0), 1.0))


def tail_count(alpha: float, n_holdout: int) -> int:
    """Return j, the number of holdout people that a false positive rate of alpha allows.

    A fresh person who was never in the data scores above the j-th holdout person with
    probability j / (n_holdout + 1) <= alpha.
    """
    if not 0 < alpha < 1 or n_holdout < 1:
        raise ValueError("a false positive rate lies strictly between 0 and 1")
    return int(np.floor(alpha * (n_holdout + 1) + 1e-9))


def _hypergeometric_pmf(k: FloatArray, *, good: int, bad: int, drawn: int) -> FloatArray:
    """Return the law of the good ones among those drawn, by gamma functions: quick for many k."""
    logs = (
        _log_choose(np.float64(good), k)
        + _log_choose(np.float64(bad), drawn - k)
        - _log_choose(np.float64(good + bad), np.float64(drawn))
    )
    return np.asarray(np.exp(logs), dtype=np.float64)


def _log_choose(n: FloatArray | np.float64, k: FloatArray | np.float64) -> FloatArray:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))
