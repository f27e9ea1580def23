from itertools import combinations
from math import isclose

import numpy as np
import pytest
from scipy.stats import norm

from audit.statistics.exchangeability import share_test
from audit.statistics.relabelling import relabelling_parts


def test_share_by_hand():
    # Weights 1 1 2, the last on the one holdout person: share 1/2, null 2/3.
    fit = share_test([1, 1, 2], [True, True, False])
    assert fit.value == 0.5
    assert isclose(fit.null, 2 / 3)
    # All 3 relabellings: shares 1/2, 3/4, 3/4.
    assert isclose(fit.sd, np.std([0.5, 0.75, 0.75]))
    assert abs(fit.p_safe - 1 / 3) < 0.02
    assert isclose(fit.p_risky, 1.0)


def test_share_p_values_are_those_of_all_relabellings():
    rng = np.random.default_rng(0)
    weights, labels = rng.random(9) ** 3, np.arange(9) < 4
    shares = np.array([weights[list(c)].sum() for c in combinations(range(9), 4)])
    observed = weights[:4].sum()
    fit = share_test(weights, labels)
    # 5,000 draws: standard error below .008.
    assert abs(fit.p_risky - (shares >= observed - 1e-12).mean()) < 0.03
    assert abs(fit.p_safe - (shares <= observed + 1e-12).mean()) < 0.03


def test_hubs_widen_the_null():
    # attacks.md D2: the binomial error is too small where one person is near many rows.
    labels = np.arange(200) < 100
    even, hubs = np.ones(200), np.ones(200)
    hubs[::20] = 40
    assert share_test(even, labels).sd == 0
    assert share_test(hubs, labels).sd > 0.1


def test_normal_and_simulated_tails_agree():
    weights, labels = np.random.default_rng(1).random(3000), np.arange(3000) < 1800
    many, fewer = share_test(weights, labels), share_test(weights[::4], labels[::4])
    assert isclose(many.p_risky, norm.sf(many.z))
    assert abs(fewer.p_risky - norm.sf(fewer.z)) < 0.03


def test_a_far_share_has_a_small_p_value_unless_a_few_carry_it():
    labels = np.arange(400) < 200
    assert share_test(np.where(labels, 1.0, 0.2), labels).p_risky < 1e-8
    # Eight people, all real: 1 / 2 ** 8 or so, and never the normal tail.
    weights = np.zeros(400)
    weights[:8] = 1
    assert 0.001 < share_test(weights, labels).p_risky < 0.012


def test_swapping_sides_mirrors_the_share():
    weights, labels = np.random.default_rng(2).random(50) ** 6, np.arange(50) < 20
    fit, swapped = share_test(weights, labels), share_test(weights, ~labels)
    assert isclose(fit.value, 1 - swapped.value)
    assert isclose(fit.z, -swapped.z)
    assert abs(fit.p_risky - swapped.p_safe) < 0.04


def test_strata_take_a_confounder_away():
    # Stratum 0 carries all the weight and is mostly real.
    strata = np.repeat([0, 1], 100)
    labels = np.concatenate([np.arange(100) < 80, np.arange(100) < 20])
    weights = np.where(strata == 0, 1.0 + np.arange(200) % 2, 0.0)
    assert share_test(weights, labels).p_risky < 0.001
    assert share_test(weights, labels, strata=strata).p_risky > 0.2


def test_share_order_of_people_does_not_matter():
    rng = np.random.default_rng(3)
    weights, labels, order = rng.random(60) ** 5, np.arange(60) < 25, rng.permutation(60)
    a, b = share_test(weights, labels), share_test(weights[order], labels[order])
    assert np.allclose(a, b, atol=1e-9)


def test_share_p_values_are_calibrated(band):
    rng = np.random.default_rng(4)
    weights = rng.random(120) ** 8
    rejected = sum(
        share_test(weights, rng.permutation(120) < 70, rng=rng).p_risky <= 0.05 for _ in range(200)
    )
    assert rejected <= band(200, 0.05)[1]


def test_bad_input_is_refused():
    for weights in ([0, 0], [1, -1], [1, np.nan], [1, 1, 1]):
        with pytest.raises(ValueError, match="weights"):
            share_test(weights, [True, False])


def test_parts_give_the_exact_variance_of_every_stratum():
    # One of 0, 1, 2, 3 drawn at random has variance 1 * 3 / (4 * 3) * 5 = 1.25; a stratum of one
    # person moves nothing.
    y = np.array([[0.0], [1.0], [2.0], [3.0], [9.0]])
    labels = np.array([True, False, False, False, True])
    parts = relabelling_parts(y, labels, np.array([0, 0, 0, 0, 1]))
    assert (parts**2).sum() == pytest.approx(1.25)
    assert parts[4, 0] == 0
