from itertools import combinations
from math import isclose

import numpy as np
import pytest
from scipy.stats import norm

from audit.statistics import exchangeability
from audit.statistics.exchangeability import max_t, share_test
from audit.statistics.relabelling import relabelling_parts
from audit.statistics.roc import fit_auc, midranks


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


def test_max_t_of_one_column_is_the_rank_sum_test():
    rng = np.random.default_rng(5)
    scores, labels = rng.normal(size=200), np.arange(200) < 120
    scores[:120] += 0.25
    fit = max_t(midranks(scores)[:, None], labels, rng=rng)
    one = fit_auc(scores[:120], scores[120:])
    assert abs(fit.p_risky - one.p_risky) < 0.015
    assert abs(fit.p_safe - one.p_safe) < 0.015
    assert isclose(fit.z[0], (one.value - 0.5) / one.null_se)


def test_copies_of_a_column_cost_nothing_and_noise_costs():
    rng = np.random.default_rng(6)
    y, labels = rng.normal(size=(100, 1)), np.arange(100) < 50
    y[:50] += 0.45
    one = max_t(y, labels, rng=np.random.default_rng(7))
    same = max_t(np.repeat(y, 20, axis=1), labels, rng=np.random.default_rng(7))
    noisy = max_t(np.hstack([y, rng.normal(size=(100, 19))]), labels, rng=rng)
    assert one.p_risky == same.p_risky
    assert noisy.p_risky > 2 * one.p_risky


def test_max_t_is_calibrated_over_columns_and_strata(band):
    rng = np.random.default_rng(8)
    strata = rng.integers(0, 3, 80)
    values = rng.normal(size=(80, 6)) @ rng.normal(size=(6, 10)) + 5 * strata[:, None]
    rejected = np.zeros(2, int)
    for _ in range(200):
        labels = np.zeros(80, bool)
        for s in range(3):  # 40, 50 or 60 % of a stratum are real
            members = np.flatnonzero(strata == s)
            labels[rng.permutation(members)[: int(members.size * (0.4 + 0.1 * s))]] = True
        fit = max_t(values, labels, rng=rng, draws=400, strata=strata)
        rejected += np.array([fit.p_risky <= 0.05, fit.p_safe <= 0.05])
    assert rejected.max() <= band(200, 0.05)[1]
    assert rejected.min() >= 1


def test_columns_that_cannot_move_are_left_out():
    labels = np.arange(10) < 4
    fit = max_t(np.full((10, 2), 0.1), labels, rng=np.random.default_rng(9))
    assert (fit.p_risky, fit.p_safe) == (1.0, 1.0)
    assert fit.z.tolist() == [0.0, 0.0]


def test_bad_input_is_refused():
    rng = np.random.default_rng(0)
    for weights in ([0, 0], [1, -1], [1, np.nan], [1, 1, 1]):
        with pytest.raises(ValueError, match="weights"):
            share_test(weights, [True, False])
    for values in (np.zeros(2), np.zeros((2, 0)), np.full((2, 1), np.nan), np.zeros((3, 1))):
        with pytest.raises(ValueError, match="values"):
            max_t(values, [True, False], rng=rng)


def test_the_normal_law_of_many_people_is_that_of_relabelling(monkeypatch):
    # 3,000 people in two strata with different shares of real ones, three dependent columns.
    rng = np.random.default_rng(12)
    strata = np.repeat([0, 1], [2_000, 1_000])
    labels = np.arange(3_000) % np.where(strata == 0, 4, 2) == 0
    base = rng.normal(size=(3_000, 1)) + strata[:, None]
    values = np.hstack([base + rng.normal(size=(3_000, 1)) for _ in range(3)])
    values[labels] += 0.05
    by_law = max_t(values, labels, rng=np.random.default_rng(1), strata=strata)
    monkeypatch.setattr(exchangeability, "MANY", np.inf)
    by_relabelling = max_t(values, labels, rng=np.random.default_rng(1), strata=strata)
    np.testing.assert_array_equal(by_law.z, by_relabelling.z)
    # Two simulated shares of about .1, 5,000 draws each: sd of the difference .006.
    assert by_law.p_risky == pytest.approx(by_relabelling.p_risky, abs=0.025)
    assert by_law.p_safe == pytest.approx(by_relabelling.p_safe, abs=0.025)


def test_parts_give_the_exact_variance_of_every_stratum():
    # One of 0, 1, 2, 3 drawn at random has variance 1 * 3 / (4 * 3) * 5 = 1.25; a stratum of one
    # person moves nothing.
    y = np.array([[0.0], [1.0], [2.0], [3.0], [9.0]])
    labels = np.array([True, False, False, False, True])
    parts = relabelling_parts(y, labels, np.array([0, 0, 0, 0, 1]))
    assert (parts**2).sum() == pytest.approx(1.25)
    assert parts[4, 0] == 0
