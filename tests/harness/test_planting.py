"""A planted leak has the size that it claims, and grows without moving."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.harness.planting import (
    Planting,
    blend_numbers,
    disguise_numbers,
    jitter_codes,
    jitter_numbers,
    plan_copies,
    plan_named,
    plant,
    redraw_attributes,
    smoothed_numbers,
)

# Five people with 1, 2, 1, 3 and 1 rows; the names of the people are arbitrary numbers.
PEOPLE = np.array([70, 11, 11, 5, 42, 42, 42, 9])


def plan(n_people, *, n_synthetic=20, people=PEOPLE, seed=3):
    return plan_copies(n_synthetic, people, n_people, rng=np.random.default_rng(seed))


def test_all_rows_of_the_chosen_people_are_planted_and_no_others():
    for n_people in range(6):
        chosen = plan(n_people)
        persons = set(PEOPLE[chosen.by])
        assert len(persons) == n_people
        assert sorted(chosen.by) == [i for i, p in enumerate(PEOPLE) if p in persons]


def test_same_seed_same_plan_and_another_seed_another_plan():
    people = np.arange(200)
    once, twice, other = (plan(9, n_synthetic=300, people=people, seed=s) for s in (1, 1, 2))
    assert np.array_equal(once.by, twice.by)
    assert np.array_equal(once.replaced, twice.replaced)
    assert not np.array_equal(once.by, other.by)


@given(
    people=st.lists(st.integers(-3, 12), min_size=1, max_size=40),
    spare=st.integers(0, 30),
    seed=st.integers(0, 2**32 - 1),
)
def test_plans_are_nested_and_replace_each_row_once(people, spare, seed):
    people = np.array(people)
    n_synthetic = people.size + spare
    plans = [
        plan(n, n_synthetic=n_synthetic, people=people, seed=seed)
        for n in range(np.unique(people).size + 1)
    ]
    for small, large in pairwise(plans):
        assert np.array_equal(small.by, large.by[: len(small)])
        assert np.array_equal(small.replaced, large.replaced[: len(small)])
    assert sorted(plans[-1].by) == list(range(people.size))
    assert np.unique(plans[-1].replaced).size == people.size
    assert set(plans[-1].replaced) <= set(range(n_synthetic))


def test_people_are_chosen_evenly():
    # 2 of 5 people: each is chosen with probability .4; 2,000 draws have a standard error of .011.
    counts = np.zeros(5)
    for seed in range(2000):
        chosen = np.unique(PEOPLE[plan(2, seed=seed).by])
        counts += np.isin(np.unique(PEOPLE), chosen)
    assert counts / 2000 == pytest.approx(np.full(5, 0.4), abs=0.045)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="8 rows do not fit into a release of 7"):
        plan(5, n_synthetic=7)
    with pytest.raises(ValueError, match="6 people cannot be chosen from 5"):
        plan(6)
    with pytest.raises(ValueError, match="-1 people"):
        plan(-1)


def test_rows_are_replaced_whole_and_arguments_are_left_alone():
    columns = {
        "age": np.array([1, 2, 3, 4]),
        "bmi": np.array([0.1, np.nan, 0.3, 0.4]),
        "ward": np.array(["a", None, "c", "d"], dtype=object),
    }
    source = {
        "age": np.array([10, 20]),
        "bmi": np.array([np.nan, 2.0]),
        "ward": np.array(["x", "y"], dtype=object),
        "unused": np.array([0, 0]),
    }
    planted = plant(columns, source, Planting(np.array([3, 1]), np.array([0, 1])))
    assert planted["age"].tolist() == [1, 20, 3, 10]
    assert planted["age"].dtype == np.int64
    assert planted["ward"].tolist() == ["a", "y", "c", "x"]
    np.testing.assert_array_equal(planted["bmi"], [0.1, 2.0, 0.3, np.nan])
    assert columns["age"].tolist() == [1, 2, 3, 4]
    assert "unused" not in planted


def test_a_column_takes_the_type_that_holds_both_sides():
    one = Planting(np.array([0]), np.array([0]))
    whole, broken = {"x": np.array([1, 2])}, {"x": np.array([np.nan])}
    np.testing.assert_array_equal(plant(whole, broken, one)["x"], [np.nan, 2.0])
    short, long = {"x": np.array(["a", "b"])}, {"x": np.array(["longer"])}
    assert plant(short, long, one)["x"].tolist() == ["longer", "b"]
    assert plant(short, {"x": np.array([None])}, one)["x"].tolist() == [None, "b"]


def test_a_source_without_a_column_is_refused_without_naming_it():
    with pytest.raises(ValueError, match="lacks 1 of the 2 columns") as refused:
        plant({"a": np.zeros(1), "secret": np.zeros(1)}, {"a": np.zeros(1)}, plan(0))
    assert "secret" not in str(refused.value)


def test_noise_stays_within_five_percent_of_the_scale_and_missing_stays_missing():
    values = np.array([1.0, np.nan] * 500)
    noisy = jitter_numbers(values, scale=20.0, rng=np.random.default_rng(0))
    assert np.array_equal(np.isnan(noisy), np.isnan(values))
    moved = noisy[::2] - 1.0
    assert np.abs(moved).max() <= 1.0  # 5 % of 20
    # Even noise on (-1, 1) has a standard deviation of 1 / sqrt(3) = .577.
    assert moved.std() == pytest.approx(0.577, abs=0.05)


def test_integers_stay_whole():
    values = np.full(1000, 50)
    noisy = jitter_numbers(values, scale=40.0, rng=np.random.default_rng(0))
    assert noisy.dtype == np.int64
    assert set(noisy) == {48, 49, 50, 51, 52}  # at most 5 % of 40
    floats = jitter_numbers(
        values.astype(float), scale=40.0, rng=np.random.default_rng(0), integer=True
    )
    assert np.array_equal(floats, noisy)


def test_a_share_of_the_codes_moves_to_another_level_and_missing_stays():
    codes = np.repeat([0, 1, 2, -1], 2500)
    changed = jitter_codes(codes, 3, 0.2, np.random.default_rng(0))
    assert np.all(changed[codes == -1] == -1)
    assert set(changed[codes >= 0]) == {0, 1, 2}
    # 7,500 codes at .2: standard error .0046.
    assert np.mean(changed[codes >= 0] != codes[codes >= 0]) == pytest.approx(0.2, abs=0.02)
    assert set(changed[(codes == 0) & (changed != 0)]) == {1, 2}


@pytest.mark.parametrize(("n_levels", "share"), [(1, 1.0), (0, 1.0), (3, 0.0)])
def test_codes_that_cannot_or_shall_not_move_stay(n_levels, share):
    codes = np.array([0, 0, -1])
    assert jitter_codes(codes, n_levels, share, np.random.default_rng(0)).tolist() == [0, 0, -1]
    assert codes.tolist() == [0, 0, -1]


# --- other kinds of leaks ------------------------------------------------------------------------


def test_listed_rows_are_planted_in_their_order_each_into_another_place():
    rows = np.array([4, 4, 0, 2])
    plans = [plan_named(6, rows, n, rng=np.random.default_rng(1)) for n in range(5)]
    assert plans[4].by.tolist() == [4, 4, 0, 2]
    assert np.unique(plans[4].replaced).size == 4
    for small, large in pairwise(plans):
        assert np.array_equal(small.by, large.by[: len(small)])
        assert np.array_equal(small.replaced, large.replaced[: len(small)])


@pytest.mark.parametrize(("n_synthetic", "n_rows"), [(6, 5), (3, 4), (6, -1)])
def test_more_rows_than_are_listed_or_fit_are_refused(n_synthetic, n_rows):
    with pytest.raises(ValueError, match="do not fit"):
        plan_named(n_synthetic, np.arange(4), n_rows, rng=np.random.default_rng(1))


def test_so_many_attributes_of_each_row_are_drawn_anew_and_more_of_the_same():
    few, many = (redraw_attributes(50, 7, k, rng=np.random.default_rng(2)) for k in (1, 4))
    assert few.shape == (50, 7)
    assert set(few.sum(axis=1)) == {1}
    assert set(many.sum(axis=1)) == {4}
    assert not (few & ~many).any()
    # Each of 7 columns is chosen in about 50 / 7 rows.
    assert few.any(axis=0).all()


def test_more_attributes_than_there_are_cannot_be_drawn_anew():
    with pytest.raises(ValueError, match="8 of 7"):
        redraw_attributes(5, 7, 8, rng=np.random.default_rng(2))


def test_a_point_between_two_numbers_by_hand():
    ours, theirs = np.array([0.0, 10.0, np.nan, 4.0]), np.array([10.0, 0.0, 1.0, np.nan])
    blended = blend_numbers(ours, theirs, np.full(4, 0.25))
    assert blended.tolist()[:2] == [2.5, 7.5]
    assert np.isnan(blended[2])
    assert blended[3] == 4.0


def test_a_kernel_moves_each_number_the_same_way_at_every_bandwidth():
    values = np.array([1.0, 2.0, np.nan, 5.0])
    wide, narrow = (smoothed_numbers(values, h, rng=np.random.default_rng(3)) for h in (1.0, 0.1))
    assert np.allclose(wide - values, 10 * (narrow - values), equal_nan=True)
    assert np.isnan(wide[2])


def test_the_kernel_has_the_bandwidth_in_standard_deviations_of_the_column():
    values = np.tile([-10.0, 10.0], 10_000)  # sd 10
    moved = smoothed_numbers(values, 0.25, rng=np.random.default_rng(4)) - values
    assert moved.std() == pytest.approx(2.5, rel=0.03)


def test_a_disguise_moves_all_numbers_alike():
    assert disguise_numbers(np.array([100.0, 200.0]), factor=1.01, shift=3.0).tolist() == [104, 205]
    whole = disguise_numbers(np.array([100, 150]), factor=1.01, shift=0.0)
    assert whole.dtype == np.int64
    # 151.5 is rounded to the even neighbour.
    assert whole.tolist() == [101, 152]
