"""Rankings within parts of the people: the part that carries the pass, and all others."""

from collections.abc import Iterator, Sequence
from math import exp, hypot, log, sqrt
from typing import NamedTuple

import numpy as np

from audit.contract.outcomes import Scores
from audit.contract.scoring import CONFIDENCE, auc_effect, auc_measured
from audit.contract.strata import Strata, Stratum
from audit.contract.strata_worst import other_parts
from audit.contract.worst_scores import worst_scores
from audit.facts.estimate import Estimate
from audit.facts.measurement import Measurement
from audit.statistics.effects import Effect, worst_of
from audit.statistics.rates import Ends, Tails


def within(cases: Sequence[Scores], stratum: Stratum) -> list[Scores]:
    """Return the scores of the people of a stratum alone."""
    return [
        Scores(
            {**c.scope, "subset": stratum.name}, c.real[stratum.real], c.holdout[stratum.holdout]
        )
        for c in cases
    ]


def strata_scores(
    cases: Sequence[Scores], strata: Strata, rng: np.random.Generator
) -> Iterator[Measurement]:
    """Yield what the attacks find among the vulnerable people, and in all other parts."""
    if strata.vulnerable is not None and strata.vulnerable.has_both_sides:
        inside = within(cases, strata.vulnerable)
        for case in inside:
            yield auc_measured(case)
        yield from worst_scores(inside, {"subset": strata.vulnerable.name}, rng)
        if strata.vulnerable.rest.has_both_sides:
            yield _disparity(inside, within(cases, strata.vulnerable.rest), strata.vulnerable, rng)
    effects = [[auc_effect(c) for c in within(cases, s)] for s in strata.others]
    yield from other_parts("auc", strata.others, effects, rng)


def _disparity(
    inside: Sequence[Scores],
    outside: Sequence[Scores],
    stratum: Stratum,
    rng: np.random.Generator,
) -> Measurement:
    """Return how much surer members are told among the vulnerable than among the rest.

    The odds that a member is ranked above a stranger, as a ratio; 1 where both are alike.
    """
    effects = [_log_odds_ratio(a, b) for a, b in zip(inside, outside, strict=True)]
    worst = worst_of(effects, rng)
    value, low, high = (exp(x) for x in (worst.value, min(worst.low, worst.value), worst.high))
    method = f"ratio of odds, worst of {len(effects)}, simultaneous lower end"
    return Measurement(
        "disparity",
        Estimate(value, low, high, CONFIDENCE, method),
        int(stratum.real.size + stratum.holdout.size),
        {"subset": stratum.name},
        null_value=1.0,
    )


def _log_odds_ratio(inside: Scores, outside: Scores) -> Effect:
    """Return the log ratio of two odds; the people of both are different, so errors add up."""
    first, second = _log_odds(inside), _log_odds(outside)
    value, se = first.value - second.value, hypot(first.se, second.se)

    def ends(z: float) -> Ends:
        return Ends(value - z * se, value + z * se)

    return Effect(value, ends, 0.0, se, se, Tails(1.0, 1.0), "normal, log odds")


class _LogOdds(NamedTuple):
    value: float
    se: float


def _log_odds(scores: Scores) -> _LogOdds:
    effect, pairs = auc_effect(scores), min(scores.real.size, scores.holdout.size)
    # Where everybody, or nobody, is told apart half a pair stands for what was not seen.
    unseen = 0.5 / (pairs + 1)
    value = min(max(effect.value, unseen), 1 - unseen)
    slope = value * (1 - value)
    se = effect.se / slope if effect.se > 0 else 1 / sqrt(pairs * slope)
    return _LogOdds(log(value / (1 - value)), se)
