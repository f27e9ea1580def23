"""Nearer to the release than to other people."""

from math import log

import numpy as np

from audit.attacks.membership_calibrated_distance import MembershipCalibratedDistance
from audit.contract.arms import Side
from tests.attacks.family import scored
from tests.attacks.four import four
from tests.contract.handmade import LEVEL, lab_of

ATTACK = MembershipCalibratedDistance()


def test_difference_by_hand():
    found = scored(ATTACK, four(), Side.REAL, {"encoding": "rank", "form": "difference"})
    np.testing.assert_allclose(found, [4 / 8 - 5 / 8, 1 / 3 - 1 / 8])


def test_ratio_by_hand():
    found = scored(ATTACK, four(), Side.REAL, {"encoding": "rank", "form": "ratio"})
    others = [log(2 * 4 * 6) / 3, log(2 * 2 * 4) / 3]
    np.testing.assert_allclose(found, [others[0] - log(5), others[1] - log(1)])


def test_two_equal_records_give_a_finite_ratio():
    # Both distances are 0: the ratio is that of two equal things, whatever stands for 0.
    lab = lab_of({"c": LEVEL}, {"c": [0, 0]}, {"c": [0, 0, 0]}, {"c": [0, 0]})
    found = scored(ATTACK, lab, Side.REAL, {"encoding": "rank", "form": "ratio"})
    np.testing.assert_allclose(found, 0, atol=1e-12)


def test_two_forms_in_three_encodings():
    assert len(ATTACK.variants(four())) == 6
