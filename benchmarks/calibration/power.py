"""How large a leak must be before an audit sees it."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy.stats import binom

from benchmarks.calibration.cells import Sizes
from benchmarks.calibration.coverage import BAND, CENSUS, NOMINAL, missed_low, names, significant
from benchmarks.calibration.draws import EACH_PART, EACH_VARIANT, Draw
from benchmarks.calibration.leaks import LEAKS

LISTED = (EACH_VARIANT, EACH_PART)
SEEN = 0.8
"""A leak is seen where so many draws sound the alarm."""
SLACK = 0.05
"""Largest fall of the detections of all measurements together, from a leak to a larger one."""


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


class Ladder(NamedTuple):
    """Draws of one kind of leak in one population, by size; at 0 the private releases."""

    population: str
    sizes: Sizes
    kind: str
    rungs: Mapping[float, Sequence[Draw]]
    """Rising. All rungs are of the same numbers, that is of the same people."""


def ladders(draws: Sequence[Draw]) -> list[Ladder]:
    """Return the ladders among some draws, each with its private releases as the first rung."""
    leaky = [d for d in draws if d.cell.leak > 0 and d.cell.kind in LEAKS]
    keys = dict.fromkeys((d.cell.population, d.cell.sizes, d.cell.kind) for d in leaky)
    return [_ladder(draws, *key) for key in keys]


def _ladder(draws: Sequence[Draw], population: str, sizes: Sizes, kind: str) -> Ladder:
    mine = [d for d in draws if d.cell[:2] == (population, sizes)]
    planted = [d for d in mine if d.cell.kind == kind and d.cell.leak > 0]
    numbers = {d.number for d in planted}
    rungs = {0.0: [d for d in mine if d.cell.is_private and d.number in numbers]}
    for size in sorted({d.cell.leak for d in planted}):
        rungs[size] = [d for d in planted if d.cell.leak == size]
    return Ladder(population, sizes, kind, rungs)


def with_p_value(ladder: Ladder) -> list[tuple[str, str]]:
    """Return the measurements with a p-value that speak for a check as a whole."""
    whole = [d for rung in ladder.rungs.values() for d in rung]
    return [key for key in headlines(whole) if found(whole, *key).significant is not None]


def smallest_seen(ladder: Ladder, measure: str, part: str = "") -> float | None:
    """Return the smallest leak that is seen in 80 % of the draws, as every larger one is."""
    seen = None
    for size in sorted(ladder.rungs, reverse=True):
        share = found(ladder.rungs[size], measure, part).significant
        if size == 0 or share is None or share < SEEN:
            break
        seen = size
    return seen


def falls(ladder: Ladder) -> list[tuple[str, str, float, float]]:
    """Return the measurements that find a larger leak less often than a smaller one.

    Returns
    -------
    list of (measurement, part, smaller leak, larger leak)
        Of each, pairs of rungs between which the share of draws with an alarm falls by more than
        `slack`; and as measurement "all", those between which the mean share over all measurements
        falls by more than 5 points.
    """
    keys = with_p_value(ladder)
    shares = {key: _shares(ladder, *key) for key in keys}
    lines = [
        (*key, *pair)
        for key in keys
        for pair in _falling(shares[key], slack(min(len(r) for r in ladder.rungs.values())))
    ]
    together = {
        size: float(np.mean([s[size] for s in shares.values() if size in s]))
        for size in ladder.rungs
        # What the private releases are taken for is chance, and no part of a leak that grows.
        if size > 0 and any(size in s for s in shares.values())
    }
    return lines + [("all", "", *pair) for pair in _falling(together, SLACK)]


def slack(n: int) -> float:
    """Return the largest fall of one share that false alarms at 5 % explain.

    A measurement that is blind to a kind of leak sounds the alarm in 5 % of the draws whatever its
    size, so that many more at a small leak than at a large one are chance (`BAND`).
    """
    return float(binom.ppf(1 - BAND, n, NOMINAL)) / n


def _shares(ladder: Ladder, measure: str, part: str) -> dict[float, float]:
    by_size = {size: found(d, measure, part).significant for size, d in ladder.rungs.items()}
    return {size: share for size, share in by_size.items() if share is not None}


def _falling(shares: Mapping[float, float], most: float) -> list[tuple[float, float]]:
    pairs = combinations(sorted(shares), 2)
    return [(a, b) for a, b in pairs if shares[b] < shares[a] - most - 1e-12]
