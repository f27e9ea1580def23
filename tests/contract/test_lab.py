"""Shared work is done once; random streams belong to one check and purpose."""

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.lab import Lab
from audit.space.encode import RANK, Scaling
from tests.contract.handmade import LEVEL, NUMBER, lab_of, release_of

KINDS = {"x": NUMBER, "c": LEVEL}
REAL = {"x": [1.0, 2.0, 3.0, 4.0], "c": [0, 0, 1, 1]}
HOLDOUT = {"x": [5.0, 6.0], "c": [0, 1]}
SYNTHETIC = {"x": [2.0, 2.0, 9.0], "c": [0, 1, 1]}


@pytest.fixture
def lab():
    return lab_of(KINDS, REAL, SYNTHETIC, HOLDOUT)


def test_work_is_kept_under_its_key_also_for_other_checks(lab):
    calls = []
    for name in ("one", "two"):
        other = lab.for_check(name)
        assert other.keep(("key", 1), lambda: calls.append(1) or 7) == 7
    assert calls == [1]
    assert lab.keep(("key", 2), lambda: 8) == 8


def test_the_deadline_is_looked_at_before_new_work_only():
    looked = []
    lab = Lab(release_of(KINDS, REAL, SYNTHETIC), seed=0, checkpoint=lambda: looked.append(1))
    for _ in range(3):
        lab.keep("key", lambda: 1)
    assert looked == [1]


def test_streams_differ_by_check_purpose_and_seed_and_by_nothing_else(lab):
    def first(check, purpose="", seed=0):
        own = Lab(lab.release, seed=seed).for_check(check)
        own.stream("something asked before").random(5)
        return own.stream(purpose).random()

    assert first("a") == first("a")
    draws = {first("a"), first("b"), first("a", "x"), first("b", "x"), first("a", seed=1)}
    assert len(draws) == 5


def test_the_scale_is_fitted_on_real_and_holdout_and_never_on_the_release(lab):
    # Pool 1..6: 2 has rank (1 + 2) / 2 / 6 = .25; 9 lies beyond all: 6 / 6.
    assert lab.scale.apply("x", np.array([2.0, 9.0]), Scaling.RANK).tolist() == [0.25, 1.0]


def test_the_scale_does_not_know_who_is_real(lab):
    swapped = lab_of(KINDS, HOLDOUT, SYNTHETIC, REAL)
    assert swapped.scale.columns["x"].tolist() == lab.scale.columns["x"].tolist()


def test_a_missing_holdout_is_an_error_of_the_caller():
    lab = lab_of(KINDS, REAL, SYNTHETIC)
    assert not lab.has_holdout
    with pytest.raises(LookupError):
        lab.table(Side.HOLDOUT)


def test_at_most_so_many_people_by_the_smaller_of_both_limits(lab):
    assert lab.arm(Side.REAL).n_people == 4
    assert lab.arm(Side.REAL, 3).n_people == 3
    limited = Lab(lab.release, seed=0, target_limit=2)
    assert limited.arm(Side.REAL, 3).n_people == 2
    assert limited.arm(Side.REAL).n_people == 2
    assert limited.people(Side.REAL).n_people == 4


def test_neighbours_of_a_part_are_not_taken_for_those_of_all(lab):
    columns = lab.schema.comparable()
    whole = lab.nearest_synthetic(lab.arm(Side.REAL), columns, RANK)
    part = lab.nearest_synthetic(lab.arm(Side.REAL, 3), columns, RANK)
    assert whole.distances.shape == (4, 1)
    rows = lab.arm(Side.REAL, 3).rows
    np.testing.assert_array_equal(part.indices, whole.indices[rows])
    np.testing.assert_array_equal(part.distances, whole.distances[rows])


def test_never_more_neighbours_than_there_are_records(lab):
    # Peers' defect 3: the number of neighbours was compared with that of the attacks.
    found = lab.nearest_synthetic(lab.arm(Side.REAL), lab.schema.comparable(), RANK, k=10)
    assert found.indices.shape == (4, 3)


def test_the_order_of_columns_moves_nothing(lab):
    columns = lab.schema.comparable()
    there, back = (lab.points(Side.REAL, c, RANK) for c in (columns, columns[::-1]))
    np.testing.assert_array_equal(there.numbers, back.numbers)
    np.testing.assert_array_equal(there.codes, back.codes)
