"""The person is the unit, and who is attacked depends on content alone."""

import numpy as np
import pytest

from audit.contract.arms import Arm, Side, dealt, everybody, people_lots, some_people
from tests.contract.handmade import NUMBER, WHOLE, schema_of, table_of

# Three people with 2, 1 and 3 rows.
ARM = Arm(Side.REAL, np.arange(6), np.array([0, 0, 1, 2, 2, 2]), 3, sampled=False)
SCHEMA = schema_of({"x": NUMBER, "y": WHOLE})


def people_table(x, people=None):
    return table_of(SCHEMA, {"x": x, "y": [0.0] * len(x)}, people)


def test_one_row_is_enough_to_win():
    won = np.array([False, True, False, False, False, False])
    assert ARM.any_of(won).tolist() == [True, False, False]


def test_membership_is_claimed_by_the_strongest_row():
    scores = np.array([-3.0, -1.0, -2.0, -9.0, -7.0, -8.0])
    assert ARM.best_of(scores).tolist() == [-1.0, -2.0, -7.0]


def test_covariates_are_means_over_the_rows():
    values = np.array([1.0, 3.0, 5.0, 1.0, 2.0, 6.0])
    # (1 + 3) / 2, 5, (1 + 2 + 6) / 3
    assert ARM.mean_of(values).tolist() == [2.0, 5.0, 3.0]
    both = ARM.mean_of(np.column_stack([values, -values]))
    assert both.tolist() == [[2.0, -2.0], [5.0, -5.0], [3.0, -3.0]]


def test_nobody_is_left_out_of_a_small_side():
    table = people_table([1.0, 2.0, 3.0])
    arm = some_people(Side.HOLDOUT, table, 3, seed=1)
    assert not arm.sampled
    assert arm.rows.tolist() == [0, 1, 2]
    assert everybody(Side.HOLDOUT, table).n_people == 3


def test_all_rows_of_a_chosen_person_come_along():
    people = np.repeat(np.arange(40), 3)
    table = people_table(np.arange(120.0), people)
    arm = some_people(Side.REAL, table, 10, seed=2)
    assert arm.sampled
    assert arm.n_people == 10
    assert np.bincount(arm.person).tolist() == [3] * 10
    owners = table.people[arm.rows]
    assert all(np.unique(owners[arm.person == p]).size == 1 for p in range(10))


def chosen_values(table, seed=5):
    return set(table.numbers["x"][some_people(Side.REAL, table, 20, seed=seed).rows])


def test_the_choice_follows_content_whatever_the_order_and_whoever_else_is_there():
    values = np.arange(100.0)
    chosen = chosen_values(people_table(values))
    assert len(chosen) == 20
    assert chosen == chosen_values(people_table(values[::-1]))
    assert chosen != chosen_values(people_table(values), seed=6)
    # Without the people who were not chosen the others are chosen again.
    rest = [v for v in values if v in chosen or v >= 50]
    assert chosen == chosen_values(people_table(rest))


def test_many_rows_buy_no_chances():
    # 100 people with one row, 100 with six; half of all are chosen.
    people = np.concatenate([np.arange(100), np.repeat(np.arange(100, 200), 6)])
    values = np.arange(700.0)
    table = people_table(values, people)
    shares = []
    for seed in range(20):
        arm = some_people(Side.REAL, table, 100, seed=seed)
        shares.append((np.bincount(arm.person) == 6).mean())
    # Each share has a standard deviation of sqrt(.25 / 100 * 100 / 199) = .035, their mean .008.
    assert np.mean(shares) == pytest.approx(0.5, abs=0.035)


def test_equal_people_draw_one_lot_each():
    # Three kinds of row, 100 people each: 60 of 300 are 20 of each kind, give or take.
    table = people_table(np.repeat([1.0, 2.0, 3.0], 100))
    assert np.unique(people_lots(table, seed=0)).size == 300
    arm = some_people(Side.REAL, table, 60, seed=0)
    counts = np.unique(table.numbers["x"][arm.rows], return_counts=True)[1]
    # Hypergeometric, standard deviation 3.3.
    assert counts.sum() == 60
    assert (np.abs(counts - 20) <= 14).all()


def test_groups_are_dealt_evenly_and_by_content():
    table = people_table(np.arange(130.0))
    groups = dealt(table, 64, seed=0)
    # 130 = 64 x 2 + 2
    assert sorted(np.bincount(groups, minlength=64)) == [2] * 62 + [3] * 2
    turned = people_table(np.arange(130.0)[::-1])
    assert np.array_equal(groups, dealt(turned, 64, seed=0))
    assert not np.array_equal(groups, dealt(table, 64, seed=1))
