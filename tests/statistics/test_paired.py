"""Which of two people was in the data: guesses, and what so many right ones exclude."""

from math import log

import numpy as np
import pytest

from audit.statistics.paired import epsilon_from_guesses, paired_epsilon
from audit.statistics.rates import clopper_pearson


def test_guesses_by_hand():
    low = clopper_pearson(90, 100).low
    assert epsilon_from_guesses(90, 100) == pytest.approx(log(low / (1 - low)))
    # All right: the lower end is .05 ** (1 / r).
    assert epsilon_from_guesses(20, 20) == pytest.approx(log(0.05**0.05 / (1 - 0.05**0.05)))
    assert epsilon_from_guesses(50, 100) == 0.0
    assert epsilon_from_guesses(0, 5) == 0.0


@pytest.mark.parametrize("epsilon", [0.0, 1.0])
def test_an_epsilon_private_answer_is_contradicted_no_more_often_than_said(epsilon):
    above, found = 0, []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        n = 2_000
        # Independent per person: each reports its membership through randomised response, each of
        # the two with half of epsilon, as replacing a person changes both reports.
        keep = np.exp(epsilon / 2) / (1 + np.exp(epsilon / 2))
        real = (rng.random(n) < keep).astype(float)
        holdout = (rng.random(n) >= keep).astype(float)
        bound = paired_epsilon([real, rng.normal(size=n)], [holdout, rng.normal(size=n)], rng=rng)
        above += bound.value > epsilon
        found.append(bound.value)
    # Binomial(100, .05) exceeds 14 with a probability of 5e-5.
    assert above <= 14
    if epsilon:
        assert np.mean(found) > 0.6 * epsilon


def test_a_full_copy_is_contradicted_as_far_as_the_pairs_reach():
    bound = paired_epsilon([np.ones(400)], [np.zeros(300)], rng=np.random.default_rng(0))
    assert (bound.pairs, bound.right, bound.guesses) == (150, 150, 150)
    assert bound.value == pytest.approx(epsilon_from_guesses(150, 150))


def test_ties_are_settled_by_a_coin():
    bound = paired_epsilon([np.zeros(2_000)], [np.zeros(2_000)], rng=np.random.default_rng(0))
    assert 0 < bound.right < bound.guesses
    assert bound.value == 0.0


def test_few_pairs_say_nothing():
    assert paired_epsilon([np.zeros(39)], [np.zeros(39)], rng=np.random.default_rng(0)) is None
