"""Whoever stands apart differs in three columns and lies far: against a loop over all pairs."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from audit.contract.apart import MOST_PARTS, near_a_twin, standing_apart
from audit.contract.arms import Side
from audit.space.encode import RANK
from audit.space.points import measure
from tests.contract.handmade import LEVEL, NUMBER, WHOLE, lab_of

KINDS = {"x": NUMBER, "y": WHOLE, "c": LEVEL, "d": LEVEL}
value = st.one_of(st.none(), st.integers(0, 3).map(float))
code = st.one_of(st.none(), st.integers(0, 3))
rows = st.lists(st.tuples(value, value, code, code, st.integers(0, 4)), min_size=1, max_size=9)


def columns(rows):
    x, y, c, d, _ = (list(part) for part in zip(*rows, strict=True))
    return {"x": x, "y": y, "c": c, "d": d}


def lab_from(real, holdout=None):
    people = {"real": [r[4] for r in real]}
    if holdout:
        people["holdout"] = [r[4] for r in holdout]
    released = {"x": [0.0], "y": [0.0], "c": [0], "d": [0]}
    return lab_of(
        KINDS, columns(real), released, columns(holdout) if holdout else None, people=people
    )


def distances(one, other):
    return measure(one, other, np.tile(np.arange(len(other)), (len(one), 1)))


def pairs(lab, sides):
    """Per pair of rows: in how many columns they agree, how far they are, whether two people."""
    tables = [lab.table(s) for s in sides]
    cells = np.concatenate(
        [
            np.column_stack(
                [np.nan_to_num(t.numbers[n], nan=-1.0) for n in ("x", "y")]
                + [t.codes[n] for n in ("c", "d")]
            )
            for t in tables
        ]
    )
    offsets = np.cumsum([0] + [t.n_people for t in tables])
    person = np.concatenate([t.people + o for t, o in zip(tables, offsets, strict=False)])
    points = [lab.points(s, lab.schema.comparable(), RANK) for s in sides]
    far = np.block([[distances(q, p) for p in points] for q in points])
    alike = (cells[:, None, :] == cells[None, :, :]).sum(axis=2)
    return alike, far, person


@settings(max_examples=100, deadline=None)
@given(real=rows, holdout=st.one_of(st.none(), rows))
def test_who_stands_apart_is_as_in_a_loop(real, holdout):
    lab = lab_from(real, holdout)
    sides = [Side.REAL, *([Side.HOLDOUT] if holdout else [])]
    alike, far, person = pairs(lab, sides)
    others = person[:, None] != person[None, :]
    gaps = np.where(others, far, np.inf).min(axis=1)
    known = np.sort(gaps[(gaps > 0) & np.isfinite(gaps)])
    close = known[max(int(np.ceil(0.01 * known.size)) - 1, 0)] if known.size else 0.0
    expected = ~((alike >= 2) & others).any(axis=1) & (gaps > close * (1 + 1e-9))
    found = standing_apart(lab)
    assert found.radius == pytest.approx(close / 2)
    assert np.concatenate([found.rows[s] for s in sides]).tolist() == expected.tolist()


@settings(max_examples=100, deadline=None)
@given(real=rows, radius=st.sampled_from([0.0, 0.05, 0.1, 0.2]))
def test_near_a_twin_is_as_in_a_loop(real, radius):
    lab = lab_from(real)
    alike, far, person = pairs(lab, [Side.REAL])
    # With several rows of one person among the nearest two, the count is on the safe side.
    assume(np.unique(person).size == person.size)
    others = person[:, None] != person[None, :]
    met = ((alike >= 2) | (far <= 2 * radius * (1 + 1e-9))) & others
    near = ((alike >= 3) | (far <= radius * (1 + 1e-9))) & others
    expected = near.any(axis=1) & (met.sum(axis=1) == 1)
    assert near_a_twin(lab, radius).tolist() == expected.tolist()


def spread(n, offset=0.0):
    return {name: [offset + 10.0 * i for i in range(n)] for name in "abcd"}


def test_the_radius_is_half_the_first_percentile():
    kinds = dict.fromkeys("abcd", NUMBER)
    # Two tables of 50 interleaved people on a line: everybody is one rank of 100 from the next.
    lab = lab_of(kinds, spread(50), spread(1), spread(50, offset=5.0))
    found = standing_apart(lab)
    assert found.radius == pytest.approx(0.01 / 2)
    # Nobody lies farther than everybody does.
    assert not found.rows[Side.REAL].any()


def test_twins_do_not_make_the_radius_zero():
    kinds = dict.fromkeys("abcd", NUMBER)
    # Half of the real people have a twin in the holdout; the others lie ranks apart.
    lab = lab_of(kinds, spread(50), spread(1), spread(25))
    found = standing_apart(lab)
    assert found.radius == pytest.approx(1 / 75 / 2)
    assert not found.rows[Side.HOLDOUT].any()
    same = {name: [1.0, 1.0] for name in "abcd"}
    alike = standing_apart(lab_of(kinds, same, same, same))
    assert alike.radius == 0.0
    assert not alike.rows[Side.REAL].any()


def test_one_person_alone_is_far_from_everybody():
    kinds = dict.fromkeys("abcd", NUMBER)
    lab = lab_of(kinds, spread(1), spread(1))
    found = standing_apart(lab)
    assert found.radius == 0.0
    assert found.rows[Side.REAL].tolist() == [True]
    assert near_a_twin(lab, 0.1).tolist() == [False]


def test_two_columns_make_nobody_stand_apart():
    kinds = dict.fromkeys("ab", NUMBER)
    rows = {"a": [1.0, 50.0, 90.0], "b": [3.0, 700.0, 9.0]}
    lab = lab_of(kinds, rows, rows, {"a": [5.0], "b": [6.0]})
    assert not standing_apart(lab).rows[Side.REAL].any()


def test_wide_tables_never_take_more_people_for_apart_than_columns_do():
    names = [f"c{i:02d}" for i in range(2 * MOST_PARTS)]
    kinds = dict.fromkeys(names, LEVEL)

    def table(*rows):
        return {n: [r[i] for r in rows] for i, n in enumerate(names)}

    zero, one = [0] * len(names), [1] * len(names)
    # Three differences, in columns 0, 24 and 1: the first two are of one group of columns.
    three = [1 if i in (0, 1, MOST_PARTS) else 0 for i in range(len(names))]
    four = [1 if i < 4 else 0 for i in range(len(names))]
    close = standing_apart(lab_of(kinds, table(zero, three), table(zero), table(one)))
    assert close.rows[Side.REAL].tolist() == [False, False]
    assert close.rows[Side.HOLDOUT].tolist() == [True]
    apart = standing_apart(lab_of(kinds, table(zero, four), table(zero), table(one)))
    # 4 of 48 columns differ: the nearest pair decides the radius and is not beyond it.
    assert apart.radius == pytest.approx(4 / 48 / 2)


def test_standing_apart_does_not_know_who_is_real():
    one = [(0.0, 0.0, 0, 0, 0), (5.0, 5.0, 1, 1, 1)]
    other = [(1.0, 1.0, 2, 2, 0), (1.0, 1.0, 2, 3, 1)]
    there, back = standing_apart(lab_from(one, other)), standing_apart(lab_from(other, one))
    assert there.radius == back.radius
    assert sorted(there.rows[Side.REAL]) == sorted(back.rows[Side.HOLDOUT])
    assert sorted(there.rows[Side.HOLDOUT]) == sorted(back.rows[Side.REAL])
