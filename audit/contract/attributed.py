"""Attribution probabilities of statistical agencies, each beside that of the holdout."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import ceil, floor

import numpy as np

from audit.contract.arms import Arm, BoolArray, FloatArray, Side
from audit.contract.attribution import Answers
from audit.contract.lab import Lab
from audit.contract.outcomes import Wins
from audit.contract.relabelled import excess_measured
from audit.contract.targeted import CONFIDENCE, as_measurement, excess_effect, rate
from audit.facts.estimate import Estimate
from audit.facts.measurement import Measurement
from audit.statistics.rates import clopper_pearson

FEWEST = 22
"""Of fewer people no share is told: it would be about single ones."""
_ROUNDING = 1e-9
_SIDES = ((Side.REAL, ""), (Side.HOLDOUT, "_control"))


def mean_shares(
    name: str, said: Mapping[Side, Answers], scope: Mapping[str, str], lab: Lab, *, matched: bool
) -> Iterator[Measurement]:
    """Yield the mean share of right secrets among the nearest records, of both sides.

    Parameters
    ----------
    matched
        Only people whose key a synthetic record has count (CAP), or all (generalised CAP).
    """
    shares = []
    for side, end in _SIDES:
        answered = said[side]
        counts = answered.matched if matched else np.ones(answered.total.size, dtype=bool)
        shares.append(_per_person(lab.people(side), answered.share, counts))
        if shares[-1].size >= FEWEST:
            yield Measurement(f"{name}{end}", _mean(shares[-1]), shares[-1].size, scope)
    if all(side.size >= FEWEST for side in shares):
        # Who counts does not depend on who is real, so among them relabelling is exact.
        values, n_real = np.concatenate(shares), shares[0].size
        rng = lab.stream(f"{name}/{sorted(scope.items())}")
        found = excess_measured(f"{name}_excess", values, np.arange(values.size) < n_real, rng)
        yield replace(found, scope=scope)


def share_of_claims(
    name: str, said: Mapping[Side, Answers], scope: Mapping[str, str], lab: Lab
) -> Iterator[Measurement]:
    """Yield how often records of one key that share one secret are right about a person (TCAP).

    Over people, each of whom counts once; Taub et al. take the mean over such synthetic records,
    where a record that is copied often counts as often.
    """
    claims = []
    for side, end in _SIDES:
        answered, arm = said[side], lab.people(side)
        won = arm.any_of(answered.unanimous & (answered.right > 0))
        claims.append(won[arm.any_of(answered.unanimous)])
        if claims[-1].size >= FEWEST:
            yield Measurement(f"{name}{end}", rate(claims[-1]), claims[-1].size, scope)
    if all(side.size >= FEWEST for side in claims):
        case = Wins(scope, claims[0], claims[1], guessed=claims[0])
        n = case.pooled.size
        yield as_measurement(f"{name}_excess", excess_effect(case), n=n, scope=scope)


def _per_person(arm: Arm, shares: FloatArray, counts: BoolArray) -> FloatArray:
    """Return the mean over the rows of each person that count, people without any left out."""
    size = np.bincount(arm.person, counts, minlength=arm.n_people)
    total = np.bincount(arm.person, shares * counts, minlength=arm.n_people)
    return np.asarray(total[size > 0] / size[size > 0], dtype=np.float64)


def _mean(values: FloatArray) -> Estimate:
    """Return the mean of numbers from 0 to 1, with ends that hold where all are alike.

    The normal ends shrink to a point there. Of all numbers from 0 to 1 with one mean, zeros and
    ones vary most, so the ends of a share are never too narrow.
    """
    total, n = float(values.sum()), values.size
    value = min(1.0, total / n)
    # A sum of fractions that is a whole number may miss it by a rounding.
    low = clopper_pearson(min(n, floor(total + _ROUNDING)), n).low
    high = clopper_pearson(min(n, ceil(total - _ROUNDING)), n).high
    return Estimate(value, min(low, value), max(high, value), CONFIDENCE, "Clopper-Pearson, mean")
