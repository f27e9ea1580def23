"""The nearer the closest record, the surer the claim."""

import numpy as np
import pytest

from audit.attacks.membership_closest_record import MembershipClosestRecord
from audit.contract.arms import Side
from audit.facts.measurement import Measurement
from audit.metrics.identical_match import IdenticalMatch
from tests.contract.handmade import LEVEL, WHOLE, lab_of

KINDS = {"x": WHOLE, "c": LEVEL}


def side(x, c):
    return {"x": [float(v) for v in x], "c": list(c)}


def measured(check, lab):
    found = check.run(lab.for_check(check.card.id))
    return {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}


def test_scores_by_hand():
    # Pool of x: 0, 5, 10. On the range 5 lies half-way; a ward that differs counts 1; two columns.
    lab = lab_of(KINDS, side([0, 10], [0, 0]), side([0, 10], [0, 1]), side([5], [0]))
    attack = MembershipClosestRecord()
    found = attack.scores(lab.arm(Side.REAL), {"encoding": "minmax"}, lab)
    by_x = dict(zip(lab.table(Side.REAL).numbers["x"], found, strict=True))
    # (10, 0) is as far from (10, 1), one mismatch, as from (0, 0), the whole range.
    assert by_x == {0.0: 0.0, 10.0: -0.5}
    [holdout] = attack.scores(lab.arm(Side.HOLDOUT), {"encoding": "minmax"}, lab)
    assert holdout == pytest.approx(-0.25)


def test_three_encodings_are_tried():
    lab = lab_of(KINDS, side([0, 10], [0, 0]), side([0], [0]), side([5], [0]))
    scopes = [s["encoding"] for s in MembershipClosestRecord().variants(lab)]
    assert scopes == ["rank", "minmax", "standardised"]


def test_scores_do_not_know_who_is_real():
    one, other = side([0, 1, 7], [0, 1, 1]), side([2, 3, 9], [1, 0, 0])
    released = side([1, 8, 8], [0, 1, 1])
    there, back = lab_of(KINDS, one, released, other), lab_of(KINDS, other, released, one)
    attack = MembershipClosestRecord()
    for encoding in ("rank", "minmax", "standardised"):
        scope = {"encoding": encoding}
        np.testing.assert_array_equal(
            attack.scores(there.arm(Side.REAL), scope, there),
            attack.scores(back.arm(Side.HOLDOUT), scope, back),
        )


def people(n, seed):
    rng = np.random.default_rng(seed)
    return side(rng.integers(0, 10_000, n), rng.integers(0, 5, n))


def test_a_copy_of_everybody_tells_members_apart():
    lab = lab_of(KINDS, people(300, 0), people(300, 0), people(200, 1))
    found = measured(MembershipClosestRecord(), lab)
    worst = found["auc", "worst"]
    assert worst.estimate.low > 0.9
    assert worst.p_value < 0.001


def test_the_same_people_on_both_sides_cannot_be_told_apart_and_are_copied():
    # S = T = H: all distances are 0, which says nothing; the copies are there for all to see.
    same = people(300, 0)
    lab = lab_of(KINDS, same, same, same)
    auc = measured(MembershipClosestRecord(), lab)["auc", "worst"]
    assert auc.estimate.value == 0.5
    assert auc.p_value == 1.0
    copied = measured(IdenticalMatch(), lab)
    assert copied["share", "all"].estimate.value == 1.0
    assert copied["control_share", "all"].estimate.value == 1.0


def test_one_usable_column_is_enough():
    kinds = {"c": LEVEL}
    lab = lab_of(kinds, {"c": [0, 0, 1]}, {"c": [0, 0]}, {"c": [1, 1, 0]})
    found = measured(MembershipClosestRecord(), lab)
    # Two of three real people are at distance 0, one of three others. Pairs:
    # (0, far) 2 x 2 wins, (0, 0) 2 ties, (far, far) 2 ties, (far, 0) 1 loss: (4 + 1 + 1) / 9.
    assert found["auc", "rank"].estimate.value == pytest.approx(6 / 9)
