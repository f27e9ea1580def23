"""How far one sample of distances lies above another, in standard deviations."""

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from audit.statistics.roc import midranks


def mann_whitney_z(above: ArrayLike, below: ArrayLike) -> float:
    """Return the Mann-Whitney statistic of the first sample as a normal score.

    Positive where the first sample tends to be the larger, ties counting half. For sizes m and n
    this is (U - m n / 2) / sqrt(m n (m + n + 1) / 12), the Z_U of data-copying tests.

    References
    ----------
    Meehan, Chaudhuri and Dasgupta (2020), A Non-Parametric Test to Detect Data-Copying in
    Generative Models, AISTATS, section 4.
    """
    a, b = (np.asarray(x, dtype=np.float64).reshape(-1) for x in (above, below))
    m, n = a.size, b.size
    if min(m, n) == 0:
        raise ValueError("a sample is empty")
    u = float(midranks(np.concatenate([a, b]))[:m].sum()) - m * (m + 1) / 2
    return (u - m * n / 2) / sqrt(m * n * (m + n + 1) / 12)
