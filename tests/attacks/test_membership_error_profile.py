"""Better predicted by the release than by the population."""

import numpy as np

from audit.attacks.membership_error_profile import MembershipErrorProfile
from audit.contract.arms import Side
from tests.attacks.family import scored
from tests.contract.handmade import FLAG, NUMBER, lab_of


def people(n, seed):
    rng = np.random.default_rng(seed)
    return {"x": rng.normal(size=n), "f": rng.integers(0, 2, n)}


def test_values_that_only_the_release_explains():
    # Whether f is set is a coin in the population. The release knows the coins of real people.
    real, holdout = people(120, 0), people(120, 1)
    lab = lab_of({"x": NUMBER, "f": FLAG}, real, real, holdout)
    ours, theirs = (scored(MembershipErrorProfile(), lab, s) for s in (Side.REAL, Side.HOLDOUT))
    assert np.mean(ours[:, None] > theirs) > 0.6


def test_one_constant_column_says_nothing():
    lab = lab_of({"f": FLAG}, {"f": [0, 0]}, {"f": [0, 0]}, {"f": [0, 0]})
    np.testing.assert_array_equal(scored(MembershipErrorProfile(), lab, Side.REAL), [0, 0])
