"""The share of phantoms, by hand."""

import numpy as np
import pytest

from audit.statistics.phantom import phantom_share


def test_a_ratio_of_two_rates():
    # 40 of 100 real and 10 of 100 holdout people: a quarter would have been won anyhow.
    found = phantom_share(40, 100, 10, 100)
    assert found.value == 0.25
    assert 0.13 < found.low < 0.25 < found.high < 0.45


def test_an_attack_that_wins_as_often_against_strangers_finds_phantoms_alone():
    found = phantom_share(10, 100, 12, 100)
    assert found.value == found.high == 1.0
    assert found.low < 1.0


def test_no_win_against_a_stranger_leaves_no_phantom():
    found = phantom_share(10, 100, 0, 100)
    assert found.value == found.low == 0.0
    # 3 of 100 cannot be excluded: about .03 / .1.
    assert 0.1 < found.high < 0.4


def test_without_any_win_there_is_nothing_to_be_a_share_of():
    assert phantom_share(0, 100, 3, 100) is None


def test_each_end_holds_in_nineteen_of_twenty():
    rng = np.random.default_rng(3)
    truth, draws = 0.5, 600
    missed = np.zeros(2)
    for _ in range(draws):
        found = phantom_share(rng.binomial(300, 0.4), 300, rng.binomial(200, 0.2), 200)
        missed += [found.low > truth, found.high < truth]
    assert missed / draws == pytest.approx(0.05, abs=0.03)
