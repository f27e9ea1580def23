"""Chances to point at exactly one person, by hand."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.statistics.isolation import isolates, rates


def test_of_everybody_only_a_single_match_isolates():
    assert isolates(np.array([0, 1, 2, 10]), 10, 10).tolist() == [0.0, 1.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("matches", "expected"),
    # Two of four people are drawn, 6 ways. One match: 3 of them hold it. Two matches: 2 x 2 hold
    # exactly one. Three: 3 x 1. Four: every pair holds two.
    [(1, 3 / 6), (2, 4 / 6), (3, 3 / 6), (4, 0.0)],
)
def test_two_of_four(matches, expected):
    assert isolates(np.array([matches]), 4, 2)[0] == pytest.approx(expected)


@given(st.integers(1, 60), st.data())
def test_is_the_hypergeometric_probability(n_people, data):
    n_drawn = data.draw(st.integers(1, n_people))
    m = data.draw(st.integers(0, n_people))
    exact = (
        m * comb(n_people - m, n_drawn - 1) / comb(n_people, n_drawn)
        if n_people - m >= n_drawn - 1
        else 0.0
    )
    assert isolates(np.array([m]), n_people, n_drawn)[0] == pytest.approx(exact, abs=1e-12)


def test_both_sides_are_compared_at_the_smaller_size():
    # 1 of 4 real people matches: half of the draws of 2 hold it. 1 of 2 holdout people: all do.
    found = rates(np.array([1]), np.array([1]), n_real=4, n_holdout=2)
    assert found.attack == pytest.approx(0.5)
    assert found.control == pytest.approx(1.0)
