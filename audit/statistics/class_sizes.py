"""How large a class of the real people is, expected before anybody knows who is real."""

import numpy as np
from numpy.typing import NDArray

from audit.statistics.arrays import FloatArray


def expected_inverse_size(pooled: NDArray[np.int64], n_real: int, n_pool: int) -> FloatArray:
    """Return the mean of 1 / f for a real person whose class has so many people in the pool.

    f is how many real people the class has. Given that the person is real, the others of the class
    are real as a draw without replacement says, so f - 1 is hypergeometric and the mean of 1 / f is
    (1 - P(nobody of the class is real)) / (mean number of real people of the class). It depends on
    the pool alone: a number that is fixed per person before the labels are dealt.

    Parameters
    ----------
    pooled
        People of the pool in the class, >= 1, shape (n,).
    n_real, n_pool
        Real people, and real and holdout people together; 1 <= n_real <= n_pool.

    Raises
    ------
    ValueError
        If a class is empty or larger than the pool, or nobody is real.

    References
    ----------
    Skinner and Elliot (2002), J. R. Stat. Soc. B 64:855, section 2 (expected correct matches).
    """
    if not 1 <= n_real <= n_pool or (pooled.size and not 1 <= pooled.min() <= pooled.max()):
        raise ValueError("a class and the real people are at least one person")
    largest = int(pooled.max(initial=1))
    if largest > n_pool:
        raise ValueError("a class is no larger than the pool")
    drawn = np.arange(largest)
    # The chance that one more of the class is a holdout person, after all so far were.
    others = np.cumprod(np.maximum(n_pool - n_real - drawn, 0) / (n_pool - drawn))
    return np.asarray((1 - others[pooled - 1]) / (pooled * (n_real / n_pool)), dtype=np.float64)
