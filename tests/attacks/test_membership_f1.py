"""Alike in all but h columns."""

import pytest

from audit.attacks.membership_f1 import MembershipF1
from audit.contract.arms import Side
from audit.contract.binned import binned_points
from audit.contract.lab import Lab
from audit.errors import UsageError
from audit.facts.measurement import Measurement
from audit.harness.registry import configured
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, NUMBER, lab_of


def measured(check, lab):
    found = check.run(lab.for_check(check.card.id))
    return {m.name: m for m in found if isinstance(m, Measurement)}


def test_twenty_equal_parts_by_hand():
    # The pool reaches from 0 to 100: parts of 5; 100 is in the last, 104 beyond, a gap apart.
    lab = lab_of(
        {"x": NUMBER, "c": LEVEL},
        {"x": [0.0, 4.9, None], "c": [0, 1, 2]},
        {"x": [104.0, -3.0, 5.0], "c": [0, 0, 3]},
        {"x": [100.0, 52.0], "c": [0, 0]},
    )
    codes = {}
    for side in Side:
        points = binned_points(lab.table(side), lab)
        assert points.numbers.shape[1] == 0
        table = lab.table(side)
        codes |= dict(zip(table.numbers["x"].tolist(), points.codes[:, 1].tolist(), strict=True))
    assert {k: v for k, v in codes.items() if k == k} == {
        0.0: 0, 4.9: 0, 104.0: 20, -3.0: -1, 5.0: 1, 100.0: 19, 52.0: 10
    }  # fmt: skip
    assert -2 in codes.values()


def test_the_least_number_of_columns_that_differ():
    lab = lab_of(
        {"x": NUMBER, "c": LEVEL},
        {"x": [0.0, 100.0, 50.0], "c": [0, 1, 2]},
        {"x": [1.0, 99.0], "c": [0, 0]},
        {"x": [50.0], "c": [0]},
    )
    found = MembershipF1()._likeness(Side.REAL, lab)
    by_x = dict(zip(lab.table(Side.REAL).numbers["x"].tolist(), found.tolist(), strict=True))
    assert by_x == {0.0: 0.0, 100.0: -1.0, 50.0: -2.0}


def test_a_full_copy_is_seen_and_a_fresh_sample_is_not():
    copied, fresh = (
        measured(MembershipF1(), Lab(planted_release(leak=p, n=400), seed=3)) for p in (1.0, 0.0)
    )
    assert copied["relative_f1"].estimate.low > 0.2
    assert copied["ppv"].estimate.low > 0.6
    assert fresh["relative_f1"].estimate.low <= 0.0
    assert fresh["relative_f1"].p_value > 0.01


def test_half_of_the_people_copied_are_seen_at_one_prevalence_and_not_at_another():
    # F3: at one half, claiming everybody is as good as claiming the copied half.
    lab = Lab(planted_release(leak=0.5, n=400), seed=3)
    rare, common = (measured(MembershipF1(prevalence=t), lab) for t in (0.05, 0.5))
    assert rare["relative_f1"].estimate.low > 0.2
    assert common["relative_f1"].estimate.value < 0.05
    assert rare["ppv"].estimate.low > 0.5
    assert (rare["ppv"].null_value, common["ppv"].null_value) == (0.05, 0.5)


def test_it_never_clears():
    assert MembershipF1.card.clears is False


@pytest.mark.parametrize("prevalence", [0.0, 1.0, 2.0])
def test_a_prevalence_is_a_share(prevalence):
    with pytest.raises(UsageError, match="prevalence"):
        configured({"membership-f1": {"prevalence": prevalence}})
