"""Many tests at once."""

import numpy as np
from numpy.typing import ArrayLike

from audit.statistics.arrays import FloatArray
from audit.statistics.rates import normal_quantile


def holm(p_values: ArrayLike) -> FloatArray:
    """Return p-values adjusted for having tested them all, in the given order.

    Rejecting where the adjusted value is at most a level keeps the probability of even one
    false rejection at most at that level, whatever the dependence.

    Parameters
    ----------
    p_values
        Shape (k,), each within [0, 1]; k may be 0.

    Raises
    ------
    ValueError
        If a value is not a probability.

    References
    ----------
    Holm (1979), Scand. J. Stat. 6:65.
    """
    p = np.asarray(p_values, dtype=np.float64).reshape(-1)
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("a p-value lies between 0 and 1")
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def bonferroni_level(comparisons: int, *, level: float = 0.95) -> float:
    """Return the level of each of several ends that hold together at `level`."""
    if comparisons < 1:
        raise ValueError("there must be at least one comparison")
    return 1 - (1 - level) / comparisons


def bonferroni_z(comparisons: int, *, level: float = 0.95) -> float:
    """Return the normal quantile of `bonferroni_level`."""
    return normal_quantile(bonferroni_level(comparisons, level=level))
