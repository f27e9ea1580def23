"""Scales, missing values and distances, by hand."""

import numpy as np
import pytest

from audit.space.encode import MINMAX, RANK, STANDARDISED, Scaling, encode, fit_scale
from audit.space.points import measure

NUMBERS = {"age": np.array([10.0, 20.0, 20.0, 40.0])}
CODES = {"ward": np.array([0, 1, 1, -1])}


def distances(encoding, i, j, numbers=NUMBERS, codes=CODES):
    scale = fit_scale([numbers])
    rows = encode(numbers, codes, columns=[*numbers, *codes], scale=scale, encoding=encoding)
    return measure(rows.take(np.array([i])), rows, np.array([[j]]))[0, 0]


def test_mid_ranks_of_the_pool():
    # 10 is below none, at most 1 of 4: (0 + 1) / 8. 20: (1 + 3) / 8. 40: (3 + 4) / 8.
    scaled = fit_scale([NUMBERS]).apply("age", NUMBERS["age"], Scaling.RANK)
    assert scaled.tolist() == [0.125, 0.5, 0.5, 0.875]


def test_scale_is_fitted_on_both_parts_of_the_pool():
    together = fit_scale([{"x": np.array([0.0])}, {"x": np.array([10.0, np.nan])}])
    assert together.apply("x", np.array([5.0]), Scaling.MINMAX).tolist() == [0.5]


def test_gower_is_the_mean_over_columns():
    # |10 - 40| / 30 = 1 and the wards differ (0 against missing): (1 + 1) / 2.
    assert distances(MINMAX, 0, 3) == 1.0
    # |10 - 20| / 30 = 1/3 and a mismatch: (1/3 + 1) / 2.
    assert distances(MINMAX, 0, 1) == pytest.approx(2 / 3)


def test_euclidean_counts_a_mismatch_as_one():
    x = NUMBERS["age"]
    gap = (x[0] - x[1]) / x.std()
    assert distances(STANDARDISED, 0, 1) == pytest.approx(np.sqrt(gap**2 + 1))


def test_a_missing_category_is_a_category():
    codes = {"ward": np.array([-1, -1, 0, 1])}
    assert distances(RANK, 0, 1, {"age": np.zeros(4)}, codes) == 0.0


def test_missing_numbers_are_alike_and_unlike_every_present_one():
    numbers = {"age": np.array([np.nan, np.nan, 0.0, 1.0])}
    codes = {"ward": np.zeros(4, int)}
    # Two columns: half a mark plus the way to the centre (.5 on the range), over 2.
    assert distances(MINMAX, 0, 1, numbers, codes) == 0.0
    assert distances(MINMAX, 0, 3, numbers, codes) == pytest.approx((0.5 + 0.5) / 2)


def test_extreme_values_stay_finite():
    numbers = {"x": np.array([-1.7e308, 1.7e308, 0.0, 1e-308])}
    scale = fit_scale([numbers])
    for scaling in Scaling:
        assert np.isfinite(scale.apply("x", numbers["x"], scaling)).all()


def test_a_column_without_any_value_adds_nothing():
    numbers = {"x": np.full(3, np.nan), "y": np.array([0.0, 1.0, 1.0])}
    assert distances(MINMAX, 1, 2, numbers, {"z": np.zeros(3, int)}) == 0.0
