"""The secret of the nearest record, by hand."""

import numpy as np
import pytest

from audit.attacks.attribute_inference_nearest import AttributeInferenceNearest
from audit.contract.arms import Side
from audit.facts.schema import Role
from tests.contract.handmade import LEVEL, NUMBER, WHOLE, lab_of

SECRET, KNOWN = frozenset({Role.SENSITIVE}), frozenset({Role.QUASI_IDENTIFIER})
KINDS = {"x": WHOLE, "s": LEVEL}
ROLES = {"x": KNOWN, "s": SECRET}
# The record at 0 has secret 0, that at 10 has secret 1.
SYNTHETIC = {"x": [0.0, 10.0], "s": [0, 1]}
REAL = {"x": [1.0, 2.0, 9.0, 8.0], "s": [0, 0, 1, 0]}
HOLDOUT = {"x": [0.0, 3.0, 7.0, 10.0], "s": [1, 1, 1, 0]}


def lab(real=REAL, synthetic=SYNTHETIC, holdout=HOLDOUT, kinds=KINDS, roles=ROLES):
    return lab_of(kinds, real, synthetic, holdout, roles=roles)


def played(made):
    [wins] = AttributeInferenceNearest().outcomes(made)
    return wins


def test_wins_and_guesses_by_hand():
    wins = played(lab())
    # Real: 1 and 2 are told 0, 9 is told 1 and all are right; 8 is told 1 and has 0.
    assert wins.real.mean() == 0.75
    # Holdout: 0 and 3 are told 0 and have 1; 7 is told 1, right; 10 is told 1 and has 0.
    assert wins.holdout.mean() == 0.25
    # 0 and 1 are equally common in the pool, 4 of 8; the guesser names 0: 3 of 4 real people.
    assert wins.guessed.mean() == 0.75
    assert wins.scope == {"secret": "s", "knows": "others"}


def test_a_level_that_nobody_has_is_only_wrong():
    wins = played(lab(synthetic={"x": [0.0, 10.0], "s": [7, 1]}))
    assert wins.real.mean() == 0.25


def test_a_missing_value_is_near_to_a_missing_value():
    # Peers' defect 5. The record without x has secret 1.
    synthetic = {"x": [None, 5.0], "s": [1, 0]}
    real = {"x": [None, 5.0, None], "s": [1, 0, 0]}
    wins = played(lab(real, synthetic, {"x": [5.0, None], "s": [0, 1]}))
    assert wins.real.mean() == pytest.approx(2 / 3)
    assert wins.holdout.all()


def test_secrets_are_attacked_with_each_set_of_knowledge():
    kinds = {"x": WHOLE, "y": WHOLE, "s": LEVEL}
    rows = {"x": [0.0, 1.0], "y": [0.0, 1.0], "s": [0, 1]}
    roles = {"x": KNOWN, "y": frozenset({Role.ORDINARY}), "s": SECRET}
    made = lab_of(kinds, rows, rows, rows, roles=roles)
    scopes = [dict(s) for s in AttributeInferenceNearest().variants(made)]
    assert scopes == [
        {"secret": "s", "knows": "quasi_identifiers"},
        {"secret": "s", "knows": "others"},
    ]


def test_the_tolerance_is_a_parameter():
    kinds, roles = {"x": WHOLE, "s": NUMBER}, ROLES
    synthetic = {"x": [0.0, 10.0], "s": [100.0, -100.0]}
    real = {"x": [0.0, 10.0], "s": [108.0, -108.0]}
    made = lab(real, synthetic, real, kinds, roles)
    # |100 - 108| is 7.4 % of 108, on either side of 0, and 3.7 % of the spread of -108 to 108.
    for tolerance, absolute, won in (
        (0.07, 0.036, 0.0),
        (0.08, 0.036, 1.0),
        (0.07, 0.038, 1.0),
        (0.0, 0.0, 0.0),
    ):
        attack = AttributeInferenceNearest(tolerance=tolerance, absolute=absolute)
        [wins] = attack.outcomes(made)
        assert wins.real.mean() == won


def test_covariates_do_not_know_who_is_real():
    attack, scope = AttributeInferenceNearest(), {"secret": "s", "knows": "others"}
    there = lab()
    back = lab(HOLDOUT, SYNTHETIC, REAL)
    one = attack.covariates(there.arm(Side.REAL), scope, there)
    other = attack.covariates(back.arm(Side.HOLDOUT), scope, back)
    np.testing.assert_array_equal(one, other)


def test_of_records_that_are_equally_near_most_decide():
    # Four records stand at 0; the first in the table may be any of them, three have secret 1.
    synthetic = {"x": [0.0, 0.0, 0.0, 0.0, 10.0], "s": [0, 1, 1, 1, 2]}
    wins = played(lab({"x": [0.0, 1.0], "s": [1, 0]}, synthetic, {"x": [0.0, 9.0], "s": [1, 2]}))
    # Real: 0 is told 1, right; 1 is told 1 and has 0. Holdout: 0 is told 1 and 9 is told 2.
    assert wins.real.mean() == 0.5
    assert wins.holdout.mean() == 1.0
