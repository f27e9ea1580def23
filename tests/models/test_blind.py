"""A model that never sees the release tells two groups apart only where they differ."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from audit.models.blind import FOLDS, blind_scores
from audit.statistics.roc import fit_auc


@pytest.fixture(autouse=True)
def one_thread():
    """Threads of so small a fit only wait for one another."""
    with threadpool_limits(1):
        yield


def groups(shift, n=300, levels=4, seed=0):
    rng = np.random.default_rng(seed)
    is_real = np.arange(2 * n) < n
    numbers = rng.normal(size=(2 * n, 2)) + shift * is_real[:, None]
    codes = rng.integers(-1, levels, (2 * n, 1))
    return numbers, codes, is_real, rng.permutation(2 * n) % FOLDS


def auc(numbers, codes, is_real, fold, seed=3):
    scores = blind_scores(numbers, codes, is_real, fold=fold, seed=seed)
    assert np.isfinite(scores).all()
    return fit_auc(scores[is_real], scores[~is_real])


def test_groups_that_differ_are_told_apart():
    assert auc(*groups(1.0)).ends().low > 0.7


def test_groups_that_do_not_are_not():
    low, high = auc(*groups(0.0)).ends()
    assert low < 0.5 < high


def test_a_level_of_one_group_gives_it_away():
    numbers, codes, is_real, fold = groups(0.0)
    codes[is_real] = np.where(codes[is_real] == 2, 3, codes[is_real])
    assert auc(numbers, codes, is_real, fold).ends().low > 0.55


def test_nobody_is_scored_by_a_model_that_saw_them():
    """With labels drawn at random a model that saw its people would rank them perfectly."""
    rng = np.random.default_rng(1)
    numbers = rng.normal(size=(300, 3))
    is_real = rng.random(300) < 0.5
    fit = auc(numbers, np.zeros((300, 0), int), is_real, np.arange(300) % FOLDS)
    assert 0.4 < fit.value < 0.6


def test_equal_people_in_other_folds_teach_the_model_nothing_by_labels():
    numbers, codes, _, fold = groups(0.0, n=100)
    twice = np.tile(np.arange(200), 2)
    # Everybody once on each side.
    labels = np.repeat([True, False], 200)
    fit = auc(numbers[twice], codes[twice], labels, np.tile(fold[:200], 2))
    assert fit.value == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("levels", [1, 1_000])
def test_many_levels_and_one_level(levels):
    low, high = auc(*groups(0.0, levels=levels)).ends()
    assert low < 0.55
    assert high > 0.45


def test_missing_numbers_and_no_columns_of_a_kind():
    numbers, codes, is_real, fold = groups(0.0, n=100)
    numbers[:, 0] = np.nan
    numbers[is_real, 1] = np.nan
    # Gaps give everybody away, whatever part of a fold is real.
    assert auc(numbers, codes[:, :0], is_real, fold).value > 0.99


def test_a_value_that_only_one_person_has():
    """Where that person is held out, the column is empty for all others."""
    numbers, codes, is_real, fold = groups(0.0, n=50)
    numbers[:, 0] = np.nan
    numbers[3, 0] = 1.0
    low, high = auc(numbers, codes, is_real, fold).ends()
    assert low < 0.5 < high
    nothing = np.full((100, 1), np.nan)
    assert auc(nothing, codes[:, :0], is_real, fold).value == 0.5


def test_a_fold_without_one_side_is_left_at_nothing():
    numbers, codes, _, fold = groups(0.0, n=50)
    is_real = np.arange(100) < 99
    scores = blind_scores(numbers, codes, is_real, fold=fold, seed=0)
    # Where the only holdout person is held out the others are all real: nothing to learn.
    assert (scores[fold == fold[99]] == 0.5).all()
    assert np.isfinite(scores).all()


def test_same_seed_same_scores():
    given = groups(0.5, n=100)
    numbers, codes, is_real, fold = given
    one, two = (blind_scores(numbers, codes, is_real, fold=fold, seed=7) for _ in range(2))
    np.testing.assert_array_equal(one, two)
