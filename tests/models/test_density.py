"""Kernel densities on the logarithmic scale."""

import numpy as np
import pytest

from audit.models.density import log_kernel, log_sum
from audit.space.points import Metric


def test_kernels_by_hand():
    d = np.array([0.0, 2.0])
    # Laplace: exp(-2 / .5); Gauss: exp(-(2 / .5)^2 / 2).
    np.testing.assert_allclose(log_kernel(d, width=0.5, metric=Metric.L1), [0, -4])
    np.testing.assert_allclose(log_kernel(d, width=0.5, metric=Metric.L2), [0, -8])


def test_sums_far_below_the_smallest_double():
    logs = np.array([[-2_000.0, -2_000.0], [0.0, -np.inf]])
    np.testing.assert_allclose(log_sum(logs), [-2_000 + np.log(2), 0.0])


def test_weights_count_and_nothing_is_minus_infinity():
    logs = np.log(np.array([[1.0, 2.0, 4.0]]))
    # 1/2 x 1 + 0 x 2 + 1/4 x 4 = 3/2.
    assert log_sum(logs, np.array([0.5, 0.0, 0.25])) == pytest.approx(np.log(1.5))
    assert log_sum(logs, np.zeros(3)) == -np.inf
