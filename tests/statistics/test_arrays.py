import numpy as np
import pytest

from audit.statistics.arrays import as_labels, as_outcomes, as_scores


def test_scores_may_be_infinite_but_not_missing():
    assert as_scores([1, np.inf]).tolist() == [1.0, np.inf]
    for bad in ([], [np.nan], [[1.0]]):
        with pytest.raises(ValueError, match="scores"):
            as_scores(bad)


def test_outcomes_are_finite_and_of_two_people():
    assert as_outcomes([True, False]).tolist() == [1.0, 0.0]
    for bad in ([1.0], [1.0, np.inf]):
        with pytest.raises(ValueError, match="outcomes"):
            as_outcomes(bad)


def test_labels_need_both_sides():
    assert as_labels([1, 0]).tolist() == [True, False]
    for bad in ([True, True], [False], []):
        with pytest.raises(ValueError, match="real and holdout"):
            as_labels(bad)
