"""Taken for synthetic by a learner."""

import numpy as np
import pytest

from audit.attacks.membership_discriminator import MembershipDiscriminator
from audit.contract.arms import Side
from tests.attacks.family import scored
from tests.contract.handmade import NUMBER, lab_of


@pytest.mark.parametrize("learner", ["trees", "linear"])
def test_people_where_the_release_is_stand_above(learner):
    rng = np.random.default_rng(0)
    low, high = (sorted(rng.normal(c, 1, 60)) for c in (0, 4))
    # The release lies around 0 only; half of the people on either side do.
    people = {"x": [*low[::2], *high[::2]]}
    lab = lab_of({"x": NUMBER}, people, {"x": sorted(rng.normal(0, 1, 60))}, people)
    found = scored(MembershipDiscriminator(rounds=5), lab, Side.REAL, {"learner": learner})
    # In the order of x.
    assert np.median(found[:30]) > np.median(found[30:]) + 0.2


def test_tables_are_thinned_for_the_learner():
    rng = np.random.default_rng(1)
    tables = [{"x": rng.normal(size=90)} for _ in range(3)]
    lab = lab_of({"x": NUMBER}, *tables)
    small, all_rows = (
        scored(MembershipDiscriminator(rows=n), lab, Side.REAL, {"learner": "linear"})
        for n in (30, 10_000)
    )
    assert small.shape == all_rows.shape
    assert not np.array_equal(small, all_rows)
