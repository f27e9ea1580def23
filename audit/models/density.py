"""Kernel densities from distances, on the logarithmic scale, without floors.

The kernel of a Euclidean distance is Gaussian, that of a Gower distance is Laplace's: both are
products over the columns, for a category one that gives every mismatch the same penalty (Aitchison
and Aitken 1976). What the two densities of a ratio have in common, the constant of the kernel, is
left out.
"""

import numpy as np
from numpy.typing import NDArray

from audit.space.points import FloatArray, Metric


def log_kernel(distances: FloatArray, *, width: float, metric: Metric) -> FloatArray:
    """Return the logarithm of the kernel, 0 at distance 0; any shape."""
    scaled = distances / width
    if metric is Metric.L1:
        return np.asarray(-scaled, dtype=np.float64)
    return np.asarray(-0.5 * scaled * scaled, dtype=np.float64)


def log_sum(logs: FloatArray, weights: NDArray[np.float64] | None = None) -> FloatArray:
    """Return log(sum of weights * exp(logs)) over the last axis; minus infinity for nothing.

    Parameters
    ----------
    logs
        float64 of shape (..., q).
    weights
        At least 0, of a shape that broadcasts with `logs`.
    """
    counted = logs if weights is None else np.where(weights > 0, logs, -np.inf)
    top = counted.max(axis=-1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    parts = np.exp(counted - top)
    total = (parts if weights is None else parts * weights).sum(axis=-1)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(total) + top[..., 0], dtype=np.float64)
