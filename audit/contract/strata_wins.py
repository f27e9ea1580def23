"""Targeted attacks within parts of the people: the part that carries the pass, and all others."""

from collections.abc import Iterator, Mapping, Sequence
from math import hypot

import numpy as np

from audit.contract.outcomes import FloatArray, Wins
from audit.contract.strata import Strata, Stratum
from audit.contract.strata_worst import other_parts
from audit.contract.targeted import CONFIDENCE, as_measurement, excess_effect, worst_case
from audit.facts.estimate import Estimate
from audit.facts.measurement import NO_SCOPE, Measurement
from audit.statistics.effects import Effect, worst_of
from audit.statistics.rates import Ends, Tails


def within(cases: Sequence[Wins], stratum: Stratum) -> list[Wins]:
    """Return the outcomes of the people of a stratum alone."""
    return [
        Wins(
            scope={**c.scope, "subset": stratum.name},
            real=c.real[stratum.real],
            holdout=c.holdout[stratum.holdout],
            guessed=c.guessed[stratum.real],
            x_real=None if c.x_real is None else c.x_real[stratum.real],
            x_holdout=None if c.x_holdout is None else c.x_holdout[stratum.holdout],
        )
        for c in cases
    ]


def strata_wins(
    cases: Sequence[Wins],
    strata: Strata,
    rng: np.random.Generator,
    *,
    scope: Mapping[str, str] = NO_SCOPE,
) -> Iterator[Measurement]:
    """Yield excess and risk among the vulnerable people, and the excess in all other parts.

    Parameters
    ----------
    scope
        Of the worst of the same cases for everybody.
    """
    chosen = strata.vulnerable
    if chosen is not None and chosen.has_both_sides:
        inside = within(cases, chosen)
        for case in inside:
            effect = excess_effect(case)
            yield as_measurement("excess", effect, n=case.pooled.size, scope=case.scope)
        yield from worst_case(inside, {**scope, "subset": chosen.name}, rng)
    effects = [[excess_effect(c) for c in within(cases, s)] for s in strata.others]
    yield from other_parts("excess", strata.others, effects, rng, scope=scope)


def strata_disparity(
    cases: Sequence[Wins], strata: Strata, rng: np.random.Generator
) -> Iterator[Measurement]:
    """Yield how much more is at stake for the vulnerable than for the rest; it only describes."""
    chosen = strata.vulnerable
    if chosen is not None and chosen.has_both_sides and chosen.rest.has_both_sides:
        yield _disparity(cases, chosen, rng)


def _disparity(cases: Sequence[Wins], stratum: Stratum, rng: np.random.Generator) -> Measurement:
    """Return how much more having been in the data costs the vulnerable than the rest.

    The difference of two excesses, 0 where both are alike. A ratio of rates or of odds, as for a
    ranking, would be one of attack rates: what is guessed of everybody differs between the two, and
    an excess may be 0 or less. The worst of all attacks on all secrets, each against itself.
    """
    inside, outside = within(cases, stratum), within(cases, stratum.rest)
    effects = [_difference(a, b, stratum) for a, b in zip(inside, outside, strict=True)]
    worst = worst_of(effects, rng)
    method = f"difference of excesses, worst of {len(effects)}, simultaneous lower end"
    low = min(worst.low, worst.value)
    return Measurement(
        "disparity_excess",
        Estimate(worst.value, low, worst.high, CONFIDENCE, method),
        int(stratum.real.size + stratum.holdout.size),
        {"subset": stratum.name},
        null_value=0.0,
    )


def _difference(inside: Wins, outside: Wins, stratum: Stratum) -> Effect:
    """Return the difference of two excesses on different people, so that errors add up.

    Each end is as far from the difference as the ends of both excesses that make it so, squared
    and added: the ends keep the shape that they have near rates of 0 and 1.

    References
    ----------
    Zou and Donner (2008), Stat. Med. 27:1693 (recovery of variances from both ends).
    """
    first, second = excess_effect(inside), excess_effect(outside)
    value = first.value - second.value

    def ends(z: float) -> Ends:
        a, b = first.ends(z), second.ends(z)
        down = hypot(first.value - a.low, b.high - second.value)
        return Ends(value - down, value + hypot(a.high - first.value, second.value - b.low))

    return Effect(
        value=value,
        ends=ends,
        null_value=0.0,
        se=hypot(first.se, second.se),
        null_se=hypot(first.null_se, second.null_se),
        tails=Tails(1.0, 1.0),
        method="difference of excesses",
        influence=_placed(first, second, stratum),
    )


def _placed(first: Effect, second: Effect, stratum: Stratum) -> FloatArray | None:
    """Return the influence of every person, those inside for the first and others against it."""
    if first.influence is None or second.influence is None:
        return None
    belongs = np.concatenate([stratum.real, stratum.holdout])
    influence = np.empty(belongs.size)
    influence[belongs], influence[~belongs] = first.influence, -second.influence
    return influence
