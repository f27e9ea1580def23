"""Phantoms, precision and recall, by hand."""

import numpy as np
import pytest

from audit.contract.outcomes import Wins
from audit.contract.yardsticks import Accused, accused, as_heatmap, phantom, precision_and_recall

SCOPE = {"secret": "s"}


def first(n, of):
    return np.arange(of) < n


def test_the_share_of_phantoms_speaks_about_those_who_were_won():
    [found] = phantom(Wins(SCOPE, first(40, 100), first(5, 50), first(0, 100)))
    assert (found.name, found.n, dict(found.scope)) == ("phantom_share", 40, SCOPE)
    assert found.estimate.value == 0.25


def test_an_attack_without_a_win_has_no_phantoms():
    assert list(phantom(Wins(SCOPE, first(0, 10), first(1, 10), first(0, 10)))) == []


def test_as_many_are_accused_as_are_unusual_and_whoever_ties_with_them():
    score = np.array([0.9, 0.5, 0.5, 0.1, 0.0])
    assert accused(score, first(1, 5)).tolist() == [True, False, False, False, False]
    assert accused(score, first(2, 5)).tolist() == [True, True, True, False, False]
    # Nobody is accused for nothing.
    assert accused(score, first(5, 5)).tolist() == [True, True, True, True, False]
    assert not accused(score, first(0, 5)).any()


def test_precision_and_recall_beside_their_controls():
    # Real: 20 of 100 are unusual, 20 accused, 10 of them rightly. Holdout: 20, 10 and 4.
    real = Accused(first(20, 100), np.roll(first(20, 100), 10), np.roll(first(10, 100), 10))
    holdout = Accused(first(20, 100), first(10, 100), first(4, 100))
    found = {m.name: m for m in precision_and_recall(real, holdout, SCOPE)}
    values = {name: m.estimate.value for name, m in found.items()}
    assert values == pytest.approx(
        {
            "precision": 0.5,
            "precision_control": 0.4,
            "recall": 0.5,
            "recall_control": 0.2,
            "recall_excess": 0.3,
        }
    )
    assert found["recall_excess"].null_value == 0.0
    assert found["recall_excess"].n == 40


def test_too_few_unusual_people_say_nothing():
    few = Accused(first(10, 100), first(10, 100), first(10, 100))
    many = Accused(first(20, 100), first(20, 100), first(20, 100))
    assert list(precision_and_recall(many, few, SCOPE)) == []


def test_the_excess_of_each_secret_with_each_knowledge():
    def case(secret, knows, real):
        scope = {"secret": secret, "knows": knows}
        return Wins(scope, first(real, 10), first(2, 10), first(0, 10))

    made = as_heatmap("f", [case("b", "others", 5), case("a", "half", 2), case("b", "half", 1)])
    assert (made.measure, made.rows, made.columns) == ("excess", ("a", "b"), ("half", "others"))
    [[a_half, a_others], [b_half, b_others]] = made.cells
    assert (a_half, a_others) == (0.0, None)
    assert (b_half, b_others) == pytest.approx((-0.1, 0.3))
