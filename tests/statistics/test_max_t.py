"""The largest of many statistics against relabelling."""

from math import isclose

import numpy as np
import pytest

from audit.statistics import max_t as module
from audit.statistics.max_t import joint_critical_value, max_t
from audit.statistics.rates import Z95
from audit.statistics.roc import fit_auc, midranks


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


def test_the_normal_law_of_many_people_is_that_of_relabelling(monkeypatch):
    # 3,000 people in two strata with different shares of real ones, three dependent columns.
    rng = np.random.default_rng(12)
    strata = np.repeat([0, 1], [2_000, 1_000])
    labels = np.arange(3_000) % np.where(strata == 0, 4, 2) == 0
    base = rng.normal(size=(3_000, 1)) + strata[:, None]
    values = np.hstack([base + rng.normal(size=(3_000, 1)) for _ in range(3)])
    values[labels] += 0.05
    by_law = max_t(values, labels, rng=np.random.default_rng(1), strata=strata)
    monkeypatch.setattr(module, "MANY", np.inf)
    by_relabelling = max_t(values, labels, rng=np.random.default_rng(1), strata=strata)
    np.testing.assert_array_equal(by_law.z, by_relabelling.z)
    # Two simulated shares of about .1, 5,000 draws each: sd of the difference .006.
    assert by_law.p_risky == pytest.approx(by_relabelling.p_risky, abs=0.025)
    assert by_law.p_safe == pytest.approx(by_relabelling.p_safe, abs=0.025)


def test_few_who_carry_a_column_are_relabelled_and_the_rest_is_normal(monkeypatch):
    # 40 of 4,000 people carry the second column, with weights that one of them dominates.
    rng = np.random.default_rng(14)
    labels = rng.permutation(4_000) < 3_000
    few = np.zeros(4_000)
    few[:40] = rng.exponential(size=40)
    few[0] = 12
    labels[0] = True
    values = np.column_stack([rng.normal(size=4_000) + 0.3 * few, few])
    mixed = max_t(values, labels, rng=np.random.default_rng(1), draws=20_000)
    monkeypatch.setattr(module, "_is_spread", lambda rest: False)
    drawn = max_t(values, labels, rng=np.random.default_rng(2), draws=20_000)
    np.testing.assert_array_equal(mixed.z, drawn.z)
    # Two simulated shares, 20,000 draws each: sd of the difference at most .005.
    assert 0.02 < drawn.p_risky < 0.98
    assert mixed.p_risky == pytest.approx(drawn.p_risky, abs=0.02)
    assert mixed.p_safe == pytest.approx(drawn.p_safe, abs=0.02)


def test_people_who_are_alike_are_relabelled_by_their_number(monkeypatch):
    # Three yes-or-no outcomes: at most 8 kinds of people among 300.
    rng = np.random.default_rng(16)
    won = (rng.random((300, 3)) < [0.02, 0.1, 0.4]).astype(float)
    labels = np.arange(300) < 200
    kinds = max_t(won, labels, rng=np.random.default_rng(1), draws=20_000)
    monkeypatch.setattr(module, "_DEAR", np.inf)
    people = max_t(won, labels, rng=np.random.default_rng(2), draws=20_000)
    np.testing.assert_array_equal(kinds.z, people.z)
    # Two simulated shares, 20,000 draws each: sd of the difference at most .005.
    assert 0.02 < people.p_risky < 0.98
    assert kinds.p_risky == pytest.approx(people.p_risky, abs=0.02)
    assert kinds.p_safe == pytest.approx(people.p_safe, abs=0.02)


def test_two_people_who_carry_everything_by_hand():
    # Everything lies on two of four people, both real: 1 of C(4, 2) = 6 relabellings.
    shares = np.array([[0.5], [0.5], [0.0], [0.0]])
    p = max_t(shares, [True, True, False, False], rng=np.random.default_rng(0))
    assert p.p_risky == pytest.approx(1 / 6, abs=0.02)
    assert p.p_safe == 1.0


def test_the_joint_critical_value_lies_between_one_and_all():
    rng = np.random.default_rng(0)
    weights, is_real = np.zeros((400, 3)), np.arange(400) < 200
    heavy = rng.permutation(400)[:30]
    weights[heavy] = rng.exponential(size=(30, 1)) + 0.3 * rng.exponential(size=(30, 3))
    z = joint_critical_value(weights, is_real, rng=np.random.default_rng(0))
    # Correlated shares: more than for one, less than Bonferroni's 2.128 for three.
    assert Z95 < z < 2.128
    alike = np.repeat(weights[:, :1], 3, axis=1)
    found = joint_critical_value(alike, is_real, rng=np.random.default_rng(0))
    assert found == pytest.approx(Z95, abs=0.02)


def test_bad_values_are_refused():
    rng = np.random.default_rng(0)
    for values in (np.zeros(2), np.zeros((2, 0)), np.full((2, 1), np.nan), np.zeros((3, 1))):
        with pytest.raises(ValueError, match="values"):
            max_t(values, [True, False], rng=rng)
