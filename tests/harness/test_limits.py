"""The deadline and the budget are looked at, and raise."""

import pytest

from audit.harness.limits import OutOfMemory, OutOfTime, watch


def test_nothing_is_raised_within_the_limits():
    assert watch(3_600, 1 << 50)() is None
    assert watch(None, 1 << 50)() is None


def test_a_passed_deadline_raises():
    with pytest.raises(OutOfTime):
        watch(-1.0, 1 << 50)()


def test_a_process_larger_than_its_budget_raises():
    with pytest.raises(OutOfMemory):
        watch(None, 1)()


def test_a_check_has_a_deadline_of_its_own_and_the_next_a_new_one():
    look = watch(None, 1 << 50)
    look.begin(-1.0)
    with pytest.raises(OutOfTime):
        look()
    look.begin(3_600)
    look()
    look.begin()
    look()


def test_no_check_outlives_the_run():
    look = watch(-1.0, 1 << 50)
    look.begin(3_600)
    with pytest.raises(OutOfTime):
        look()
