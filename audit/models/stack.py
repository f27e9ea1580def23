"""Many rankings combined by a learner that is told who was a member, for half of the people."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from audit.space.points import FloatArray

_DIGITS = 9
_STRENGTH = 0.1
"""Inverse penalty: rankings of the same people are nearly the same, and few people may be told."""


def stacked_scores(
    ranks: FloatArray, is_real: NDArray[np.bool_], told: NDArray[np.bool_]
) -> FloatArray:
    """Return how real everybody looks to a logistic regression fitted on those who are told.

    Parameters
    ----------
    ranks
        Part of the pool that each attack ranks below a person, between 0 and 1, shape (n, K).
    is_real
        Shape (n,); looked at only where `told`.
    told
        Whose label the learner sees, shape (n,).

    Returns
    -------
    FloatArray
        Shape (n,). Rounded, so that no rounding error of a library decides a tie.
    """
    # The far end of a ranking is where members are told apart if few are.
    features = np.hstack([ranks, -np.log(np.clip(1 - ranks, 1e-9, None))])
    centre, spread = features.mean(axis=0), features.std(axis=0)
    moves = spread > 0
    if not moves.any():
        return np.zeros(len(ranks))
    scaled = (features[:, moves] - centre[moves]) / spread[moves]
    model = LogisticRegression(C=_STRENGTH, max_iter=500, class_weight="balanced")
    model.fit(scaled[told], is_real[told])
    found = model.decision_function(scaled)
    return np.asarray(np.round(found, _DIGITS), dtype=np.float64)
