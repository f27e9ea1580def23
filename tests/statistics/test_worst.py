from math import isclose

import numpy as np
import pytest
from scipy.stats import norm

from audit.statistics.rates import Z95
from audit.statistics.roc import fit_auc
from audit.statistics.tail import fit_tail
from audit.statistics.worst import bonferroni_z, correlation_of, critical_value, normal_draws


def test_one_value_needs_no_correction():
    assert critical_value(np.ones((5, 1)), [2.0], rng=np.random.default_rng(0)) == Z95
    same = np.repeat(np.random.default_rng(1).normal(size=(50, 1)), 8, axis=1)
    se = np.sqrt((same**2).sum(axis=0))
    z = critical_value(same, se, rng=np.random.default_rng(0))
    assert Z95 <= z < Z95 + 0.03


def test_independent_values_need_the_quantile_of_their_maximum():
    psi, se = np.eye(10), np.ones(10)
    z = critical_value(psi, se, rng=np.random.default_rng(0))
    # P(all below z) = Phi(z) ** 10 = .95.
    assert abs(z - norm.ppf(0.95**0.1)) < 0.03
    assert z <= bonferroni_z(10)


def test_exact_values_are_left_out_and_the_rest_never_exceeds_bonferroni():
    psi = np.eye(4)
    psi[:, 3] = 0
    a = critical_value(psi, [1, 1, 1, 0], rng=np.random.default_rng(0))
    b = critical_value(psi[:, :3], [1, 1, 1], rng=np.random.default_rng(0))
    assert a == b
    assert critical_value(psi, np.zeros(4), rng=np.random.default_rng(0)) == Z95
    # Standard errors far too small would ask for more than Bonferroni.
    assert critical_value(psi[:, :3], [0.1] * 3, rng=np.random.default_rng(0)) == bonferroni_z(3)


def test_it_equals_the_multiplier_bootstrap():
    rng = np.random.default_rng(2)
    psi = rng.normal(size=(300, 5)) @ rng.normal(size=(5, 5)) / 20
    se = np.sqrt((psi**2).sum(axis=0))
    multiplied = rng.normal(size=(20_000, 300)) @ psi / se
    expected = np.quantile(multiplied.max(axis=1), 0.95)
    assert abs(critical_value(psi, se, rng=rng) - expected) < 0.04


def test_the_worst_of_ten_is_not_overstated(band):
    trials = 300
    # The lower end of a maximum of ten equal truths, with and without the correction.
    rng = np.random.default_rng(3)
    mix = np.eye(10) + 0.4
    wrong = naive = 0
    for _ in range(trials):
        sample = rng.normal(size=(400, 10)) @ mix
        psi = (sample - sample.mean(axis=0)) / 400
        se = np.sqrt((psi**2).sum(axis=0))
        z = critical_value(psi, se, rng=rng, draws=2000)
        wrong += int((sample.mean(axis=0) - z * se).max() > 0)
        naive += int((sample.mean(axis=0) - Z95 * se).max() > 0)
    assert band(trials, 0.05)[0] <= wrong <= band(trials, 0.05)[1]
    assert naive > band(trials, 0.05)[1]


def test_the_worst_tail_and_auc_are_not_overstated(band):
    # Six related scores of 900 people without a leak: no lower end above the null.
    rng = np.random.default_rng(4)
    trials, wrong = 120, np.zeros(2, int)
    for _ in range(trials):
        scores = rng.normal(size=(900, 6)) + rng.normal(size=(900, 1))
        arms = [(column[:600], column[600:]) for column in scores.T]
        tails = [fit_tail(*arm, alpha=0.05) for arm in arms]
        for i, (fits, null) in enumerate(((tails, 0.0), ([fit_auc(*a) for a in arms], 0.5))):
            psi, se = np.column_stack([f.influence for f in fits]), [f.se for f in fits]
            z = critical_value(psi, se, rng=rng, draws=2000)
            lows = [f.ends(z).low for f in fits]
            wrong[i] += max(low for low in lows if low is not None) > null
    assert wrong.max() <= band(trials, 0.05)[1]


def test_correlation():
    psi = np.array([[1.0, -2, 0, 1], [-1, 2, 0, 1]])
    assert np.allclose(
        correlation_of(psi), [[1, -1, 0, 0], [-1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    )
    singular = np.ones((3, 3))
    draws = normal_draws(singular, draws=1000, rng=np.random.default_rng(0))
    assert np.allclose(draws[:, 0], draws[:, 2], atol=1e-6)
    assert isclose(draws[:, 0].std(), 1, rel_tol=0.1)


def test_bad_input_is_refused():
    rng = np.random.default_rng(0)
    for psi, se in ((np.zeros(3), [1]), (np.zeros((3, 0)), []), (np.full((3, 1), np.nan), [1])):
        with pytest.raises(ValueError, match="influence"):
            critical_value(psi, se, rng=rng)
    for se in ([1], [1, -1], [1, np.inf]):
        with pytest.raises(ValueError, match="standard error"):
            critical_value(np.eye(2), se, rng=rng)
