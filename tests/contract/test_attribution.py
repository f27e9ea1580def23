"""Synthetic records that agree with a person, counted by hand."""

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.attribution import answers, attribution_of, class_sizes, combined, reach
from audit.facts.schema import Role
from tests.contract.handmade import LEVEL, NUMBER, WHOLE, lab_of

SECRET, KNOWN = frozenset({Role.SENSITIVE}), frozenset({Role.QUASI_IDENTIFIER})
KINDS = {"a": LEVEL, "b": LEVEL, "s": LEVEL}
ROLES = {"a": KNOWN, "b": KNOWN, "s": SECRET}
SYNTHETIC = {"a": [0, 0, 0, 1, 2], "b": [0, 0, 0, 1, 1], "s": [0, 0, 1, 1, 0]}


def said(people, synthetic=SYNTHETIC, *, within=0, kinds=KINDS, roles=ROLES, distinct=100):
    """Ask about people who are given in an order that is canonical by `a`, `b`, `s`."""
    made = lab_of(kinds, people, synthetic, people, roles=roles)
    known = [c for c in made.schema if c.name != "s"]
    asked = attribution_of(made, made.schema["s"], known, distinct=distinct)
    return answers(asked, Side.REAL, within=within, lab=made), made.table(Side.REAL)


def of(person, field, **options):
    """Return one answer about a single person."""
    found, _ = said({n: [v] for n, v in zip(KINDS, person, strict=True)}, **options)
    return getattr(found, field)[0]


def test_equal_keys_are_counted():
    # Three records have (0, 0): secrets 0, 0, 1.
    assert of((0, 0, 0), "total") == 3
    assert of((0, 0, 0), "right") == 2
    assert of((0, 0, 1), "right") == 1
    assert of((0, 0, 0), "share") == pytest.approx(2 / 3)
    assert not of((0, 0, 0), "unanimous")
    # One record has (1, 1), with secret 1: whoever asks is told 1, rightly or not.
    assert of((1, 1, 1), "unanimous")
    assert of((1, 1, 0), "unanimous")
    assert of((1, 1, 0), "right") == 0


def test_no_match_is_no_answer():
    # Peers divide by the matches; there are none.
    assert of((5, 5, 0), "total") == 0
    assert of((5, 5, 0), "commonest") == -1
    assert of((5, 5, 0), "apart") == -1
    assert of((5, 5, 0), "share") == 0
    assert not of((5, 5, 0), "unanimous")


def test_the_nearest_records_differ_in_the_fewest_columns():
    # (0, 1) is no key. One column differs from (0, 0) three times, and from (1, 1) and (2, 1).
    assert of((0, 1, 0), "apart", within=2) == 1
    assert of((0, 1, 0), "total", within=2) == 5
    assert of((0, 1, 0), "right", within=2) == 3
    # Nothing agrees with (5, 5): everything is equally far, and the commonest of all is told.
    assert of((5, 5, 0), "apart", within=2) == 2
    assert of((5, 5, 0), "total", within=2) == 5
    assert of((5, 5, 0), "commonest", within=2) == of((0, 0, 0), "commonest")


def test_a_missing_value_is_a_value():
    synthetic = {"a": [None, 1], "b": [0, 0], "s": [None, 0]}
    assert of((None, 0, None), "right", synthetic=synthetic) == 1
    assert of((None, 0, 0), "right", synthetic=synthetic) == 0


def test_numbers_of_many_values_are_cut_and_few_stand_as_they_are():
    kinds = {"a": NUMBER, "b": WHOLE, "s": LEVEL}
    values = [float(i) for i in range(200)]
    rows = {"a": values, "b": [0.0] * 200, "s": [0] * 200}
    cut, _ = said(rows, rows, kinds=kinds, distinct=100)
    # Twenty parts of ten people.
    assert cut.total.tolist() == [10] * 200
    plain, _ = said(rows, rows, kinds=kinds, distinct=200)
    assert plain.total.tolist() == [1] * 200


def test_agrees_with_a_comparison_of_all_pairs():
    rng = np.random.default_rng(3)
    kinds = dict.fromkeys(("a", "b", "c", "d", "s"), LEVEL)
    roles = {n: SECRET if n == "s" else KNOWN for n in kinds}
    people, synthetic = (
        {n: rng.integers(0, 5, size).tolist() for n in kinds} for size in (120, 60)
    )
    found, table = said(people, synthetic, within=4, kinds=kinds, roles=roles)
    lab = lab_of(kinds, people, synthetic, people, roles=roles)
    own, other = (
        np.column_stack([t.codes[n] for n in "abcd"]) for t in (table, lab.table(Side.SYNTHETIC))
    )
    secret, released = table.codes["s"], lab.table(Side.SYNTHETIC).codes["s"]
    apart = (own[:, None] != other[None]).sum(axis=2)
    nearest = apart == apart.min(axis=1, keepdims=True)
    same = released[None] == secret[:, None]
    np.testing.assert_array_equal(found.apart, apart.min(axis=1))
    np.testing.assert_array_equal(found.total, nearest.sum(axis=1))
    np.testing.assert_array_equal(found.right, (nearest & same).sum(axis=1))


def test_reach_fits_the_number_of_sets():
    # 1 + 4 + 6 + 4 + 1 sets of four columns; of fourteen, 1 + 14 and not 91 more.
    assert reach(4, 16) == 4
    assert reach(4, 15) == 3
    assert reach(14, 32) == 1
    assert reach(14, 1) == 0
    assert reach(4, 11) == 2


def test_words_are_counted():
    words = np.array([5, 5, 9], dtype=np.uint64)
    assert class_sizes(words, np.array([9, 5, 7], dtype=np.uint64)).tolist() == [1, 2, 0]
    assert combined(np.array([[1, 2], [3, 4]], dtype=np.uint64)).tolist() == [4, 6]
