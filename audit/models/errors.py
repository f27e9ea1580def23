"""How badly each column of a row is predicted from its other columns."""

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from audit.space.points import FloatArray, IntArray, Points

_MOST_CLASSES = 30
TREES = 5
SMALLEST_LEAF = 2


def column_errors(learnt_from: Points, judged: Points, *, seed: int) -> FloatArray:
    """Return the error of a model of each column, fitted on one table, on the rows of another.

    Parameters
    ----------
    learnt_from, judged
        Points of one encoding with the numbers scaled to about 0..1.
    seed
        Of the learners.

    Returns
    -------
    FloatArray
        Absolute error of each number and 1 - probability of the true level of each category,
        float64 of shape (n_judged, numbers + categories).
    """
    p = judged.numbers.shape[1]
    columns = [_number_error(j, learnt_from, judged, seed) for j in range(p)]
    columns += [_level_error(j, learnt_from, judged, seed) for j in range(_categories(judged))]
    return np.column_stack(columns)


def _categories(points: Points) -> int:
    """Return how many codes are categories; the others mark missing numbers, one for each."""
    return int(points.codes.shape[1] - points.numbers.shape[1])


def _features(points: Points, without: list[int]) -> NDArray[np.float32]:
    both = np.hstack([points.numbers, points.codes.astype(np.float64)])
    return np.delete(both, without, axis=1).astype(np.float32)


def _number_error(j: int, learnt_from: Points, judged: Points, seed: int) -> FloatArray:
    model = ExtraTreesRegressor(
        TREES, min_samples_leaf=SMALLEST_LEAF, max_features=0.5, random_state=(seed + j) % 2**32
    )
    p = judged.numbers.shape[1]
    without = [j, p + _categories(judged) + j]
    features = _features(learnt_from, without)
    if features.shape[1] == 0:
        found = learnt_from.numbers[:, j].mean()
        return np.asarray(np.abs(judged.numbers[:, j] - found), dtype=np.float64)
    model.fit(features, learnt_from.numbers[:, j])
    found = model.predict(_features(judged, without))
    return np.asarray(np.abs(judged.numbers[:, j] - found), dtype=np.float64)


def _level_error(j: int, learnt_from: Points, judged: Points, seed: int) -> FloatArray:
    known, count = np.unique(learnt_from.codes[:, j], return_counts=True)
    classes = np.sort(known[np.argsort(-count, kind="stable")[:_MOST_CLASSES]])
    label, truth = (_class(p.codes[:, j], classes) for p in (learnt_from, judged))
    without = [judged.numbers.shape[1] + j]
    features = _features(learnt_from, without)
    if features.shape[1] == 0 or np.unique(label).size == 1:
        return np.asarray(1.0 - np.isin(truth, label), dtype=np.float64)
    model = ExtraTreesClassifier(
        TREES, min_samples_leaf=SMALLEST_LEAF, max_features=0.5, random_state=(seed - j) % 2**32
    )
    model.fit(features, label)
    chance = np.zeros((len(judged), classes.size + 1))
    chance[:, model.classes_] = model.predict_proba(_features(judged, without))
    return np.asarray(1.0 - chance[np.arange(len(judged)), truth], dtype=np.float64)


def _class(codes: IntArray, classes: IntArray) -> IntArray:
    """Return which class a level is; levels that are rare or unknown share the last one."""
    at = np.minimum(np.searchsorted(classes, codes), classes.size - 1)
    return np.where(classes[at] == codes, at, classes.size)
