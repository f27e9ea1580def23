"""How many synthetic records lie within a radius."""

import numpy as np

from audit.attacks.membership_local_count import MembershipLocalCount, counted_within
from audit.contract.arms import Side
from tests.attacks.family import scored
from tests.attacks.four import four


def test_by_hand():
    # The nearest records lie at 1/8 1/8 3/8 5/8: half of the people reach one within 2/8.
    found = scored(
        MembershipLocalCount(), four(), Side.REAL, {"encoding": "rank", "reached": "0.5"}
    )
    # All that is listed lies within at x = 3, at half the radius: the place is twice as dense.
    np.testing.assert_allclose(found, [0, 2])


def test_counts_go_on_where_the_list_ends():
    distances = np.array([[0.1, 0.2, 0.3], [0.1, 0.2, 0.25], [0.1, 0.4, 0.5], [0.0, 0.0, 0.0]])
    # At the end of the list, beyond it, before it; and three equal records.
    np.testing.assert_allclose(counted_within(distances, 0.3), [3, 3.6, 1, 3])
    np.testing.assert_allclose(counted_within(distances, 0.0), [0, 0, 0, 3])
