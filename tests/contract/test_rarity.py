"""Rare is whoever differs in two columns from everybody else: against a loop over all pairs."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.contract.arms import Side
from audit.contract.rarity import (
    met_another,
    numbered,
    rare_but_for_a_twin,
    rare_rows,
    shared_by_two,
    stands_in,
    unique_but_for_a_twin,
    unique_rows,
)
from tests.contract.handmade import LEVEL, NUMBER, WHOLE, lab_of

KINDS = {"x": NUMBER, "y": WHOLE, "c": LEVEL}
value = st.one_of(st.none(), st.integers(0, 2).map(float))
code = st.one_of(st.none(), st.integers(0, 2))
rows = st.lists(st.tuples(value, value, code, st.integers(0, 3)), min_size=1, max_size=9)


def columns(rows):
    x, y, c, _ = (list(part) for part in zip(*rows, strict=True))
    return {"x": x, "y": y, "c": c}


def lab_from(real, holdout):
    people = {"real": [r[3] for r in real]}
    if holdout is not None:
        people["holdout"] = [r[3] for r in holdout]
    released = {"x": [0.0], "y": [0.0], "c": [0]}
    return lab_of(
        KINDS, columns(real), released, None if holdout is None else columns(holdout), people=people
    )


def cells(table):
    """Rows of a table as they stand there, with -1 for what is missing."""
    numbers = [np.nan_to_num(table.numbers[n], nan=-1.0) for n in ("x", "y")]
    return np.column_stack([*numbers, table.codes["c"]]), table.people


def agreements(lab, sides):
    """Return rows, persons and, per pair of rows, in how many columns they agree."""
    parts = [cells(lab.table(s)) for s in sides]
    whole = np.concatenate([c for c, _ in parts])
    offsets = np.cumsum([0] + [lab.table(s).n_people for s in sides])
    person = np.concatenate([p + o for (_, p), o in zip(parts, offsets, strict=False)])
    alike = (whole[:, None, :] == whole[None, :, :]).sum(axis=2)
    return alike, person


@settings(max_examples=120, deadline=None)
@given(real=rows, holdout=st.one_of(st.none(), rows))
def test_rare_rows_are_those_of_a_loop(real, holdout):
    lab = lab_from(real, holdout)
    sides = [Side.REAL, *([Side.HOLDOUT] if holdout else [])]
    alike, person = agreements(lab, sides)
    others = person[:, None] != person[None, :]
    expected = ~((alike >= 2) & others).any(axis=1)
    found = np.concatenate([rare_rows(lab)[s] for s in sides])
    assert found.tolist() == expected.tolist()


@settings(max_examples=120, deadline=None)
@given(real=rows)
def test_rare_but_for_a_twin_is_that_of_a_loop(real):
    lab = lab_from(real, None)
    alike, person = agreements(lab, [Side.REAL])
    others = person[:, None] != person[None, :]
    beside = ((alike == 2) & others).any(axis=1)
    twins = [np.unique(person[(alike[i] == 3) & others[i]]).size for i in range(person.size)]
    expected = ~beside & (np.array(twins) == 1)
    assert rare_but_for_a_twin(lab).tolist() == expected.tolist()


def test_the_other_rows_of_a_person_make_nobody_common():
    # One person with two rows that differ in one column, and nobody like them.
    mine = [(0.0, 0.0, 0, 7), (0.0, 0.0, 1, 7)]
    lab = lab_from([*mine, (1.0, 1.0, 2, 8)], None)
    assert rare_rows(lab)[Side.REAL].all()
    strangers = lab_from([(0.0, 0.0, 0, 6), (0.0, 0.0, 1, 7), (1.0, 1.0, 2, 8)], None)
    assert rare_rows(strangers)[Side.REAL].sum() == 1


def test_rarity_does_not_know_who_is_real():
    one, other = [(0.0, 0.0, 0, 0), (1.0, 1.0, 1, 1)], [(0.0, 0.0, 2, 0), (2.0, 2.0, 2, 1)]
    there, back = rare_rows(lab_from(one, other)), rare_rows(lab_from(other, one))
    assert sorted(there[Side.REAL]) == sorted(back[Side.HOLDOUT]) == [False, True]
    assert sorted(there[Side.HOLDOUT]) == sorted(back[Side.REAL]) == [False, True]


def test_a_key_is_met_in_another_person_only():
    keys = np.array([[1, 1], [1, 1], [2, 2], [2, 2]], dtype=np.uint64)
    assert met_another(keys, np.array([0, 0, 1, 2])).tolist() == [False, False, True, True]


@settings(max_examples=80, deadline=None)
@given(real=rows, holdout=st.one_of(st.none(), rows))
def test_unique_rows_are_those_that_nobody_else_has(real, holdout):
    lab = lab_from(real, holdout)
    sides = [Side.REAL, *([Side.HOLDOUT] if holdout else [])]
    alike, person = agreements(lab, sides)
    others = person[:, None] != person[None, :]
    expected = ~((alike == 3) & others).any(axis=1)
    found = np.concatenate([unique_rows(lab)[s] for s in sides])
    assert found.tolist() == expected.tolist()
    if holdout is None:
        twins = [np.unique(person[(alike[i] == 3) & others[i]]).size for i in range(person.size)]
        assert unique_but_for_a_twin(lab).tolist() == (np.array(twins) == 1).tolist()


def test_exactly_two_people():
    keys = np.array([5, 5, 5, 7, 7, 9, 9, 9], dtype=np.uint64)
    # 5 is of persons 0 and 1, 7 of person 2 twice, 9 of three people.
    person = np.array([0, 0, 1, 2, 2, 3, 4, 5])
    assert shared_by_two(keys, person).tolist() == [True] * 3 + [False] * 5


def test_keys_are_looked_up_in_both_lanes():
    keys = np.array([[1, 1], [1, 2], [3, 3]], dtype=np.uint64)
    among = np.array([[1, 2], [3, 4], [1, 2]], dtype=np.uint64)
    assert stands_in(keys, among).tolist() == [False, True, False]
    assert stands_in(keys, among[:0]).tolist() == [False, False, False]
    assert stands_in(keys[:, 0], among[:, 0]).tolist() == [True, True, True]
    assert np.unique(numbered(keys)).size == 3
