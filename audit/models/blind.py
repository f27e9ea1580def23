"""Can real and holdout people be told apart without looking at the release?

If they can, every comparison of the two is confounded: what an attack finds may be the difference
of the groups and no leak at all (Das et al., Blind Baselines Beat Membership Inference Attacks,
arXiv 2406.16201).
"""

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from audit.models.threads import one_thread
from audit.statistics.roc import midranks

FOLDS = 5
_MOST_LEVELS = 200
_LARGEST = 2.0**800


def blind_scores(
    numbers: NDArray[np.float64],
    codes: NDArray[np.int64],
    is_real: NDArray[np.bool_],
    *,
    fold: NDArray[np.int64],
    seed: int,
) -> NDArray[np.float64]:
    """Return for each row how real it looks to a model that never saw it.

    Parameters
    ----------
    numbers
        float64 of shape (n, p), NaN where missing.
    codes
        int64 of shape (n, q), -1 where missing.
    is_real
        bool of shape (n,).
    fold
        0 to FOLDS - 1 for each row; rows of one person share a fold.
    seed
        Of the learner.

    Returns
    -------
    NDArray[np.float64]
        Part of the row's fold that looks less real, of shape (n,); one half where the model had
        nothing to learn from.
    """
    # Levels beyond the learner's limit are folded together; that costs it a little sharpness.
    nominal = np.where(codes < 0, np.nan, codes % _MOST_LEVELS).astype(np.float64)
    features = np.hstack([_summable(numbers), nominal])
    categorical = np.arange(features.shape[1]) >= numbers.shape[1]
    scores = np.full(is_real.size, 0.5)
    for k in range(FOLDS):
        held_out = fold == k
        # A column without any value says nothing, and the learner refuses it.
        told = ~np.isnan(features[~held_out]).all(axis=0)
        if not held_out.any() or not told.any() or np.unique(is_real[~held_out]).size < 2:
            continue
        model = HistGradientBoostingClassifier(
            max_iter=60,
            learning_rate=0.1,
            max_leaf_nodes=15,
            min_samples_leaf=40,
            categorical_features=categorical[told],
            early_stopping=False,
            random_state=seed % 2**32,
        )
        with one_thread():
            model.fit(features[~held_out][:, told], is_real[~held_out])
            found = model.decision_function(features[held_out][:, told])
        # Each fold has its own intercept; ranks within a fold are what the model says.
        ranks = midranks(found)
        scores[held_out] = ranks / (ranks.size + 1)
    return scores


def _summable(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the columns, those near the largest double made smaller: trees see the order only."""
    largest = np.nanmax(np.abs(numbers), axis=0, initial=0.0)
    return numbers * np.where(largest > _LARGEST, 2.0**-200, 1.0)
