"""Table 1 of the disclosure vignette of synthpop, on the same people (research/attacks.md, 13.4).

Adult, 48,842 people; keys age, occupation, race and sex, each value for itself. Only what the
people's own table says is told by no chance. Not reproduced: income, which the vignette's copy of
the table does not have for 16,281 people.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.attribution import Attribution, attribution_of, combined
from audit.contract.disclosive import Exclusions, classes_of, disclosive_in
from audit.data.table import keys_of_levels
from tests.contract.shared_tables import needs_tables, shared_lab

pytestmark = needs_tables

KEYS = ("age", "occupation", "race", "sex")
PEOPLE = 48_842
# Target: disclosed in percent with nothing left out, and without the commonest level of three
# columns, which 85 % of people have or more.
PUBLISHED = {
    "capital_gain": (22.55, 0.21),
    "capital_loss": (30.61, 0.08),
    "education": (3.71, 3.71),
    "fnlwgt": (2.70, 2.70),
    "hr_per_week": (4.36, 4.36),
    "marital": (8.23, 8.23),
    "country": (17.09, 0.94),
    "relationship": (5.17, 5.17),
    "type_employer": (14.27, 14.27),
}
# The same without missing values, in cells of one person.
ALONE = {
    "capital_gain": 0.19,
    "capital_loss": 0.08,
    "education": 2.45,
    "fnlwgt": 2.45,
    "hr_per_week": 2.45,
    "marital": 2.45,
    "country": 0.67,
    "relationship": 2.45,
    "type_employer": 2.45,
}


@cache
def everybody(target: str) -> Attribution:
    """Return one secret of all people, as if they were one table."""
    lab = shared_lab("adult", "ctgan")
    known = [lab.schema[k] for k in KEYS]
    asked = attribution_of(lab, lab.schema[target], known, distinct=10**6)
    both = (Side.REAL, Side.HOLDOUT)
    return replace(
        asked,
        keys={
            Side.REAL: np.concatenate([asked.keys[s] for s in both], axis=1),
            Side.HOLDOUT: asked.keys[Side.HOLDOUT][:, :0],
        },
        secret={
            Side.REAL: np.concatenate([asked.secret[s] for s in both]),
            Side.HOLDOUT: asked.secret[Side.HOLDOUT][:0],
        },
        missing={Side.REAL: np.concatenate([_missing(lab, s, (target, *KEYS)) for s in both])},
    )


def _missing(lab, side, columns):
    """Tell which rows have a question mark, which stands for a missing value in this file."""
    table, mark = lab.table(side), keys_of_levels(["?"])[0]
    coded = [c for c in columns if c in table.codes]
    return np.any(
        [(table.level_keys[c][table.codes[c]] == mark).all(axis=1) for c in coded], axis=0
    )


def percent(target: str, without: Exclusions) -> float:
    rows = disclosive_in(everybody(target), Side.REAL, without)
    assert rows.size == PEOPLE
    return 100 * float(rows.mean())


@pytest.mark.parametrize("target", PUBLISHED)
def test_share_that_the_people_disclose_themselves(target):
    published, without_commonest = PUBLISHED[target]
    assert percent(target, Exclusions()) == pytest.approx(published, abs=5.1e-3)
    assert percent(target, Exclusions(dominant=0.85)) == pytest.approx(
        without_commonest, abs=5.1e-3
    )


@pytest.mark.parametrize("target", ALONE)
def test_cells_of_one_person_without_missing_values(target):
    found = percent(target, Exclusions(dominant=0.85, missing=True, limit=1))
    assert found == pytest.approx(ALONE[target], abs=5.1e-3)


@pytest.mark.parametrize("target", PUBLISHED)
def test_a_key_of_one_person_always_discloses(target):
    # 1,310 people of 48,842 are alone with their key, whatever the target.
    assert int((classes_of(combined(everybody(target).keys[Side.REAL])) == 1).sum()) == 1_310
    assert percent(target, Exclusions(limit=1)) == pytest.approx(2.68, abs=5.1e-3)
