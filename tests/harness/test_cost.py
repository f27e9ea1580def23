"""Roughly how long and how much: against audits that were timed."""

import pytest

from audit.facts.measurement import Family
from audit.harness.cost import Size, cost_of

EVERYTHING = dict.fromkeys(Family, 1.0)


# Processor seconds and MiB of audits of Adult by one core, without controls.
@pytest.mark.parametrize(
    ("size", "seconds", "memory"),
    [
        (Size(1_000, 500, 6, 2), 5.1, 392),
        (Size(2_000, 1_000, 15, 3), 9.6, 433),
        (Size(2_000, 1_000, 15, 15), 15.8, 465),
        (Size(4_000, 2_000, 6, 1), 8.4, 434),
        (Size(6_000, 4_000, 15, 3), 15.5, 553),
        (Size(12_000, 8_000, 15, 3), 25.0, 706),
    ],
)
def test_within_a_third_of_what_was_measured(size, seconds, memory):
    found = cost_of(size, EVERYTHING, controls="off")
    assert found.seconds == pytest.approx(seconds, rel=0.34)
    assert found.memory / (1 << 20) == pytest.approx(memory, rel=0.15)


@pytest.mark.parametrize(
    ("size", "seconds"),
    [
        (Size(1_000, 500, 15, 15), 9.3),
        (Size(2_000, 1_000, 6, 6), 8.1),
        (Size(4_000, 2_000, 15, 15), 12.5),
    ],
)
def test_so_are_the_controls(size, seconds):
    found = cost_of(size, EVERYTHING, controls="fast")
    assert found.controls_seconds == pytest.approx(seconds, rel=0.34)


def test_all_of_it_again_is_dear():
    """Twenty times on people dealt out anew, and on two releases with copies."""
    size = Size(4_000, 2_000, 15, 3)
    alone = cost_of(size, EVERYTHING, controls="off").seconds
    assert cost_of(size, EVERYTHING, controls="full").seconds == pytest.approx(23 * alone)


def test_what_is_not_run_costs_nothing():
    size = Size(4_000, 2_000, 15, 3)
    alone = cost_of(size, {Family.LINKABILITY: 1.0}, controls="off")
    assert alone.controls_seconds == 0
    assert 0 < alone.seconds < cost_of(size, EVERYTHING, controls="off").seconds / 3
    assert cost_of(size, {}, controls="fast").seconds == 0
