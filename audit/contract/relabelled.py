"""Measurements of numbers that belong to pooled people, against the law of relabelling.

Every number was fixed without knowing who is real. What is asked is whether real people carry more
of it than their number explains; null, spread and p-value come from dealing the labels anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from audit.contract.arms import BoolArray, FloatArray
from audit.facts.estimate import Estimate
from audit.facts.measurement import NO_SCOPE, Measurement
from audit.statistics.effects import Effect
from audit.statistics.exchangeability import ShareFit, share_test
from audit.statistics.max_t import joint_critical_value, max_t
from audit.statistics.power import detectable, rate_null_se
from audit.statistics.rates import Z95, Ends, Tails, level_of

CONFIDENCE = 0.95
RELABELLING = "normal, relabelling variance"


@dataclass(frozen=True, eq=False)
class Carried:
    """What each person of the pool carries of a total of 1."""

    weights: FloatArray
    """float64 of shape (n_people,)."""
    n: int
    """Synthetic records behind it."""
    scope: Mapping[str, str] = field(default_factory=dict)


def worst_share(
    name: str, cases: Sequence[Carried], is_real: BoolArray, rng: np.random.Generator
) -> Iterator[Measurement]:
    """Yield each share, and the worst of them for the whole.

    The value of the worst is the largest share and lies above the null by luck alone; the lower
    end and the p-value allow for the choice (DESIGN section 4, point 6).
    """
    fits = [share_test(case.weights, is_real, rng=rng) for case in cases]
    found = [_share(name, c, f) for c, f in zip(cases, fits, strict=True)]
    yield from (m for m in found if m.scope)
    weights = np.column_stack([c.weights / c.weights.sum() for c in cases])
    p = max_t(weights, is_real, rng=rng)
    z = joint_critical_value(weights, is_real, rng=rng)
    null, value = fits[0].null, max(m.estimate.value for m in found)
    low = max(m.estimate.value - z * f.sd for m, f in zip(found, fits, strict=True))
    if p.p_risky > 1 - CONFIDENCE:
        low = min(low, null)
    high = max(m.estimate.high or 0.0 for m in found)
    how = f"worst of {len(found)}, simultaneous lower end"
    yield Measurement(
        name=name,
        estimate=Estimate(value, min(max(0.0, low), value), high, CONFIDENCE, how),
        n=max(m.n for m in found),
        scope=NO_SCOPE,
        null_value=null,
        p_value=p.p_risky,
        p_safe_side=p.p_safe,
        detectable=max(m.detectable or 0.0 for m in found),
    )


def share_measured(
    name: str, carried: Carried, is_real: BoolArray, rng: np.random.Generator
) -> Measurement:
    """Return the share that real people carry."""
    return _share(name, carried, share_test(carried.weights, is_real, rng=rng))


def _share(name: str, carried: Carried, fit: ShareFit) -> Measurement:
    # A sum of weights that add up to 1 may exceed it by a rounding.
    value = min(1.0, fit.value)
    low, high = relabelled_ends(value, fit.null, fit.sd, Tails(fit.p_risky, fit.p_safe))
    return Measurement(
        name=name,
        estimate=Estimate(value, max(0.0, low), min(1.0, high), CONFIDENCE, RELABELLING),
        n=carried.n,
        scope=carried.scope,
        null_value=fit.null,
        p_value=fit.p_risky,
        p_safe_side=fit.p_safe,
        detectable=detectable(fit.sd),
    )


def excess_measured(
    name: str, values: FloatArray, is_real: BoolArray, rng: np.random.Generator
) -> Measurement:
    """Return the mean over real people minus that over holdout people.

    Parameters
    ----------
    values
        From 0 to 1, one per person, shape (n_people,).
    """
    effect = excess_effect(values, is_real, rng)
    return Measurement(
        name=name,
        estimate=Estimate(effect.value, *effect.ends(Z95), CONFIDENCE, effect.method),
        n=values.size,
        null_value=0.0,
        p_value=effect.tails.risky,
        p_safe_side=effect.tails.safe,
        detectable=detectable(effect.null_se),
    )


def excess_effect(values: FloatArray, is_real: BoolArray, rng: np.random.Generator) -> Effect:
    """Return the same with its ends at any critical value."""
    n_t, n_h = int(is_real.sum()), int((~is_real).sum())
    # Where everybody has 1, the mean may come out a rounding error above it.
    value = float(np.clip(values[is_real].mean() - values[~is_real].mean(), -1.0, 1.0))
    tails, sd = Tails(1.0, 1.0), 0.0
    if values.any():
        fit = share_test(values, is_real, rng=rng)
        tails = Tails(fit.p_risky, fit.p_safe)
        sd = fit.sd * float(values.sum()) * (1 / n_t + 1 / n_h)
    # Half a person more keeps the rate off 0 and 1, where the spread vanishes.
    rate = (float(values.sum()) + 0.5) / (values.size + 1)
    if sd == 0:
        sd = rate_null_se(rate, n_t, n_h)

    def ends(z: float) -> Ends:
        low, high = relabelled_ends(value, 0.0, sd, tails, z=z, level=level_of(z))
        return Ends(max(-1.0, low), min(1.0, high))

    return Effect(value, ends, 0.0, sd, sd, tails, RELABELLING)


def drawn_measured(name: str, statistics: FloatArray, *, n: int) -> Measurement:
    """Return a statistic whose null is 0, against what relabelling made of it.

    Parameters
    ----------
    statistics
        The observed one, then one per relabelling, shape (1 + draws,).
    """
    value, others = float(statistics[0]), statistics[1:]
    tails = Tails(
        float((1 + (others >= value - 1e-12).sum()) / statistics.size),
        float((1 + (others <= value + 1e-12).sum()) / statistics.size),
    )
    sd = float(np.sqrt((others**2).mean()))
    low, high = relabelled_ends(value, 0.0, sd, tails)
    return Measurement(
        name=name,
        estimate=Estimate(value, low, high, CONFIDENCE, RELABELLING),
        n=n,
        null_value=0.0,
        p_value=tails.risky,
        p_safe_side=tails.safe,
        detectable=detectable(sd),
    )


def relabelled_ends(
    value: float,
    null: float,
    sd: float,
    tails: Tails,
    *,
    z: float = Z95,
    level: float = CONFIDENCE,
) -> Ends:
    """Return normal ends that lie beyond the null only where relabelling finds the value so.

    With few people behind a number the normal law is too narrow. Relabelling is asked at `level`.
    """
    low, high = value - z * sd, value + z * sd
    if tails.risky > 1 - level:
        low = min(low, null)
    if tails.safe > 1 - level:
        high = max(high, null)
    return Ends(low, high)
