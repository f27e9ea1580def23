"""Roughly how long and how much: against audits that were timed."""

import pytest

from audit.facts.measurement import Family
from audit.harness.cost import Size, cost_of

EVERYTHING = dict.fromkeys(Family, 1.0)


# Processor seconds without and with planted controls, and MiB, of audits of Adult by one core.
@pytest.mark.parametrize(
    ("size", "seconds", "controls", "memory"),
    [
        (Size(1_000, 500, 6, 2), 5.1, 4.3, 392),
        (Size(2_000, 1_000, 15, 3), 9.6, 6.0, 433),
        (Size(2_000, 1_000, 15, 15), 15.8, 12.4, 465),
        (Size(4_000, 2_000, 6, 1), 8.4, 6.2, 434),
        (Size(6_000, 4_000, 15, 3), 15.5, 11.4, 553),
        (Size(12_000, 8_000, 15, 3), 25.0, 16.0, 706),
    ],
)
def test_within_a_third_of_what_was_measured(size, seconds, controls, memory):
    found = cost_of(size, EVERYTHING, controls="fast")
    assert found.seconds - found.controls_seconds == pytest.approx(seconds, rel=0.34)
    assert found.controls_seconds == pytest.approx(controls, rel=0.34)
    assert found.memory / (1 << 20) == pytest.approx(memory, rel=0.15)


def test_what_is_not_run_costs_nothing():
    size = Size(4_000, 2_000, 15, 3)
    alone = cost_of(size, {Family.LINKABILITY: 1.0}, controls="off")
    assert alone.controls_seconds == 0
    assert 0 < alone.seconds < cost_of(size, EVERYTHING, controls="off").seconds / 3
    assert cost_of(size, {}, controls="fast").seconds == 0
