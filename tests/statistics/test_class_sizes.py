"""The mean of 1 / f over all ways to deal the labels, against dealing them all."""

from itertools import combinations

import numpy as np
import pytest

from audit.statistics.class_sizes import expected_inverse_size


def by_dealing(size, n_real, n_pool):
    """Person 0 is real and of a class of the first `size` people; all others are dealt."""
    inverses = [
        1 / (1 + sum(person < size for person in others))
        for others in combinations(range(1, n_pool), n_real - 1)
    ]
    return np.mean(inverses)


@pytest.mark.parametrize(("n_real", "n_pool"), [(1, 1), (1, 5), (3, 7), (5, 7), (7, 7)])
def test_is_what_dealing_all_labels_gives(n_real, n_pool):
    sizes = np.arange(1, n_pool + 1)
    found = expected_inverse_size(sizes, n_real, n_pool)
    assert found == pytest.approx([by_dealing(int(s), n_real, n_pool) for s in sizes])


def test_by_hand():
    # Two of a class, 2 of 4 people real: the other one is real with chance 1 / 3.
    assert expected_inverse_size(np.array([2]), 2, 4) == pytest.approx(2 / 3 * 1 + 1 / 3 * 1 / 2)


def test_without_a_holdout_the_class_is_known():
    assert expected_inverse_size(np.array([1, 2, 5]), 5, 5) == pytest.approx([1, 1 / 2, 1 / 5])


@pytest.mark.parametrize(("size", "n_real", "n_pool"), [(0, 1, 2), (3, 1, 2), (1, 0, 2), (1, 3, 2)])
def test_impossible_sizes_are_refused(size, n_real, n_pool):
    with pytest.raises(ValueError, match="class"):
        expected_inverse_size(np.array([size]), n_real, n_pool)
