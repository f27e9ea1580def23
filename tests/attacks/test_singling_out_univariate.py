"""Values that stand alone in the release become statements."""

import pytest

from audit.attacks.singling_out_univariate import SinglingOutUnivariate
from audit.contract.check import NothingToTry
from audit.contract.predicates import Op
from audit.facts.measurement import Measurement
from tests.contract.handmade import DATE, LEVEL, NUMBER, lab_of

DAY = 86_400e6
KINDS = {"c": LEVEL, "d": DATE, "x": NUMBER}


def rows(c, d, x):
    return {"c": c, "d": d, "x": x}


def lab(synthetic, real=None, holdout=None):
    other = rows([0, 0], [0.0, 0.0], [0.0, 0.0])
    return lab_of(KINDS, real or other, synthetic, holdout or other).for_check("so")


def said(made, n=4_000):
    statements = SinglingOutUnivariate(n_predicates=n).predicates(made)
    assert all(len(p.conditions) == 1 for p in statements)
    return sorted((c.column, c.op.value, c.value) for p in statements for c in p.conditions)


def test_what_is_said_of_four_records():
    synthetic = rows([0, 0, 1, None], [DAY, DAY, 3 * DAY, 3 * DAY], [1.0, 2.0, 2.0, 5.0])
    # Peers' defects 2 and 5: dates are spoken of, and a lone gap is.
    assert said(lab(synthetic)) == [
        ("c", Op.EQUALS.value, 1.0),
        ("c", Op.MISSING.value, 0.0),
        ("x", Op.AT_MOST.value, 1.0),
        ("x", Op.EQUALS.value, 1.0),
        ("x", Op.EQUALS.value, 5.0),
        ("x", Op.AT_LEAST.value, 5.0),
    ]


def test_dates_are_singled_out():
    released = rows([0] * 3, [DAY, DAY, 9 * DAY], [0.0] * 3)
    made = lab(released, real=rows([0] * 2, [DAY, 9 * DAY], [0.0] * 2))
    assert ("d", Op.EQUALS.value, 9 * DAY) in said(made)
    found = {
        m.name: m.estimate.value
        for m in SinglingOutUnivariate().run(made)
        if isinstance(m, Measurement) and not m.scope
    }
    # d == 9 and d >= 9 are true of one real person and of nobody in the holdout.
    assert found["excess"] == pytest.approx(1.0)


def test_two_gaps_are_not_alone():
    synthetic = rows([0, 0, 0], [0.0] * 3, [None, None, 4.0])
    assert said(lab(synthetic)) == [
        ("x", Op.AT_MOST.value, 4.0),
        ("x", Op.EQUALS.value, 4.0),
        ("x", Op.AT_LEAST.value, 4.0),
    ]


def test_as_many_as_asked_for():
    synthetic = rows([0] * 50, [0.0] * 50, [float(i) for i in range(50)])
    whole, part = said(lab(synthetic)), said(lab(synthetic), n=7)
    # 50 values, the smallest and the largest said twice.
    assert len(whole) == 52
    assert len(part) == 7
    assert set(part) <= set(whole)


def test_nothing_stands_alone():
    synthetic = rows([0, 0, 1, 1], [DAY] * 4, [2.0] * 4)
    with pytest.raises(NothingToTry):
        list(SinglingOutUnivariate().run(lab(synthetic)))


def test_the_order_of_statements_follows_the_seed_and_not_the_people():
    synthetic = rows([0] * 9, [0.0] * 9, [float(i) for i in range(9)])
    one = SinglingOutUnivariate().predicates(lab(synthetic))
    other = lab(synthetic, real=rows([2, 3], [1.0, 2.0], [5.0, 6.0]))
    assert SinglingOutUnivariate().predicates(other) == one
