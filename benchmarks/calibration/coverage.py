"""How often the ends and the p-values of a private release are wrong, and how often it passes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
from scipy.stats import binom

from benchmarks.calibration.draws import Draw, Seen

NOMINAL = 0.05
BAND = 1e-4
"""A count beyond the band happens to a sound procedure with at most this probability."""
SAFE_SIDE = 0.01
"""So many private releases may be held back for lying on the safe side (DESIGN 4, point 10)."""
CENSUS = frozenset({"identical-match.excess", "near-copy.excess", "value-replay.excess"})
"""Counted over all real people, so the interval is not about the null: it has no misses."""
ROUNDING = 1e-5
"""Facts are rounded outward to 6 digits; a null on the end itself is no miss."""


class Share(NamedTuple):
    """Mean over draws; where a draw has several variants, of their share in it."""

    value: float
    n: int
    """Draws."""
    limit: float
    """Largest share that the nominal level explains (`BAND`)."""

    @property
    def is_beyond(self) -> bool:
        """The nominal level does not explain it."""
        return self.value > self.limit + 1e-12


class Coverage(NamedTuple):
    """What became of one measurement over many private releases."""

    low: Share | None
    """The lower end lies above the null."""
    high: Share | None
    """The upper end lies below the null."""
    p: Share | None
    """The p-value is at most .05."""


def missed_low(seen: Seen) -> bool | None:
    """Tell whether the lower end lies above the null; None if there is no such end."""
    if seen.exact or seen.low is None or seen.measure in CENSUS:
        return None
    return seen.low > seen.null + ROUNDING


def missed_high(seen: Seen) -> bool | None:
    """Tell whether the upper end lies below the null; None if there is no such end."""
    if seen.exact or seen.high is None or seen.measure in CENSUS:
        return None
    return seen.high < seen.null - ROUNDING


def significant(seen: Seen) -> bool | None:
    """Tell whether the p-value is at most .05; None if there is none."""
    return None if seen.p is None else seen.p <= NOMINAL


def names(draws: Iterable[Draw]) -> list[tuple[str, str]]:
    """Return every measurement, and the part of its check, in order of appearance."""
    return list(dict.fromkeys((s.measure, s.part) for d in draws for s in d.seen))


def covered(draws: Sequence[Draw], measure: str, part: str) -> Coverage:
    """Count the misses of one measurement over private releases."""
    return Coverage(*(_share(draws, measure, part, by) for by in _TESTS))


_TESTS: tuple[Callable[[Seen], bool | None], ...] = (missed_low, missed_high, significant)


def _share(
    draws: Sequence[Draw], measure: str, part: str, by: Callable[[Seen], bool | None]
) -> Share | None:
    parts = list(_parts(draws, measure, part, by))
    if not parts:
        return None
    n, value = len(parts), float(np.mean(parts))
    limit = float(binom.ppf(1 - BAND, n, NOMINAL)) / n
    return Share(value, n, limit)


def _parts(
    draws: Sequence[Draw], measure: str, part: str, by: Callable[[Seen], bool | None]
) -> Iterator[float]:
    for draw in draws:
        mine = [s for s in draw.seen if s.measure == measure and s.part == part]
        hits = [hit for hit in map(by, mine) if hit is not None]
        if hits:
            yield float(np.mean(hits))


class Promise(NamedTuple):
    """How often a rule passed, and how often it was said to."""

    passed: float
    promised: float | None
    """Mean of `pass_probability_if_safe`, at most 99 %; None where a draw has none."""
    n: int
    slack: float
    """Largest difference that chance explains (`BAND`, two-sided, normal)."""

    @property
    def is_broken(self) -> bool:
        """It passed less often than was said, beyond what chance explains."""
        return self.promised is not None and self.passed < self.promised - self.slack


def rules(draws: Iterable[Draw]) -> list[tuple[str, str, str]]:
    """Return policy, id and measure of every rule on a measurement."""
    found = ((r.policy, r.rule, r.measure) for d in draws for r in d.ruled)
    return [key for key in dict.fromkeys(found) if not key[2].startswith("declared.")]


def kept(draws: Sequence[Draw], policy: str, rule: str) -> Promise:
    """Compare how often a rule passed with the promise."""
    mine = [r for d in draws for r in d.ruled if (r.policy, r.rule) == (policy, rule)]
    promised = [r.promised for r in mine if r.promised is not None]
    passed = float(np.mean([r.status == "pass" for r in mine]))
    if len(promised) < len(mine):
        return Promise(passed, None, len(mine), 0.0)
    chance = np.minimum(promised, 1 - SAFE_SIDE)
    slack = 3.9 * sqrt(float((chance * (1 - chance)).sum())) / len(mine) + 0.5 / len(mine)
    return Promise(passed, float(chance.mean()), len(mine), slack)
