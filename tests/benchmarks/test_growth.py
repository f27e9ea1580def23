from math import isnan, nan

import pytest

from benchmarks.speed.growth import exponent, gemm_peak, share_of_peak


def test_growth_is_the_power_of_the_size():
    assert exponent(1_000, 3.0, 10_000, 300.0) == pytest.approx(2.0)
    assert exponent(50_000, 1.0, 1_000_000, 20.0) == pytest.approx(1.0)
    assert exponent(100, 2.0, 200, 2.0) == 0.0


def test_growth_from_a_missing_time_is_unknown():
    assert isnan(exponent(100, nan, 200, 2.0))
    assert isnan(exponent(100, 1.0, 200, nan))


def test_equivalent_work_is_that_of_a_matrix_product():
    # 1e6 pairs of 50 columns in half a second: 2 * 50 * 1e6 / 0.5 = 2e8 operations per second.
    assert share_of_peak(pairs=1e6, dimensions=50, seconds=0.5, peak=1e9) == pytest.approx(0.2)


def test_the_peak_is_a_rate():
    assert gemm_peak(side=64, tries=1) > 0
