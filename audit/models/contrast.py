"""Two tables told apart by a learner that never saw the rows it judges."""

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from audit.models.threads import one_thread
from audit.space.points import FloatArray, IntArray, Points
from audit.statistics.roc import midranks

_MOST_LEVELS = 200
_MOST_MARKS = 30
_CLASSES = 255
"""Of a number, as many as the trees tell apart."""


def contrast_by_trees(
    released: Points, others: Points, judged: Points, *, rounds: int, seed: int
) -> FloatArray:
    """Return how much more each judged row looks like the release than like other people.

    Parameters
    ----------
    released, others, judged
        Points of one encoding; no judged row is among the others.
    rounds
        Trees that are added up.
    seed
        Of the learner.

    Returns
    -------
    FloatArray
        Part of the judged rows that look less like the release, float64 of shape (n_judged,);
        ties count half. Ranks, since every model has its own zero.
    """
    nominal = np.arange(judged.numbers.shape[1] + judged.codes.shape[1])
    model = HistGradientBoostingClassifier(
        max_iter=rounds,
        learning_rate=0.15,
        max_leaf_nodes=31,
        min_samples_leaf=10,
        categorical_features=nominal >= judged.numbers.shape[1],
        early_stopping=False,
        random_state=seed % 2**32,
    )
    both = np.concatenate([_columns(released), _columns(others)])
    asked = _columns(judged)
    for j in range(judged.numbers.shape[1]):
        edges = _edges(both[:, j])
        both[:, j], asked[:, j] = (np.searchsorted(edges, x[:, j]) for x in (both, asked))
    label, weight = _labels(released, others)
    with one_thread():
        model.fit(both, label, sample_weight=weight)
        return _ranked(model.decision_function(asked))


def contrast_by_line(released: Points, others: Points, judged: Points) -> FloatArray:
    """Return the same by logistic regression on numbers, their squares and levels."""
    levels = np.max([p.codes.max(axis=0, initial=0) for p in (released, others, judged)], axis=0)
    parts = [marks(p, levels) for p in (released, others, judged)]
    both = np.concatenate(parts[:2])
    spread = both.std(axis=0)
    used = spread > 1e-9
    if not used.any():
        return np.full(len(judged), 0.5)
    model = LogisticRegression(solver="newton-cholesky", C=1.0, max_iter=25, tol=1e-3)
    label, weight = _labels(released, others)
    model.fit(both[:, used] / spread[used], label, sample_weight=weight)
    return _ranked(model.decision_function(parts[2][:, used] / spread[used]))


def _ranked(raw: FloatArray) -> FloatArray:
    # Equal rows score alike, whatever the order of summation was.
    ranks = midranks(np.round(raw, 9))
    return np.asarray((ranks - 0.5) / ranks.size, dtype=np.float64)


def _labels(released: Points, others: Points) -> tuple[NDArray[np.int64], FloatArray]:
    """Return labels, and weights under which both tables count the same."""
    n, m = len(released), len(others)
    label = np.repeat(np.array([1, 0], dtype=np.int64), [n, m])
    weight = np.repeat([(n + m) / (2 * n), (n + m) / (2 * m)], [n, m])
    return label, weight


def _edges(known: FloatArray) -> FloatArray:
    """Return where a number is cut into classes: between values, or by size if there are more.

    The learner would sort a weighted column once for every class, which takes longer than growing
    all the trees.
    """
    values = np.unique(known)
    if values.size <= _CLASSES:
        return np.asarray((values[1:] + values[:-1]) / 2, dtype=np.float64)
    shares = np.linspace(0, 1, _CLASSES)[1:-1]
    cuts = np.quantile(known, shares, method="inverted_cdf")
    return np.unique(np.asarray(cuts, dtype=np.float64))


def _columns(points: Points) -> FloatArray:
    # Levels beyond the learner's limit are folded together; that costs it a little sharpness.
    return np.hstack([points.numbers, ((points.codes + 1) % _MOST_LEVELS).astype(np.float64)])


def marks(points: Points, levels: IntArray) -> FloatArray:
    """Return numbers, their squares, and a mark for each level of each category."""
    numbers, marks = points.numbers, []
    for codes, most in zip(points.codes.T, levels, strict=True):
        n = min(int(most) + 2, _MOST_MARKS)
        marks.append(((codes[:, None] + 1) % n == np.arange(n)).astype(np.float64))
    return np.hstack([numbers, numbers * numbers, *marks])
