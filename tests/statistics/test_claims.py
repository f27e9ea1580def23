"""Relative F1 and precision by hand, at prevalences that the samples do not have."""

import numpy as np
import pytest

from audit.statistics.claims import fit_claims, naive_f1, precision, relative_f1
from audit.statistics.rates import clopper_pearson


def halves(n, m):
    return np.concatenate([np.arange(n) % 2 == 0, np.arange(m) % 2 == 0])


# attacks.md M10: naive F1 at three sampling fractions.
@pytest.mark.parametrize(("t", "naive"), [(0.5, 0.667), (0.1, 0.182), (0.01, 0.0198)])
def test_naive_f1_of_the_catalogue(t, naive):
    assert naive_f1(t) == pytest.approx(naive, abs=5e-4)
    assert relative_f1(1.0, 1.0, t) == pytest.approx(0.0)
    assert relative_f1(1.0, 0.0, t) == pytest.approx(1.0)


def test_relative_f1_by_hand():
    # t = .1, TPR .5, FPR .05: precision .05 / (.05 + .045), recall .5.
    right = 0.05 / 0.095
    f1 = 2 * right * 0.5 / (right + 0.5)
    naive = 0.2 / 1.1
    assert relative_f1(0.5, 0.05, 0.1) == pytest.approx((f1 - naive) / (1 - naive))
    assert precision(0.5, 0.05, 0.1) == pytest.approx(right)
    assert precision(0.0, 0.0, 0.1) == 0.0


# statistics.md F3: the convention is blind to half of the people copied, at its usual prevalence.
@pytest.mark.parametrize(
    ("copied", "t", "found"), [(0.5, 0.5, 0.0), (0.2, 0.5, 0.0), (0.2, 0.1, 0.185)]
)
def test_what_it_does_not_see(copied, t, found):
    best = max(relative_f1(copied, 0.0, t), relative_f1(1.0, 1.0, t))
    assert best == pytest.approx(found, abs=5e-4)


def test_a_threshold_chosen_on_one_half_is_counted_on_the_other():
    # Members score 1, others 0, but for two of the ten members who are counted.
    real = np.array([1.0, 1.0] * 8 + [1.0, 0.0] * 2)
    holdout = np.zeros(20)
    found = fit_claims(real, holdout, half=halves(20, 20), prevalence=0.5)
    assert (found.n_real, found.n_holdout, found.threshold) == (10, 10, 1.0)
    assert found.relative_f1.value == pytest.approx(relative_f1(0.8, 0.0, 0.5))
    tpr, fpr = (clopper_pearson(k, 10, level=0.975) for k in (8, 0))
    assert found.relative_f1.low == pytest.approx(relative_f1(tpr.low, fpr.high, 0.5))
    assert found.relative_f1.high == pytest.approx(relative_f1(tpr.high, fpr.low, 0.5))
    assert found.precision.value == 1.0
    assert found.precision.low == pytest.approx(precision(tpr.low, fpr.high, 0.5))
    # Of 8 accused among 20 all are real: 10! 12! / (2! 20!) .
    assert found.tails.risky == pytest.approx(45 / 125_970)


def test_where_nothing_is_seen_everybody_is_claimed():
    real, holdout = np.zeros(40), np.zeros(60)
    found = fit_claims(real, holdout, half=halves(40, 60), prevalence=0.3)
    assert found.threshold == -np.inf
    assert found.relative_f1.value == 0.0
    assert found.precision.value == pytest.approx(0.3)
    assert found.tails.risky == 1.0


def test_one_person_on_a_side_is_no_half():
    assert fit_claims([1.0], [0.0], half=[True, False], prevalence=0.5) is None


@pytest.mark.parametrize("prevalence", [0.0, 1.0, -1.0])
def test_a_prevalence_is_a_share(prevalence):
    with pytest.raises(ValueError, match="prevalence"):
        fit_claims([1.0, 0.0], [0.0, 1.0], half=[True, False] * 2, prevalence=prevalence)


def test_the_null_lies_inside_the_ends():
    outside = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        real, holdout = rng.integers(0, 5, 200), rng.integers(0, 5, 100)
        half = rng.permutation(300) < 150
        found = fit_claims(real, holdout, half=half, prevalence=0.2)
        outside += found.relative_f1.low > 0
        outside += found.precision is not None and found.precision.low > 0.2
    # Each of 400 lower ends is missed 5 times in 100 at most: 20, and 38 with probability 1e-4.
    assert outside <= 38
