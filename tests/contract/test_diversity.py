"""l-diversity and t-closeness of true classes, by hand and by the book."""

import numpy as np
import pytest

from audit.contract.diversity import diversity


def found(group, values, *, is_ordered=True):
    values = np.array([np.nan if v is None else v for v in values], dtype=float)
    return diversity(np.array(group), values, is_ordered=is_ordered)


def test_distinct_and_entropy_by_hand():
    # Class 0 has a, a, b; class 1 has a, b, c: the first is the poorer.
    made = found([0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 1, 2], is_ordered=False)
    assert made.distinct == 2
    entropy = -(2 / 3 * np.log(2 / 3) + 1 / 3 * np.log(1 / 3))
    assert made.entropy == pytest.approx(np.exp(entropy))
    # The whole is 1/2, 1/3, 1/6. Class 0 has 1/6 too much of a; class 1 has 1/6 too much of c.
    assert made.closeness == pytest.approx(1 / 6)


def test_a_class_of_one_value_has_no_diversity():
    made = found([0, 0, 1, 1], [5, 5, 5, 6])
    assert (made.distinct, made.entropy) == (1, pytest.approx(1.0))


def test_the_salaries_of_the_paper_on_t_closeness():
    # Li et al. 2007, section 4.1: against 3k to 11k, {3k, 4k, 5k} lies .375 away.
    classes = [0] * 3 + [1] * 3 + [2] * 3
    assert found(classes, [3, 4, 5, 6, 8, 11, 7, 9, 10]).closeness == pytest.approx(0.375)
    # And {6k, 8k, 11k} lies .167 away; the six others lie nearer.
    alone = [1] * 3 + [0] * 6
    assert found(alone, [6, 8, 11, 3, 4, 5, 7, 9, 10]).closeness == pytest.approx(1 / 6)


@pytest.mark.parametrize("seed", range(5))
def test_the_earth_mover_is_the_area_between_distribution_functions(seed):
    rng = np.random.default_rng(seed)
    group, values = rng.integers(4, size=40), rng.integers(7, size=40).astype(float)
    levels = np.unique(values)
    whole = (values[:, None] <= levels).mean(axis=0)
    areas = [
        np.abs((values[group == g, None] <= levels).mean(axis=0) - whole).sum() for g in range(4)
    ]
    assert found(group, values).closeness == pytest.approx(max(areas) / (levels.size - 1))


def test_a_missing_value_is_one_more_value_and_the_last():
    made = found([0, 0, 1, 1], [None, None, 0, 1])
    assert made.distinct == 1
    # Ranks 0, 1, missing: the whole rises 1/4, 1/2, 1; class 0 has all at the end.
    assert made.closeness == pytest.approx((1 / 4 + 1 / 2) / 2)


def test_a_column_of_one_value_is_as_close_as_can_be():
    assert found([0, 1, 1], [3, 3, 3]).closeness == 0
    assert found([0, 1, 1], [3, 3, 3], is_ordered=False).closeness == 0


def test_classes_are_what_agrees_and_no_clusters():
    # Peers' defect 16: clusters of near rows would put 1 and 2 together and find two values.
    assert found([1, 2], [0, 1]).distinct == 1
