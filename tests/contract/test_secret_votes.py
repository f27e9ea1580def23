"""Votes of the nearest records, by hand."""

import numpy as np

from audit.contract.arms import Side
from audit.contract.secret_votes import closeness, elected, released_votes
from audit.contract.secrets import Secret
from audit.space.neighbours.answer import Neighbours
from tests.contract.handmade import LEVEL, NUMBER, WHOLE, lab_of

NAN = float("nan")


def secret(kind, pool=(0.0, 0.0, 1.0)):
    lab = lab_of({"s": kind}, {"s": list(pool)}, {"s": [0]}, {"s": [0]})
    return Secret(lab, lab.schema["s"], 0.05, 0.0)


def test_those_equally_near_share_their_rank():
    found = Neighbours(np.array([[0.0, 1.0, 1.0, 3.0]]), np.zeros((1, 4), int))
    # Ranks 1, 2.5, 2.5, 4.
    np.testing.assert_allclose(closeness(found), [[1, 0.4, 0.4, 0.25]])


def test_most_votes_win_and_the_first_of_equals():
    values = np.array([[2.0, 1.0, 1.0], [2.0, 1.0, 3.0]])
    told = elected(values, np.ones((2, 3)), secret(LEVEL))
    assert told.value.tolist() == [1.0, 2.0]
    # Nothing is 0, the commonest value of the pool.
    assert told.unusual.tolist() == [1.0, 1.0]


def test_a_record_without_a_vote_is_not_elected():
    values, weights = np.array([[2.0, 1.0, 1.0]]), np.array([[1.0, 0.0, 0.0]])
    assert elected(values, weights, secret(LEVEL)).value.tolist() == [2.0]


def test_what_is_likely_if_it_is_not_the_commonest():
    told = elected(np.array([[0.0, 0.0, 5.0, 0.0]]), np.ones((1, 4)), secret(LEVEL))
    assert (told.value[0], told.unusual[0], told.rare[0]) == (0.0, 0.25, 5.0)


def test_numbers_confirm_one_another_within_the_tolerance():
    # 100 lies within 5 % of 96 and 104; these two are too far from one another, and so is 120.
    values = np.array([[120.0, 96.0, 100.0, 104.0]])
    assert elected(values, np.ones((1, 4)), secret(NUMBER)).value.tolist() == [100.0]


def test_that_it_is_missing_is_a_vote():
    told = elected(np.array([[7.0, NAN, NAN]]), np.ones((1, 3)), secret(NUMBER))
    assert np.isnan(told.value[0])


def test_the_nearest_decide_alone_and_others_beside_them():
    lab = lab_of(
        {"x": WHOLE, "s": LEVEL},
        {"x": [0.0, 9.0], "s": [0, 1]},
        {"x": [0.0, 1.0, 1.0, 1.0], "s": [0, 1, 1, 1]},
        {"x": [0.0, 9.0], "s": [0, 1]},
    )
    votes = released_votes(
        lab.arm(Side.REAL), Secret(lab, lab.schema["s"], 0.0, 0.0), [lab.schema["x"]], lab
    )
    order = np.argsort(lab.table(Side.REAL).numbers["x"])
    assert votes.nearest.value[order].tolist() == [0.0, 1.0]
    # Ranks 1, 3, 3, 3: one against three thirds, so it is a tie, and the nearest comes first.
    assert votes.neighbours.value[order].tolist() == [0.0, 1.0]
