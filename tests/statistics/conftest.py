"""Acceptance bands of the calibration tests (binomial, error 1e-4 per test)."""

from collections.abc import Callable

import pytest
from scipy.stats import binom

Band = Callable[[int, float], tuple[int, int]]


@pytest.fixture
def band() -> Band:
    def limits(trials: int, probability: float) -> tuple[int, int]:
        return (
            int(binom.ppf(1e-4, trials, probability)),
            int(binom.ppf(1 - 1e-4, trials, probability)),
        )

    return limits
