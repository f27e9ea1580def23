import numpy as np
import pytest

from audit.data.faults import Faulty
from audit.data.people import people_of


def test_people_of_real_leave_the_holdout_and_are_counted() -> None:
    real, holdout = np.array([0, 0, 1]), np.array([1, 1, 2, 3])

    people = people_of({"real": real, "holdout": holdout})

    assert people.kept["holdout"].tolist() == [False, False, True, True]
    (note,) = people.notes
    assert note.code == "same_person_both_sides"
    assert note.numbers == {"people": 1.0, "rows": 2.0}


def test_people_of_the_audit_leave_the_reference() -> None:
    codes = {"real": [0, 1], "holdout": [2, 3], "reference": [3, 4, 5]}

    people = people_of({s: np.array(c) for s, c in codes.items()})

    assert people.kept["reference"].tolist() == [False, True, True]
    assert [n.code for n in people.notes] == ["reference_people_in_audit"]


def test_a_holdout_of_nobody_else_is_refused() -> None:
    with pytest.raises(Faulty, match="people whom no other table holds"):
        people_of({"real": np.array([0, 1]), "holdout": np.array([0, 1, 2])})


def test_rows_of_nobody_are_refused_in_real() -> None:
    with pytest.raises(Faulty, match="does not name the person in 1 row"):
        people_of({"real": np.array([0, -1])})


def test_synthetic_rows_of_nobody_are_persons_of_their_own() -> None:
    people = people_of({"real": np.array([0, 1]), "synthetic": np.array([-1, 5, -1, 5])})

    assert len(np.unique(people.numbers["synthetic"])) == 3
    assert people.numbers["synthetic"][1] == people.numbers["synthetic"][3]
