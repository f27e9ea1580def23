"""The Mann-Whitney statistic as a normal score."""

import numpy as np
import pytest

from audit.statistics.rank_gap import mann_whitney_z


def test_by_hand():
    # All three above both: U = 6, m n / 2 = 3, sqrt(3 x 2 x 6 / 12) = sqrt(3).
    assert mann_whitney_z([3, 4, 5], [1, 2]) == pytest.approx(3 / 3**0.5)
    assert mann_whitney_z([1, 2], [3, 4, 5]) == pytest.approx(-3 / 3**0.5)


def test_ties_count_half():
    assert mann_whitney_z([1, 1], [1, 1, 1]) == 0.0


def test_samples_of_one_population_have_unit_spread():
    rng = np.random.default_rng(0)
    z = [mann_whitney_z(rng.random(30), rng.random(50)) for _ in range(400)]
    assert np.std(z) == pytest.approx(1.0, abs=0.12)
    assert np.mean(z) == pytest.approx(0.0, abs=0.2)


def test_an_empty_sample_is_refused():
    with pytest.raises(ValueError, match="empty"):
        mann_whitney_z([], [1])
