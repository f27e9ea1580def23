"""Alike in all but h columns."""

import numpy as np
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


@pytest.mark.parametrize("h", [0, 1])
def test_the_published_procedure_by_hand(h):
    """El Emam et al. 2022 count an attack set whose share of members is the sampling fraction.

    Where the people counted happen to have that share nobody is weighted, and F1 is plain:
    2 TP / (2 TP + FP + FN), against 2 t / (1 + t) for claiming everybody.
    """
    rng = np.random.default_rng(0)
    n = 60
    # Six columns of 10,000 levels: by chance two people agree in one of them at most.
    synthetic = rng.integers(0, 10_000, (n, 6))
    real, holdout = synthetic.copy(), rng.integers(0, 10_000, (n, 6))
    # 40 of 60 real people are as released but for h columns, 6 of 60 others but for one.
    real[:, :h] = 10_000 + np.arange(n)[:, None]
    real[40:] = rng.integers(0, 10_000, (20, 6))
    holdout[:6, 1:] = synthetic[40:46, 1:]
    names = "abcdef"
    sides = (dict(zip(names, side.T, strict=True)) for side in (real, synthetic, holdout))
    lab = lab_of(dict.fromkeys(names, LEVEL), *sides)

    own = lab.for_check(MembershipF1.card.id)
    counted = ~(own.stream("half").permutation(2 * n) < n)
    likeness = [MembershipF1()._likeness(side, lab) for side in (Side.REAL, Side.HOLDOUT)]
    members, others = likeness[0][counted[:n]], likeness[1][counted[n:]]
    true, false = int((members >= -h).sum()), int((others >= -h).sum())
    missed, t = members.size - true, members.size / (members.size + others.size)
    f1, naive = 2 * true / (2 * true + false + missed), 2 * t / (1 + t)

    found = measured(MembershipF1(prevalence=t), lab)
    assert (0 < true < members.size, false > 0) == (True, h == 1)
    assert found["relative_f1"].estimate.value == pytest.approx((f1 - naive) / (1 - naive))
    assert found["ppv"].estimate.value == pytest.approx(true / (true + false))


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
