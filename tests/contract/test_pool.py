"""Whose record is nearest, ties shared evenly and blind to labels."""

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.pool import nearest_pooled
from audit.space.encode import RANK
from tests.contract.handmade import LEVEL, WHOLE, lab_of

KINDS = {"x": WHOLE, "c": LEVEL}


def side(*x):
    return {"x": list(map(float, x)), "c": [0] * len(x)}


def weights(lab, among=None):
    found = nearest_pooled(lab, lab.schema.comparable(), RANK)
    x = np.concatenate([lab.table(s).numbers["x"] for s in (Side.REAL, Side.HOLDOUT)])
    person = found.weights(None if among is None else among(found))
    return found, x, person


def test_equal_rows_share_a_record_evenly():
    # Four records. 0 stands once in real and once in holdout: 1/4 shared, 1/8 each. 1 is a real
    # person's: 1/4. 3 is a holdout person's, twice: 2/4.
    found, x, w = weights(lab_of(KINDS, side(0, 1), side(0, 1, 3, 3), side(0, 3)))
    carried = {(float(v), bool(r)): float(p) for v, r, p in zip(x, found.is_real, w, strict=True)}
    assert carried == {(0, True): 0.125, (1, True): 0.25, (0, False): 0.125, (3, False): 0.5}
    assert found.distances.tolist() == [0.0] * 4


def test_three_equal_rows_share_by_rows_not_by_sides():
    # Two of the three rows equal to the one record are real: they carry 2/3 of it.
    found, _, w = weights(lab_of(KINDS, side(0, 0), side(0), side(0)))
    assert w.tolist() == pytest.approx([1 / 3] * 3)
    assert w[found.is_real].sum() == pytest.approx(2 / 3)


def test_a_person_carries_all_of_their_rows():
    people = {"real": [7, 7, 8], "holdout": [1]}
    lab = lab_of(KINDS, side(0, 1, 5), side(0, 1, 1, 5), side(9), people=people)
    found, _, w = weights(lab)
    assert found.n_people == 3
    # Records 0, 1, 1 belong to the person with two rows, 5 to the other one.
    assert sorted(w[found.is_real]) == [0.25, 0.75]
    assert w.sum() == pytest.approx(1.0)


def test_labels_move_nothing_but_labels():
    real, holdout, synthetic = side(0, 1, 4, 4), side(2, 4, 7), side(1, 2, 2, 4, 5, 6)
    _, x, there = weights(lab_of(KINDS, real, synthetic, holdout))
    _, y, back = weights(lab_of(KINDS, holdout, synthetic, real))

    def by_value(values, carried):
        return sorted(zip(values.tolist(), np.round(carried, 12).tolist(), strict=True))

    assert by_value(x, there) == by_value(y, back)


def test_only_some_records_count():
    lab = lab_of(KINDS, side(0, 5), side(0, 0, 5), side(9))
    found, _, w = weights(lab, among=lambda f: f.distances <= 0)
    assert sorted(w[found.is_real]) == pytest.approx([1 / 3, 2 / 3])
