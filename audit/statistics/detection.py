"""Would an attack notice N copied people, and does it keep quiet when nobody is copied?"""

from typing import NamedTuple

import numpy as np
from scipy.stats import binom

from audit.statistics.panels import LEVEL, Panel, deals

POWER = 0.8
_BOUND = 0.999


class Curve(NamedTuple):
    """How often N copied people are noticed."""

    people: tuple[int, ...]
    noticed: tuple[float, ...]
    draws: int
    enough: int | None
    """Fewest people of the ladder from which on they are noticed with 80 %; None: more."""


def ladder(most: int) -> tuple[int, ...]:
    """Return numbers of people from 1 to `most`, about six to a power of ten."""
    steps = np.unique(np.round(10 ** np.arange(0, np.log10(max(most, 1)) + 1e-9, 1 / 6)))
    return tuple(dict.fromkeys([*map(int, steps), most])) if most else ()


def detection_curve(panel: Panel, *, draws: int, rng: np.random.Generator) -> Curve:
    """Return how often the attack notices N copied people, N along `ladder`.

    Parameters
    ----------
    draws
        Divisions of the pool; the standard error at 80 % is .4 / sqrt(draws).
    """
    people = ladder(panel.planted.size)
    hits = np.zeros(len(people))
    for deal in deals(panel.n_pool, panel.n_real, panel.planted, draws=draws, rng=rng):
        hits += panel.noticed(deal, people)
    shares = hits / draws
    # From which on it stays: one lucky rung is no power.
    short = np.flatnonzero(shares < POWER)
    first = 0 if not short.size else int(short[-1]) + 1
    enough = people[first] if first < len(people) else None
    return Curve(people, tuple(map(float, shares)), draws, enough)


class Fires(NamedTuple):
    """How often an attack cries wolf when real and holdout people are dealt out anew."""

    fired: int
    draws: int
    bound: int
    """Most that a sound test reaches with 99.9 %."""

    @property
    def is_quiet(self) -> bool:
        """Whether it fired no more often than its level explains."""
        return self.fired <= self.bound


def fires_of(fired: int, draws: int) -> Fires:
    """Return a count of false alarms beside its bound.

    References
    ----------
    DESIGN section 4, point 12; `statistics.md` F16 (a): at 5 % alone, every fourth safe audit of
    six checks would be called unreliable.
    """
    return Fires(fired, draws, int(binom.ppf(_BOUND, draws, LEVEL)))


def false_alarms(panel: Panel, *, draws: int, rng: np.random.Generator) -> Fires:
    """Count false alarms over divisions of the pool in which nobody is copied."""
    nobody = np.zeros(0, np.int64)
    every = deals(panel.n_pool, panel.n_real, nobody, draws=draws, rng=rng)
    fired = sum(bool(panel.noticed(deal, (0,))[0]) for deal in every)
    return fires_of(fired, draws)
