"""Whole records from a part of them, by hand."""

import numpy as np
import pytest

from audit.attacks.reconstruction import Reconstruction
from audit.contract.check import NothingToTry
from audit.facts.reasons import CaveatCode
from audit.facts.schema import Role
from audit.harness.registry import configured
from tests.contract.handmade import LEVEL, NUMBER, WHOLE, lab_of

KNOWN, OTHER = frozenset({Role.QUASI_IDENTIFIER}), frozenset({Role.ORDINARY})
KINDS = {"x": WHOLE, "a": LEVEL, "n": NUMBER}
ROLES = {"x": KNOWN, "a": OTHER, "n": OTHER}
# The record at 0 goes on with (0, -1.5), that at 10 with (1, missing).
RELEASED = {"x": [0.0, 10.0], "a": [0, 1], "n": [-1.5, None]}
REAL = {"x": [1.0, 2.0, 9.0, 8.0], "a": [0, 0, 1, 1], "n": [-1.5, -1.4, None, 7.0]}
HOLDOUT = {"x": [0.0, 3.0, 10.0], "a": [0, 1, 0], "n": [-1.4, -1.5, None]}


def played(**params):
    made = lab_of(KINDS, REAL, RELEASED, HOLDOUT, roles=ROLES)
    return {c.scope["split"]: c for c in Reconstruction(**params).outcomes(made)}


def test_all_unknown_values_must_be_exact():
    wins = played()["declared"]
    assert wins.scope["knows"] == "quasi_identifiers"
    # At 1 both values are right. At 2 the number is nearly right; at 9 missing is missing, right;
    # at 8 the number is wrong.
    assert wins.real.mean() == 0.5
    # At 0 and 3 one value is wrong, at 10 the category: nobody.
    assert wins.holdout.mean() == 0.0


def test_the_commonest_combination_is_the_guess():
    same = {"x": [0.0, 1.0, 2.0], "a": [0, 0, 1], "n": [1.0, 1.0, 2.0]}
    made = lab_of(KINDS, same, RELEASED, same, roles=ROLES)
    wins = next(c for c in Reconstruction().outcomes(made) if c.scope["split"] == "declared")
    # (0, 1.0) is what four of six people have.
    assert wins.guessed.mean() == pytest.approx(2 / 3)


def test_halves_are_drawn_once_each():
    # Three columns, one of them known: three ways, however many are asked for.
    assert sorted(played(n_halves=9)) == ["1", "2", "3", "declared"]
    assert sorted(played(n_halves=1)) == ["1", "declared"]


def test_where_all_columns_are_known_halves_are():
    everything = dict.fromkeys(KINDS, KNOWN)
    made = lab_of(KINDS, REAL, RELEASED, HOLDOUT, roles=everything)
    assert all(s["knows"] == "half" for s in Reconstruction().variants(made))
    assert CaveatCode.SPLITS_SAMPLED in Reconstruction().caveats(made)


def test_one_column_cannot_be_completed():
    alone = {"x": [1.0, 2.0]}
    made = lab_of({"x": WHOLE}, alone, alone, alone)
    with pytest.raises(NothingToTry):
        Reconstruction().variants(made)


def test_a_rule_of_the_whole_population_is_no_leak():
    # The base-rate trap: everything follows from x, for everybody.
    rng = np.random.default_rng(1)

    def people(n):
        x = rng.integers(9, size=n).astype(float)
        return {"x": x.tolist(), "a": (x % 2).astype(int).tolist(), "n": (-x).tolist()}

    made = lab_of(KINDS, people(200), people(200), people(200), roles=ROLES)
    wins = next(c for c in Reconstruction().outcomes(made) if c.scope["split"] == "declared")
    assert wins.real.all()
    assert wins.holdout.all()


def test_it_is_no_secret_among_others():
    worst = {c.card.id: c for c in configured({})}["attribute-inference-worst-case"]
    assert "reconstruction" not in [a.card.id for a in worst.attacks]
