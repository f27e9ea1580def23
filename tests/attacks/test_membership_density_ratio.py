"""Denser in the release than in the population."""

from math import exp, log

import numpy as np

from audit.attacks.membership_density_ratio import MembershipDensityRatio
from audit.contract.arms import Side
from tests.attacks.family import scored
from tests.attacks.four import GAP, four
from tests.contract.handmade import NUMBER, lab_of

ATTACK = MembershipDensityRatio()


def test_kernels_by_hand():
    scope = {"encoding": "rank", "density": "kernel", "width": "0.5"}
    found = scored(ATTACK, four(), Side.REAL, scope)
    h = 0.5 * GAP
    # Each of the three others counts by its chance of being drawn.
    zero = (exp(-2 / 8 / h) + exp(-4 / 8 / h) + exp(-6 / 8 / h)) / 3
    three = (2 * exp(-2 / 8 / h) + exp(-4 / 8 / h)) / 3
    np.testing.assert_allclose(found, [-5 / 8 / h - log(zero), -1 / 8 / h - log(three)])


def test_neighbours_by_hand():
    scope = {"encoding": "rank", "density": "nearest", "k": "1"}
    found = scored(ATTACK, four(), Side.REAL, scope)
    np.testing.assert_allclose(found, [log(48) / 3 - log(5), log(16) / 3 - log(1)])


def test_an_outlier_with_a_copy_stands_above_everybody():
    # A density with a floor would call both tables empty at 1,000 and give it no rank at all.
    rng = np.random.default_rng(0)
    crowd = [sorted(rng.normal(size=30)) for _ in range(3)]
    lab = lab_of(
        {"x": NUMBER}, {"x": [*crowd[0], 1_000]}, {"x": [*crowd[1], 1_000]}, {"x": crowd[2]}
    )
    scope = {"encoding": "standardised", "density": "kernel", "width": "0.25"}
    found = scored(ATTACK, lab, Side.REAL, scope)
    assert np.argmax(found) == 30
    assert np.isfinite(found).all()
