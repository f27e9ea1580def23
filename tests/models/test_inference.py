"""Learners that tell one column from the others."""

import numpy as np
import pytest

from audit.models.inference import Effort, Learner, class_chances, middles
from audit.space.points import Metric, Points

EFFORT = Effort(trees=5, rounds=5)


def points(numbers, codes):
    weights = np.ones(np.shape(codes)[1])
    return Points(np.array(numbers, float), np.array(codes), weights, Metric.L1, 1.0)


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    x, g = rng.random(200), rng.integers(0, 3, 200)
    return points(x[:, None], g[:, None]), (x > 0.5).astype(np.int64), g


@pytest.mark.parametrize("learner", Learner)
def test_a_rule_is_learnt(learner, rows):
    known, label, _ = rows
    asked = points([[0.1], [0.9]], [[0], [2]])
    chance = class_chances(learner, known, label, asked, n_classes=3, effort=EFFORT, seed=1)
    assert chance.shape == (2, 3)
    assert chance.argmax(axis=1).tolist() == [0, 1]
    # Nobody was of class 2.
    assert (chance[:, 2] == 0).all()


@pytest.mark.parametrize("learner", [Learner.TREES, Learner.LINEAR])
def test_levels_are_told_apart(learner, rows):
    known, _, level = rows
    asked = points([[0.5]] * 3, [[0], [1], [2]])
    chance = class_chances(learner, known, level, asked, n_classes=3, effort=EFFORT, seed=1)
    assert chance.argmax(axis=1).tolist() == [0, 1, 2]


@pytest.mark.parametrize("learner", Learner)
def test_one_class_is_certain(learner, rows):
    known, label, _ = rows
    asked = points([[0.1]], [[0]])
    chance = class_chances(learner, known, 0 * label + 1, asked, n_classes=2, effort=EFFORT, seed=1)
    assert chance.tolist() == [[0.0, 1.0]]


def test_trees_remember_a_single_record():
    known = points([[0.0], [0.5], [1.0]], [[0], [0], [0]])
    label = np.array([0, 1, 0])
    chance = class_chances(Learner.TREES, known, label, known, n_classes=2, effort=EFFORT, seed=0)
    assert chance.argmax(axis=1).tolist() == [0, 1, 0]


def test_a_median_is_a_value_that_was_seen():
    rng = np.random.default_rng(1)
    x = rng.random(300)
    value = np.where(x > 0.5, 1e300, -7.0)
    known = points(x[:, None], np.zeros((300, 1), int))
    effort = Effort(trees=1, rounds=20)
    told = middles(known, value, points([[0.1], [0.9]], [[0], [0]]), effort=effort, seed=0)
    assert told.tolist() == [-7.0, 1e300]
    assert middles(known, 0 * value + 3, known, effort=effort, seed=0).tolist() == [3.0] * 300


def test_the_same_seed_gives_the_same_answer(rows):
    known, label, _ = rows
    one, other = (
        class_chances(Learner.TREES, known, label, known, n_classes=2, effort=EFFORT, seed=4)
        for _ in range(2)
    )
    np.testing.assert_array_equal(one, other)
