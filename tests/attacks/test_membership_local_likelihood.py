"""Synthetic neighbours that are likelier with this person."""

from math import exp, log1p

import numpy as np

from audit.attacks.membership_local_likelihood import MembershipLocalLikelihood
from audit.contract.arms import Side
from tests.attacks.family import scored
from tests.attacks.four import GAP, four

ATTACK = MembershipLocalLikelihood()


def test_by_hand():
    # What the others add at the record, and what the person adds, thinned to one of three.
    h = 0.25 * GAP
    at = {x: exp(-d / 8 / h) for x, d in {0: 5, 1: 3, 3: 1, 10: 1}.items()}
    expected = [
        log1p(at[0] / ((at[1] + at[3] + at[10]) / 3)),
        log1p(at[3] / ((at[0] + at[1] + at[10]) / 3)),
    ]
    found = scored(ATTACK, four(), Side.REAL, {"encoding": "rank", "k": "1"})
    np.testing.assert_allclose(found, expected)
