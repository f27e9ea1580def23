"""Learners that tell one column of a row from its others."""

from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from sklearn.ensemble import (
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.linear_model import Ridge

from audit.models.contrast import marks
from audit.space.points import FloatArray, IntArray, Points

_MOST_LEVELS = 200
_DIGITS = 9


class Effort(NamedTuple):
    """How much is grown."""

    trees: int
    rounds: int
    """Of boosting; a tree each."""


class Learner(StrEnum):
    """What a secret can be learnt by."""

    TREES = "trees"
    """Extremely randomised trees grown to the last record: they remember and they generalise."""
    BOOSTING = "boosting"
    """Gradient boosting: the median of a number, the chances of two classes."""
    LINEAR = "linear"
    """Least squares on numbers, their squares and marks of levels, one line per class."""


def class_chances(
    learner: Learner,
    learnt_from: Points,
    label: IntArray,
    judged: Points,
    *,
    n_classes: int,
    effort: Effort,
    seed: int,
) -> FloatArray:
    """Return how likely each class is for each judged row.

    Parameters
    ----------
    learnt_from, judged
        Known columns of the rows that are learnt from, and of those asked about.
    label
        Class of each row that is learnt from, 0 to n_classes - 1, shape (n_learnt,).
    effort
        How much is grown.
    seed
        Of the learner.

    Returns
    -------
    FloatArray
        float64 of shape (n_judged, n_classes), at least 0; rounded, so that no rounding error of a
        library decides a tie.
    """
    present = np.unique(label)
    chance = np.zeros((len(judged), n_classes))
    if present.size == 1:
        chance[:, present] = 1.0
        return chance
    if learner is Learner.LINEAR:
        found = _by_lines(learnt_from, label[:, None] == present, judged)
    else:
        if learner is Learner.TREES:
            model = ExtraTreesClassifier(effort.trees, max_features=0.5, random_state=seed % 2**32)
        else:
            model = HistGradientBoostingClassifier(**_boosting(learnt_from, effort, seed))
        model.fit(_columns(learnt_from), label)
        found = model.predict_proba(_columns(judged))
    chance[:, present] = np.round(found, _DIGITS)
    return chance


def middles(
    learnt_from: Points, values: FloatArray, judged: Points, *, effort: Effort, seed: int
) -> FloatArray:
    """Return the median of a number for each judged row by gradient boosting, shape (n_judged,).

    Parameters
    ----------
    values
        The number in each row that is learnt from, shape (n_learnt,), none missing.
    effort, seed
        As in `class_chances`.
    """
    known = np.unique(values)
    if known.size == 1:
        return np.full(len(judged), known[0])
    options = _boosting(learnt_from, effort, seed)
    model = HistGradientBoostingRegressor(loss="absolute_error", **options)
    # Ranks, so that no size of a number is too large; what lies between two values is the nearer.
    # Shaken by less than half a rank: what equals the median would pull upwards like all above it.
    shaken = np.searchsorted(known, values) + np.where(np.arange(values.size) % 2, 0.25, -0.25)
    model.fit(_columns(learnt_from), shaken)
    place = np.rint(np.round(model.predict(_columns(judged)), _DIGITS))
    return np.asarray(known[np.clip(place, 0, known.size - 1).astype(np.int64)], dtype=np.float64)


def _boosting(points: Points, effort: Effort, seed: int) -> dict[str, Any]:
    p = points.numbers.shape[1]
    return {
        "max_iter": effort.rounds,
        "learning_rate": 0.2,
        "max_leaf_nodes": 31,
        "min_samples_leaf": 5,
        "categorical_features": np.arange(p + points.codes.shape[1]) >= p,
        "early_stopping": False,
        "random_state": seed % 2**32,
    }


def _by_lines(learnt_from: Points, belongs: np.ndarray, judged: Points) -> FloatArray:
    levels = np.max([p.codes.max(axis=0, initial=0) for p in (learnt_from, judged)], axis=0)
    model = Ridge(alpha=1.0, solver="cholesky")
    model.fit(marks(learnt_from, levels), belongs.astype(np.float64))
    return np.asarray(np.maximum(model.predict(marks(judged, levels)), 0.0), dtype=np.float64)


def _columns(points: Points) -> FloatArray:
    # Levels beyond the learner's limit are folded together; that costs it a little sharpness.
    return np.hstack([points.numbers, ((points.codes + 1) % _MOST_LEVELS).astype(np.float64)])
