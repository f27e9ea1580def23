"""A count of copied people is a census; only the natural rate is estimated."""

from math import comb

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.copies import Copies, chances, copies_measured
from audit.facts.measurement import NO_SCOPE
from audit.statistics.rates import clopper_pearson
from tests.contract.handmade import WHOLE, lab_of


def first(k, n):
    return np.arange(n) < k


def copies(k_real, n_real, k_holdout, n_holdout, *, common=0):
    """People found, among those who count; `common` people are found and do not count."""

    def found(k, n):
        return np.concatenate([first(k, n), np.ones(common, bool)])

    def among(n):
        return np.concatenate([np.ones(n, bool), np.zeros(common, bool)])

    return Copies(
        {Side.REAL: found(k_real, n_real), Side.HOLDOUT: found(k_holdout, n_holdout)},
        {Side.REAL: among(n_real), Side.HOLDOUT: among(n_holdout)},
    )


def by_name(found, scope=NO_SCOPE):
    return {m.name: m for m in copies_measured(found, scope)}


def test_nobody_was_copied_is_known_and_not_estimated():
    found = by_name(copies(0, 2_000, 0, 1_000))
    for name in ("share", "excess"):
        estimate = found[name].estimate
        assert (estimate.value, estimate.low, estimate.high) == (0.0, 0.0, 0.0)
        assert estimate.is_exact
    assert found["excess"].p_value == 1.0


def test_nobody_copied_and_collisions_in_the_holdout():
    estimate = by_name(copies(0, 10, 2, 10))["excess"].estimate
    # Nothing above 0 is possible where nobody was copied.
    assert (estimate.value, estimate.high) == (-0.2, 0.0)
    assert estimate.low == pytest.approx(-clopper_pearson(2, 10).high)


def test_some_copied_by_hand():
    found = by_name(copies(3, 10, 1, 5), {"rows": "all"})
    control = clopper_pearson(1, 5)
    assert found["share"].estimate.value == 0.3
    assert found["share"].estimate.is_exact
    assert found["control_share"].estimate.value == 0.2
    excess = found["excess"]
    assert excess.estimate.value == pytest.approx(0.1)
    assert excess.estimate.low == pytest.approx(0.3 - control.high)
    assert excess.estimate.high == pytest.approx(0.3 - control.low)
    # 4 of 15 people were found; at least 3 of them among the 10 real ones.
    p = (comb(10, 3) * comb(5, 1) + comb(10, 4)) / comb(15, 4)
    assert excess.p_value == pytest.approx(p)
    assert all(m.scope == {"rows": "all"} for m in found.values())


def test_a_few_copies_without_collisions_are_no_pass_and_no_fail():
    excess = by_name(copies(3, 2_000, 0, 2_000))["excess"]
    # Hypergeometric: (1/2)^3, a little less.
    assert excess.p_value == pytest.approx(0.125, abs=0.001)
    assert excess.estimate.value == pytest.approx(0.0015)
    assert excess.estimate.high == pytest.approx(0.0015)
    assert excess.estimate.low < 0.0015


def test_only_those_who_count_are_counted():
    found = by_name(copies(1, 4, 0, 4, common=7))
    assert found["share"].n == 4
    assert found["share"].estimate.value == 0.25
    assert found["control_share"].estimate.value == 0.0


def test_without_anybody_to_compare_with_there_is_no_excess():
    found = Copies(
        {Side.REAL: first(2, 4), Side.HOLDOUT: first(1, 3)},
        {Side.REAL: first(4, 4), Side.HOLDOUT: first(0, 3)},
    )
    assert set(by_name(found)) == {"share"}


def test_without_a_holdout_the_control_is_leave_one_out():
    found = Copies({Side.REAL: first(6, 10)}, {Side.REAL: first(10, 10)}, natural=first(2, 10))
    measured = by_name(found)
    assert measured["control_share"].estimate.value == 0.2
    assert "leave-one-out" in measured["control_share"].estimate.method
    assert measured["excess"].estimate.value == pytest.approx(0.4)
    # The two who meet are one pair, and a pair stands for two: 1 of 5. So 7 of 15 were found, at
    # least 6 of them among the ten.
    p = (comb(10, 6) * comb(5, 1) + comb(10, 7)) / comb(15, 7)
    assert measured["excess"].p_value == pytest.approx(p)
    # Relabelling is not possible without a holdout.
    assert measured["excess"].p_safe_side is None


def test_more_records_meet_more_people():
    real, few, many = ({"x": [float(i) for i in range(n)]} for n in (4, 2, 10))
    assert chances(lab_of({"x": WHOLE}, real, many)) == 2.5
    assert chances(lab_of({"x": WHOLE}, real, few)) == 1.0
    found = Copies({Side.REAL: first(6, 10)}, {Side.REAL: first(10, 10)}, first(2, 10), chances=2.5)
    # 2 of 10 meet another one of 10; 25 records meet five of them, at most.
    assert by_name(found)["control_share"].estimate.value == 0.5
    sure = Copies({Side.REAL: first(6, 10)}, {Side.REAL: first(10, 10)}, first(9, 10), chances=2.5)
    assert by_name(sure)["control_share"].estimate.value == 1.0
