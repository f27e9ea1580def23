"""Disclosures counted by hand."""

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.attribution import answers, attribution_of
from audit.contract.disclosive import (
    Exclusions,
    classes_of,
    disclosed,
    disclosive_in,
    dominant_levels,
    gains,
    one_level_explains,
    one_pair_explains,
    replicated,
)
from audit.facts.schema import Role
from tests.contract.handmade import LEVEL, lab_of

SECRET, KNOWN = frozenset({Role.SENSITIVE}), frozenset({Role.QUASI_IDENTIFIER})
KINDS = {"q": LEVEL, "s": LEVEL}
ROLES = {"q": KNOWN, "s": SECRET}
# Key 0: both records say 0. Key 1: they differ. Key 2: one record says 1.
SYNTHETIC = {"q": [0, 0, 1, 1, 2], "s": [0, 0, 0, 1, 1]}
# Canonical order is no order of these: what is asked is how many.
REAL = {"q": [0, 0, 1, 2, 2, 3], "s": [0, 1, 0, 1, 1, 0]}


def asked_of(real=REAL, synthetic=SYNTHETIC, holdout=REAL, within=0):
    lab = lab_of(KINDS, real, synthetic, holdout, roles=ROLES)
    asked = attribution_of(lab, lab.schema["s"], [lab.schema["q"]], distinct=100)
    return asked, answers(asked, Side.REAL, within=within, lab=lab)


def count(asked, said, **left_out):
    return int(disclosed(asked, Side.REAL, said, Exclusions(**left_out)).sum())


def test_disclosed_correctly_by_hand():
    asked, said = asked_of()
    # (0, 0) once; (0, 1) is told the wrong secret; key 1 tells nothing; (2, 1) twice; 3 is no key.
    assert count(asked, said) == 3
    assert int(said.matched.sum()) == 5
    assert int(said.unanimous.sum()) == 4


def test_cells_of_many_records_are_no_personal_disclosure():
    asked, said = asked_of()
    # Two records have key 0, one has key 2.
    assert count(asked, said, limit=1) == 2
    assert count(asked, said, limit=2) == 3


def test_a_level_of_most_people_is_left_out_whoever_is_real():
    asked, said = asked_of()
    # Half of the pool has each level: none is held by more.
    assert not dominant_levels(asked, 0.5).any()
    assert count(asked, said, dominant=0.5) == 3
    asked, said = asked_of(holdout={"q": [0] * 9, "s": [0] * 9})
    # Secret 0: 3 real and 9 holdout people of 15, that is .8.
    assert dominant_levels(asked, 0.79).sum() == 1
    assert count(asked, said, dominant=0.79) == 2
    assert count(asked, said, dominant=0.8) == 3


def test_missing_values_are_values_until_they_are_left_out():
    real = {"q": [None, 0, 0], "s": [0, None, 0]}
    synthetic = {"q": [None, 0], "s": [0, None]}
    asked, said = asked_of(real, synthetic)
    assert count(asked, said) == 2
    assert count(asked, said, missing=True) == 0


def test_what_people_disclose_themselves():
    asked, _ = asked_of()
    # Keys 1, 2 and 3 have one secret each: 1 + 2 + 1 people.
    assert int(disclosive_in(asked, Side.REAL).sum()) == 4
    assert int(disclosive_in(asked, Side.REAL, Exclusions(limit=1)).sum()) == 2


def test_unique_here_and_there():
    own, released = (np.array(w, dtype=np.uint64) for w in ([1, 2, 2, 3, 4], [1, 2, 3, 3]))
    assert classes_of(own).tolist() == [1, 2, 2, 1, 1]
    # 1 is alone on both sides; 2 is two people; 3 is two records; 4 does not return.
    assert replicated(own, released).tolist() == [True, False, False, False, False]
    # Somebody in the holdout has 1 too.
    pool = np.append(own, np.uint64(1))
    assert not replicated(own, released, among=pool).any()


def test_gain_over_what_the_release_says_of_anybody():
    asked, said = asked_of(within=1)
    # Three of five records have secret 0. Key 0 says 0 for sure: all of the way. Key 1 says .5,
    # less than .6. Key 2 says 1 for sure.
    gain = gains(asked, Side.REAL, said)
    assert sorted(gain)[-3:] == pytest.approx([1, 1, 1])
    # (0, 1): 0 - .4 of .6; (1, 0): .5 - .6 of .4; 3 is as far from all: no gain.
    assert sorted(gain)[:3] == pytest.approx([-2 / 3, -0.25, 0])


def test_a_release_of_one_secret_gains_nothing():
    # Peers divide by one minus one.
    asked, said = asked_of(synthetic={"q": [0, 1], "s": [0, 0]})
    assert gains(asked, Side.REAL, said).max() == 0


@pytest.mark.parametrize(("people", "flagged"), [(50, False), (51, True)])
def test_one_level_explains_more_than_fifty_disclosures(people, flagged):
    rows = {"q": list(range(people)), "s": [0] * people}
    asked, said = asked_of(rows, rows)
    assert one_level_explains(asked, disclosed(asked, Side.REAL, said)) is flagged


def test_nine_of_ten_disclosures_are_not_more_than_nine_of_ten():
    rows = {"q": list(range(100)), "s": [0] * 90 + [1] * 10}
    asked, said = asked_of(rows, rows)
    assert not one_level_explains(asked, disclosed(asked, Side.REAL, said))


def test_one_known_value_explains_most_disclosures():
    rows = {"q": [7] * 5 + [1], "s": [1] * 5 + [0]}
    asked, said = asked_of(rows, rows)
    # Five of six, more than four and more than 80 %.
    assert one_pair_explains(asked, disclosed(asked, Side.REAL, said))
    fewer = {"q": [7] * 4, "s": [1] * 4}
    asked, said = asked_of(fewer, fewer)
    assert not one_pair_explains(asked, disclosed(asked, Side.REAL, said))


def test_nothing_disclosed_is_explained_by_nothing():
    asked, _ = asked_of()
    nobody = np.zeros(6, dtype=bool)
    assert not one_level_explains(asked, nobody)
    assert not one_pair_explains(asked, nobody)
