"""Combinations that the release has beyond their share."""

from math import log

import numpy as np
import pytest

from audit.attacks.membership_marginal_focus import MembershipMarginalFocus
from audit.contract.arms import Side
from tests.attacks.family import scored
from tests.contract.handmade import FLAG, LEVEL, WHOLE, lab_of

ATTACK = MembershipMarginalFocus()
KINDS = {"c": LEVEL, "f": FLAG}


def test_pairs_by_hand():
    # Pool (0,0) (1,1) (0,0) (0,1); release (1,1) (1,1) (0,0). One set: both columns.
    lab = lab_of(
        KINDS,
        {"c": [0, 1], "f": [0, 1]},
        {"c": [1, 1, 0], "f": [1, 1, 0]},
        {"c": [0, 0], "f": [0, 1]},
    )
    found = scored(ATTACK, lab, Side.REAL, {"numbers": "exact", "columns": "2"})
    c = lab.table(Side.REAL).codes["c"]
    # Three records for three others: (0,0) is in the release once and another person has it;
    # (1,1) is in it twice and nobody else has it.
    assert found[c == 0] == pytest.approx(log(1.5 / 1.5))
    assert found[c == 1] == pytest.approx(log(2.5 / 0.5))


def test_all_sets_where_there_are_few():
    lab = lab_of(KINDS, {"c": [0], "f": [0]}, {"c": [0], "f": [1]}, {"c": [1], "f": [0]})
    [found] = scored(
        MembershipMarginalFocus(columns=(1,)), lab, Side.REAL, {"numbers": "exact", "columns": "1"}
    )
    # c = 0 is in the release and nobody else has it; f = 0 is not and the other one has it.
    assert found == pytest.approx(log(1.5 / 0.5) + log(0.5 / 1.5))


def test_variants_fit_the_table():
    lab = lab_of(KINDS, {"c": [0], "f": [0]}, {"c": [0], "f": [1]}, {"c": [1], "f": [0]})
    assert ATTACK.variants(lab) == ({"numbers": "exact", "columns": "2"},)
    kinds = {"x": WHOLE, "c": LEVEL, "f": FLAG}
    table = {"x": [0.0], "c": [0], "f": [0]}
    names = [tuple(v.values()) for v in ATTACK.variants(lab_of(kinds, table, table, table))]
    assert names == [(g, k) for g in ("exact", "classes") for k in ("2", "3")]


def test_finds_records_of_which_parts_were_kept():
    # Two of four columns of every real person return, in a record that is otherwise a stranger's.
    rng = np.random.default_rng(0)
    names = "abcd"
    real, other, made = (
        {c: rng.integers(0, 60, 150).astype(float) for c in names} for _ in range(3)
    )
    made["a"], made["b"] = real["a"], real["b"]
    lab = lab_of(dict.fromkeys(names, WHOLE), real, made, other)
    scope = {"numbers": "exact", "columns": "2"}
    ours, theirs = (scored(ATTACK, lab, s, scope) for s in (Side.REAL, Side.HOLDOUT))
    assert np.mean(ours[:, None] > theirs) > 0.8
