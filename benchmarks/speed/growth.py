"""How time grows with size, and how much of the hardware is used."""

import time
from math import log, nan

import numpy as np

_SIDE = 4_096


def exponent(small: int, seconds_small: float, large: int, seconds_large: float) -> float:
    """Return p where time grows as size to the power p between two sizes.

    2 is what comparing everybody with everybody takes; NaN if a time is missing.
    """
    if not (seconds_small > 0 and seconds_large > 0):
        return nan
    return log(seconds_large / seconds_small) / log(large / small)


def gemm_peak(*, side: int = _SIDE, tries: int = 3) -> float:
    """Return the rate of the fastest of several float32 matrix products, in FLOP per second."""
    rng = np.random.default_rng(0)
    a, b = (rng.random((side, side), dtype=np.float32) for _ in range(2))
    out = np.empty_like(a)
    np.matmul(a, b, out=out)
    best = 0.0
    for _ in range(tries):
        start = time.perf_counter()
        np.matmul(a, b, out=out)
        best = max(best, 2 * side**3 / (time.perf_counter() - start))
    return best


def share_of_peak(*, pairs: float, dimensions: int, seconds: float, peak: float) -> float:
    """Return the rate of equivalent work as a share of the peak.

    The equivalent work is that of the matrix product which gives all distances between one-hot
    rows: 2 d operations for each pair. Whoever avoids work can reach more than 1.

    Parameters
    ----------
    pairs
        Rows asked times rows searched.
    dimensions
        Columns of the one-hot matrix.
    peak
        FLOP per second, from `gemm_peak`.
    """
    return 2 * dimensions * pairs / seconds / peak
