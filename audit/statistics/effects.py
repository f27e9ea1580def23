"""Effects that can be compared, and the worst of several.

An effect knows its ends at any critical value. That is all the worst case needs (DESIGN section 4,
point 6): its value is the largest value; its upper end the largest of the individual upper ends,
since the maximum of bounds bounds the maximum; its lower end the largest of *simultaneous* lower
ends, with a critical value that allows for the choice. The interval of the winner is never used.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import erf, exp, hypot, pi, sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from audit.facts.measurement import SafeHigh
from audit.statistics.power import DRAWS, safe_high_worst
from audit.statistics.rates import Z95, Ends, Tails, normal_quantile
from audit.statistics.worst import bonferroni_z, correlation_of, critical_value, normal_draws

FloatArray: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Effect:
    """One signed effect with everything that can be said about it."""

    value: float
    ends: Callable[[float], Ends]
    """Lower and upper end at a one-sided critical value."""
    null_value: float
    se: float
    """Standard error at the estimate."""
    null_se: float
    """Standard error without any leak."""
    tails: Tails
    method: str
    influence: FloatArray | None = None
    """Over the people of the pool, real first; its squares add up to about se**2."""


@dataclass(frozen=True)
class Worst:
    """The worst of several effects."""

    value: float
    low: float
    high: float
    z: float
    """Critical value behind the lower end."""
    safe_high: SafeHigh
    least_low: float
    """Smallest of the single lower ends at 95 %."""


def worst_of(
    effects: Sequence[Effect],
    rng: np.random.Generator,
    *,
    both_sides: bool = False,
    level: float = 0.95,
) -> Worst:
    """Return value and ends of the largest of several effects.

    Parameters
    ----------
    effects
        At least one, all with the same null value.
    rng
        For the multiplier bootstrap; Bonferroni is used where an effect has no influence values.
    both_sides
        Limits act on both sides of the null, as on an AUC (DESIGN section 4, point 10).
    level
        Of all lower ends together; more than .95 where other effects have their share of it.
    """
    spread = [e for e in effects if e.influence is not None and e.se > 0]
    if len(spread) == len(effects) > 1:
        influence = np.column_stack([e.influence for e in spread if e.influence is not None])
        z = critical_value(influence, np.array([e.se for e in spread]), rng=rng, level=level)
    else:
        influence, z = None, bonferroni_z(len(effects), level=level)
    null, se = effects[0].null_value, np.array([e.null_se for e in effects])
    if both_sides:
        safe = safe_both_sides(null, se, influence=influence, rng=rng)
    else:
        safe = safe_high_worst(null, se, influence=influence, rng=rng)
    return Worst(
        value=max(e.value for e in effects),
        low=max(e.ends(z).low for e in effects),
        high=max(e.ends(Z95).high for e in effects),
        z=z,
        safe_high=safe,
        least_low=min(e.ends(Z95).low for e in effects),
    )


def joined(blind: Worst, trained: Effect, *, safe: SafeHigh, level: float) -> Worst:
    """Return the worst case once an attack on other people has joined it.

    Parameters
    ----------
    blind
        The worst of all others, its lower end at `level`.
    trained
        The newcomer.
    safe
        Where the newcomer's upper end falls for a private release.
    level
        One-sided level of both lower ends, by Bonferroni.
    """
    z = normal_quantile(level)
    return Worst(
        value=max(blind.value, trained.value),
        low=max(blind.low, trained.ends(z).low),
        high=max(blind.high, trained.ends(Z95).high),
        z=blind.z,
        safe_high=larger_of(blind.safe_high, safe),
        least_low=min(blind.least_low, trained.ends(Z95).low),
    )


def larger_of(one: SafeHigh, other: SafeHigh) -> SafeHigh:
    """Return mean and sd of the larger of two independent normal variables.

    References
    ----------
    Clark (1961), Operations Research 9:145.
    """
    spread = hypot(one.sd, other.sd)
    if spread == 0:
        return one if one.mean >= other.mean else other
    gap = (one.mean - other.mean) / spread
    density, mass = exp(-(gap**2) / 2) / sqrt(2 * pi), (1 + erf(gap / sqrt(2))) / 2
    mean = one.mean * mass + other.mean * (1 - mass) + spread * density
    square = (
        (one.mean**2 + one.sd**2) * mass
        + (other.mean**2 + other.sd**2) * (1 - mass)
        + (one.mean + other.mean) * spread * density
    )
    return SafeHigh(mean, sqrt(max(square - mean**2, 0.0)))


def safe_both_sides(
    null: float,
    se: FloatArray,
    *,
    influence: FloatArray | None = None,
    rng: np.random.Generator | None = None,
) -> SafeHigh:
    """Return where the end that decides falls for a perfectly private release.

    A limit at distance d above the null is kept where every upper end lies at most d above it and
    every lower end at most d below it: what decides is the farthest of all.

    Parameters
    ----------
    null
        The value without a leak, the same for all.
    se
        Standard errors without a leak, shape (K,).
    influence
        Shape (n, K), from which the correlation follows; None: independent.
    rng
        None draws the same numbers every time.

    Returns
    -------
    SafeHigh
        Of the normal law that agrees with the true one at its median and its ninth decile: the
        true one is folded, and what counts is how often a limit is kept.
    """
    joint = np.eye(se.size) if influence is None else correlation_of(influence)
    draws = normal_draws(joint, draws=DRAWS, rng=rng or np.random.default_rng(0)) * se
    farthest = (np.abs(draws) + Z95 * se).max(axis=1)
    median, tail = np.quantile(farthest, [0.5, 0.9])
    return SafeHigh(null + float(median), float(tail - median) / normal_quantile(0.9))
