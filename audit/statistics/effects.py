"""Effects that can be compared, and the worst of several.

An effect knows its ends at any critical value. That is all the worst case needs (DESIGN section 4,
point 6): its value is the largest value; its upper end the largest of the individual upper ends,
since the maximum of bounds bounds the maximum; its lower end the largest of *simultaneous* lower
ends, with a critical value that allows for the choice. The interval of the winner is never used.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from audit.statistics.power import safe_high_worst
from audit.statistics.rates import Z95, Ends, Tails
from audit.statistics.worst import bonferroni_z, critical_value

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
    safe_high_mean: float
    safe_high_sd: float


def worst_of(effects: Sequence[Effect], rng: np.random.Generator) -> Worst:
    """Return value and ends of the largest of several effects.

    Parameters
    ----------
    effects
        At least one, all with the same null value.
    rng
        For the multiplier bootstrap; Bonferroni is used where an effect has no influence values.
    """
    spread = [e for e in effects if e.influence is not None and e.se > 0]
    if len(spread) == len(effects) > 1:
        influence = np.column_stack([e.influence for e in spread if e.influence is not None])
        z = critical_value(influence, np.array([e.se for e in spread]), rng=rng)
    else:
        influence, z = None, bonferroni_z(len(effects))
    safe = safe_high_worst(
        effects[0].null_value, np.array([e.null_se for e in effects]), influence=influence, rng=rng
    )
    return Worst(
        value=max(e.value for e in effects),
        low=max(e.ends(z).low for e in effects),
        high=max(e.ends(Z95).high for e in effects),
        z=z,
        safe_high_mean=safe.mean,
        safe_high_sd=safe.sd,
    )
