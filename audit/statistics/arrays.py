"""What may enter a formula: arrays without NaN, people on both sides."""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


def as_scores(values: ArrayLike) -> FloatArray:
    """Return one number per person as float64 of shape (n,), n >= 1.

    Infinite scores are allowed (an empty neighbourhood has one): only their order counts.

    Raises
    ------
    ValueError
        If the array is empty, not one-dimensional, or holds NaN.
    """
    scores = np.asarray(values, dtype=np.float64)
    if scores.ndim != 1 or scores.size == 0:
        raise ValueError("scores must be one number per person, of at least one person")
    if np.isnan(scores).any():
        raise ValueError("scores must not be NaN")
    return scores


def as_outcomes(values: ArrayLike) -> FloatArray:
    """Return finite outcomes, one per person, as float64 of shape (n,), n >= 2.

    Raises
    ------
    ValueError
        If fewer than two people stand behind them, or one is not finite.
    """
    outcomes = as_scores(values)
    if outcomes.size < 2:
        raise ValueError("outcomes must come from at least two people")
    if not np.isfinite(outcomes).all():
        raise ValueError("outcomes must be finite")
    return outcomes


def as_labels(is_real: ArrayLike) -> BoolArray:
    """Return who of the pool is real as bool of shape (n_pool,), with people on both sides.

    Raises
    ------
    ValueError
        If one side is empty.
    """
    labels = np.asarray(is_real, dtype=np.bool_)
    if labels.ndim != 1 or not labels.any() or labels.all():
        raise ValueError("the pool must hold real and holdout people")
    return labels
