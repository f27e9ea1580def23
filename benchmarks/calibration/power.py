"""How large a leak must be before an audit sees it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from benchmarks.calibration.coverage import CENSUS, missed_low, names, significant
from benchmarks.calibration.draws import EACH_PART, EACH_VARIANT, Draw

LISTED = (EACH_VARIANT, EACH_PART)


class Found(NamedTuple):
    """Share of draws in which a leak of one size was found."""

    significant: float | None
    """The p-value is at most .05: an alarm."""
    shown: float | None
    """The lower end lies above the null; for what is counted over everybody, the value itself."""
    n: int


def found(draws: Sequence[Draw], measure: str, part: str = "") -> Found:
    """Count in how many draws a measurement noticed; None where it has no such test."""
    mine = [s for d in draws for s in d.seen if s.measure == measure and s.part == part]
    tests = [hit for hit in map(significant, mine) if hit is not None]
    ends = [s.value > s.null if s.exact or s.measure in CENSUS else missed_low(s) for s in mine]
    shown = [hit for hit in ends if hit is not None]
    return Found(
        float(np.mean(tests)) if tests else None,
        float(np.mean(shown)) if shown else None,
        len(draws),
    )


def headlines(draws: Sequence[Draw]) -> list[tuple[str, str]]:
    """Return the measurements that speak for a check, or for the vulnerable, as a whole."""
    return [(measure, part) for measure, part in names(draws) if part not in LISTED]


def verdicts(draws: Sequence[Draw], policy: str) -> dict[str, float]:
    """Return the share of draws with each verdict."""
    given = [d.verdicts[policy] for d in draws]
    return {status: given.count(status) / len(given) for status in sorted(set(given))}
