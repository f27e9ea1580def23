"""How many wins among real people are significant, by Fisher's exact test, for every total."""

import numpy as np
from scipy import special

from audit.statistics.arrays import FloatArray, IntArray
from audit.statistics.rates import normal_quantile

_EXACT = 400
"""Up to so many wins in the pool their law is computed, beyond it is normal."""


def least_wins(n_pool: int, n_real: int, level: float) -> IntArray:
    """Return the fewest wins among real people whose p-value is at most `level`.

    Parameters
    ----------
    n_pool, n_real
        Number of people, and of real ones among them.
    level
        One-sided.

    Returns
    -------
    IntArray
        By number of wins in the whole pool, shape (n_pool + 1,). One more than there can be where
        no number is significant.

    References
    ----------
    Fisher's exact test, one-sided. From 400 wins and 400 losses on, the normal law with continuity
    correction: Cochran (1977), Sampling Techniques, theorem 2.2.
    """
    k = np.arange(n_pool + 1, dtype=np.float64)
    share = n_real / n_pool
    sd = np.sqrt(k * share * (1 - share) * (n_pool - k) / max(n_pool - 1, 1))
    least = np.ceil(k * share + normal_quantile(1 - level) * sd + 0.5)
    least = np.minimum(least, np.minimum(k, n_real) + 1)
    for wins in [*range(min(_EXACT, n_pool) + 1), *range(max(_EXACT, n_pool - _EXACT), n_pool + 1)]:
        least[wins] = _least_exactly(wins, n_pool, n_real, level)
    return np.asarray(least, dtype=np.int64)


def _least_exactly(wins: int, n_pool: int, n_real: int, level: float) -> int:
    first, last = max(0, wins - (n_pool - n_real)), min(wins, n_real)
    x = np.arange(first, last + 1, dtype=np.float64)
    logs = (
        _log_choose(float(n_real), x)
        + _log_choose(float(n_pool - n_real), wins - x)
        - _log_choose(float(n_pool), np.float64(wins))
    )
    tail = np.cumsum(np.exp(logs)[::-1])[::-1]
    rare = np.flatnonzero(tail <= level)
    return int(x[rare[0]]) if rare.size else last + 1


def _log_choose(n: float, k: FloatArray | np.float64) -> FloatArray:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))
