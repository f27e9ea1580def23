"""Classes of a secret, and whom a learner may have seen."""

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.reference import pool
from audit.contract.secret_models import MOST_CLASSES, Lessons, classes_of, learners_for
from audit.contract.secrets import Secret
from audit.models.inference import Effort, Learner
from tests.contract.handmade import LEVEL, NUMBER, WHOLE, column, lab_of

NAN = float("nan")


def secret(kind, tolerance=0.05):
    lab = lab_of({"s": kind}, {"s": [0.0, 0.0, 1.0]}, {"s": [0]}, {"s": [0]})
    return Secret(lab, lab.schema["s"], tolerance, 0.0)


def test_few_values_are_their_own_classes_and_missing_is_one():
    made = classes_of(np.array([3.0, NAN, 1.0, 3.0]), secret(LEVEL))
    np.testing.assert_array_equal(made.values, [1.0, 3.0, NAN])
    assert made.label.tolist() == [1, 2, 0, 1]
    np.testing.assert_array_equal(made.hits, np.eye(3))


def test_near_numbers_are_right_about_one_another():
    made = classes_of(np.repeat([96.0, 100.0, 104.0], 3), secret(NUMBER))
    # 96 is no hit of 104: 8 of 104 are more than 5 %.
    np.testing.assert_array_equal(made.hits, [[1, 1, 0], [1, 1, 1], [0, 1, 1]])


def test_a_number_of_many_values_is_cut_into_parts():
    made = classes_of(np.arange(1000.0), secret(NUMBER, 0.0))
    assert made.values.size == MOST_CLASSES
    assert made.values[0] == 11.0
    size = np.bincount(made.label)
    # A part starts with the last of a fortieth: 0 to 23, then 24 to 48 and so on.
    assert size.tolist() == [24, *[25] * (MOST_CLASSES - 2), 26]
    # With no tolerance its middle is right about one of them.
    np.testing.assert_allclose(np.diag(made.hits), 1 / size)


def test_levels_too_rare_for_a_class_stand_with_the_missing():
    values = np.concatenate([np.repeat(np.arange(40.0), 3), [77.0, NAN]])
    made = classes_of(values, secret(LEVEL))
    assert made.values.size == MOST_CLASSES + 1
    assert np.isnan(made.values[-1])
    assert made.label[-2:].tolist() == [40, 40]
    assert made.hits[-1, -1] == 0.5


def test_where_all_is_missing_there_is_one_class():
    made = classes_of(np.array([NAN, NAN]), secret(LEVEL))
    assert np.isnan(made.values).all()
    assert made.hits.tolist() == [[1.0]]


def test_boosting_is_left_to_numbers_and_two_levels():
    assert Learner.BOOSTING in learners_for(column("n", NUMBER), 900)
    assert Learner.BOOSTING in learners_for(column("f", LEVEL), 2)
    assert Learner.BOOSTING not in learners_for(column("l", LEVEL), 3)


@pytest.fixture
def lessons():
    # What the secret is follows from nothing.
    n, rng = 30, np.random.default_rng(0)
    real = {"x": list(range(n)), "s": rng.integers(0, 6, n).tolist()}
    holdout = {"x": [x + 0.5 for x in range(n)], "s": rng.integers(0, 6, n).tolist()}
    lab = lab_of({"x": NUMBER, "s": LEVEL}, real, real, holdout)
    effort = Effort(trees=3, rounds=3)
    return Lessons(Secret(lab, lab.schema["s"], 0.0, 0.0), [lab.schema["x"]], 100, effort, 0, lab)


def test_a_twin_has_not_seen_whom_it_judges(lessons):
    targets, truth = np.arange(60), pool(lessons.lab).codes["s"].astype(float)
    for told in (lessons.from_others(Learner.TREES, targets), lessons.from_nearest_others(targets)):
        assert (told.value == truth).mean() < 0.4


def test_whoever_is_in_the_release_is_remembered(lessons):
    targets, truth = np.arange(60), pool(lessons.lab).codes["s"].astype(float)
    hits = lessons.from_release(Learner.TREES, targets).value == truth
    assert hits[:30].all()
    assert hits[30:].mean() < 0.5


def test_a_number_is_boosted_towards_its_median():
    n = 60
    rows = {"x": list(range(n)), "s": [100.0 * (x > 30) + 1 for x in range(n)]}
    lab = lab_of({"x": WHOLE, "s": NUMBER}, rows, rows, rows)
    effort = Effort(trees=1, rounds=20)
    taught = Lessons(Secret(lab, lab.schema["s"], 0.0, 0.0), [lab.schema["x"]], 100, effort, 0, lab)
    told = taught.from_release(Learner.BOOSTING, np.arange(n))
    assert (told.value == lab.table(Side.REAL).numbers["s"]).mean() > 0.9
