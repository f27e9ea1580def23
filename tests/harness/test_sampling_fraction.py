"""How large a part of the people is in the data."""

from dataclasses import replace

import pytest

from audit.contract.lab import Lab
from audit.facts.measurement import Severity
from audit.harness.sampling_fraction import fraction_fact
from tests.contract.handmade import WHOLE, release_of


@pytest.mark.parametrize(
    ("population", "code", "percent", "status"),
    [
        # Three real people and one of the holdout.
        (None, "sampling_fraction", 75.0, Severity.OK),
        (12, "sampling_fraction_declared", 25.0, Severity.OK),
        (4, "sampling_fraction_declared", 75.0, Severity.OK),
        (3, "population_too_small", 100.0, Severity.WARNING),
    ],
)
def test_the_share_of_people_in_the_data(population, code, percent, status):
    release = release_of({"a": WHOLE}, {"a": [1, 2, 3]}, {"a": [5]}, {"a": [4]})
    fact = fraction_fact(Lab(replace(release, population=population), seed=0))
    assert (fact.code, fact.numbers["percent"], fact.status) == (code, percent, status)


def test_rows_of_one_person_are_one_person():
    people = {"real": [0, 0, 1], "holdout": [0], "synthetic": [0]}
    release = release_of({"a": WHOLE}, {"a": [1, 2, 3]}, {"a": [5]}, {"a": [4]}, people=people)
    # Two real people of three.
    assert fraction_fact(Lab(release, seed=0)).numbers["percent"] == pytest.approx(200 / 3)
