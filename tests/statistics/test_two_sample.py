"""Column tests: quiet on equal samples, loud on a shift."""

import numpy as np

from audit.statistics.two_sample import categories_differ, numbers_differ


def test_equal_samples_do_not_differ():
    x = np.arange(500.0)
    assert numbers_differ(x, x.copy()) == 1.0
    assert categories_differ(np.arange(500) % 5, np.arange(500) % 5) == 1.0


def test_a_shift_of_numbers_is_seen():
    rng = np.random.default_rng(0)
    assert numbers_differ(rng.normal(size=400), rng.normal(0.5, size=400)) < 1e-4


def test_a_difference_in_gaps_alone_is_seen():
    x = np.zeros(400)
    y = np.where(np.arange(400) < 60, np.nan, 0.0)
    assert numbers_differ(x, y) < 1e-4


def test_other_shares_of_categories_are_seen():
    assert categories_differ(np.arange(400) % 4, np.minimum(np.arange(400) % 4, 1)) < 1e-4


def test_a_column_without_values_says_nothing():
    assert numbers_differ(np.full(5, np.nan), np.full(7, np.nan)) == 1.0


def test_false_alarms_stay_at_their_level():
    rng = np.random.default_rng(3)
    p = [numbers_differ(rng.normal(size=200), rng.normal(size=200)) for _ in range(200)]
    # Binomial(200, .05): 24 or more with probability below 1e-4.
    assert sum(q <= 0.05 for q in p) <= 24
