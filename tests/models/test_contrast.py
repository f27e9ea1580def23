"""Two tables told apart."""

import numpy as np
import pytest

from audit.models.contrast import contrast_by_line, contrast_by_trees
from audit.space.points import Metric, Points


def points(numbers, codes):
    return Points(
        np.asarray(numbers, dtype=float), np.asarray(codes), np.ones(1), Metric.L2, divisor=2.0
    )


def cloud(n, centre, level, seed):
    rng = np.random.default_rng(seed)
    return points(rng.normal(centre, 1, (n, 1)), np.full((n, 1), level))


def by_trees(*tables):
    return contrast_by_trees(*tables, rounds=10, seed=0)


@pytest.mark.parametrize("contrast", [by_trees, contrast_by_line])
def test_rows_like_the_release_stand_above(contrast):
    released, others = cloud(200, 0, 1, 0), cloud(200, 3, 1, 1)
    judged = points([[-1.0], [3.0], [3.0], [0.0]], [[1], [1], [1], [1]])
    found = contrast(released, others, judged)
    # Ranks from 0 to 1, the two equal rows sharing one.
    assert found[1] == found[2]
    assert found[[1, 2]].max() < found[[0, 3]].min()
    assert 0 < found.min() < found.max() < 1


@pytest.mark.parametrize("contrast", [by_trees, contrast_by_line])
def test_tables_without_a_difference_give_one_score(contrast):
    same = points(np.zeros((50, 1)), np.zeros((50, 1), dtype=np.int64))
    assert np.unique(contrast(same, same, same)).tolist() == [0.5]


def test_more_levels_than_a_learner_can_hold():
    rng = np.random.default_rng(0)
    tables = [points(rng.normal(size=(300, 1)), rng.integers(-1, 900, (300, 1))) for _ in range(3)]
    assert np.isfinite(by_trees(*tables)).all()
    assert np.isfinite(contrast_by_line(*tables)).all()
