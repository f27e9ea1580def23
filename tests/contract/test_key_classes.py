"""Classes of people and records that agree in columns, by hand."""

import numpy as np

from audit.contract.key_classes import key_classes
from audit.facts.schema import Role
from tests.contract.handmade import LEVEL, NUMBER, lab_of

ROLES = {"q": frozenset({Role.QUASI_IDENTIFIER}), "s": frozenset({Role.SENSITIVE})}


HOLDOUT = {"q": [0, 2], "s": [0.0, 0.0]}


def lab(people=None, holdout=HOLDOUT):
    real = {"q": [0, 0, 1, None], "s": [0.0, 1.0, 2.0, 3.0]}
    released = {"q": [0, 0, 3, None], "s": [0.0] * 4}
    kinds = {"q": LEVEL, "s": NUMBER}
    return lab_of(kinds, real, released, holdout, roles=ROLES, people=people or {})


def sizes(made):
    classes = key_classes(made, made.schema.quasi_identifiers())
    return sorted(zip(classes.real, classes.holdout, classes.records, strict=True))


def test_people_and_records_are_counted_by_class():
    # Class 0: two real people, one holdout person, two records. Class 1: one real person. Class 2:
    # one holdout person. Class 3: one record. Missing: one real person, one record.
    assert sizes(lab()) == sorted([(2, 1, 2), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1)])


def test_a_person_with_two_rows_counts_once():
    # The two rows of class 0 are one person's.
    made = lab(people={"real": [7, 7, 8, 9], "synthetic": [0, 1, 2, 3], "holdout": [0, 1]})
    assert (1, 1, 2) in sizes(made)
    classes = key_classes(made, made.schema.quasi_identifiers())
    assert (classes.n_real, classes.n_people) == (3, 5)
    # The best of a person's rows counts.
    best = classes.best_of(np.arange(1.0, classes.person.size + 1))
    assert best.size == 5
    assert best.max() == classes.person.size


def test_without_a_holdout_there_are_real_people_only():
    classes = key_classes(lab(holdout=None), lab(holdout=None).schema.quasi_identifiers())
    assert classes.holdout.sum() == 0
    assert classes.everybody.sum() == 4
