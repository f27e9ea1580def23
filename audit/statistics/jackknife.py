"""Errors where neither the person nor the predicate can be resampled.

Where uniqueness or nearest neighbours decide, a bootstrap makes twins and thereby matches.
Leaving out one group of people at a time makes none.
"""

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from audit.statistics.arrays import FloatArray, as_outcomes

FEWEST_GROUPS = 50


class Jackknife(NamedTuple):
    """Standard error from leaving out groups."""

    se: float
    influence: FloatArray
    """Share of each group in the error, shape (G,); sums to zero, its squares to se ** 2."""


def delete_a_group(values_without_group: ArrayLike) -> Jackknife:
    """Return the error of a statistic from its values without one group of people each.

    Parameters
    ----------
    values_without_group
        Shape (G,): the statistic computed on everybody except group g. Groups are random, of
        equal size, cut from real and holdout people alike; G >= 50.

    Raises
    ------
    ValueError
        If there are fewer than 50 groups or a value is not finite.

    References
    ----------
    Kott (2001), J. Official Statistics 17:521 (delete-a-group jackknife); `statistics.md` F17.
    """
    values = as_outcomes(values_without_group)
    groups = values.size
    if groups < FEWEST_GROUPS:
        raise ValueError(f"at least {FEWEST_GROUPS} groups are needed")
    if np.ptp(values) == 0:
        return Jackknife(0.0, np.zeros(groups))
    influence = -(values - values.mean()) * sqrt((groups - 1) / groups)
    return Jackknife(float(np.sqrt(influence @ influence)), influence)
