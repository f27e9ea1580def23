"""How badly each column is predicted from the others."""

import numpy as np

from audit.models.errors import column_errors
from audit.space.points import Metric, Points


def points(x, c):
    """Return one number, one category and the mark of a missing number."""
    codes = np.column_stack([c, np.zeros(len(c), dtype=np.int64)])
    return Points(np.asarray(x, dtype=float)[:, None], codes, np.ones(2), Metric.L1, 2.0)


def test_a_column_that_follows_from_another_is_predicted():
    c = np.arange(200) % 2
    learnt, judged = points(0.2 + 0.6 * c, c), points([0.2, 0.2], [0, 1])
    errors = column_errors(learnt, judged, seed=0)
    # The first row keeps the rule. In the second each column contradicts the other one.
    np.testing.assert_allclose(errors, [[0, 0], [0.6, 1]], atol=1e-9)


def test_one_column_is_predicted_by_its_mean():
    learnt = Points(np.array([[0.0], [1.0]]), np.zeros((2, 1), int), np.ones(1), Metric.L1, 1.0)
    judged = learnt.take(np.array([1]))
    np.testing.assert_allclose(column_errors(learnt, judged, seed=0), [[0.5]])


def test_a_level_that_was_never_seen_is_an_error():
    learnt = points(np.linspace(0, 1, 40), np.arange(40) % 3)
    assert column_errors(learnt, points([0.5], [7]), seed=0)[0, 1] == 1.0
