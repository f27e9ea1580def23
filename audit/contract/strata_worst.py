"""All parts of the people but the one that carries the pass: they can only fail."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from audit.contract.strata import OTHERS, Stratum
from audit.contract.targeted import CONFIDENCE
from audit.facts.estimate import Estimate
from audit.facts.measurement import NO_SCOPE, Measurement
from audit.statistics.effects import Effect, worst_of
from audit.statistics.multiplicity import bonferroni_level, holm


def other_parts(
    name: str,
    strata: Sequence[Stratum],
    effects: Sequence[Sequence[Effect]],
    rng: np.random.Generator,
    *,
    scope: Mapping[str, str] = NO_SCOPE,
) -> Iterator[Measurement]:
    """Yield the worst case of each part, and the worst of all parts.

    Lower ends hold for all parts and attacks at once: some end lies beyond a limit exactly where
    the first step of Holm's procedure finds a part beyond it.

    Parameters
    ----------
    effects
        For each stratum the effect of every attack; all with one null value.
    scope
        Of the same worst case for everybody.
    """
    if not strata:
        return
    level = bonferroni_level(len(strata))
    p = holm([min(1.0, len(part) * min(e.tails.risky for e in part)) for part in effects])
    found = []
    for stratum, part, p_value in zip(strata, effects, p, strict=True):
        worst = worst_of(part, rng, level=level)
        estimate = _estimate(worst.value, worst.low, worst.high, f"worst of {len(part)}")
        n = int(stratum.real.sum() + stratum.holdout.sum())
        null = part[0].null_value
        own = {**scope, "subset": stratum.name}
        found.append(Measurement(name, estimate, n, own, null_value=null, p_value=float(p_value)))
    yield from found
    ends = [m.estimate for m in found]
    estimate = _estimate(
        max(e.value for e in ends),
        max(e.low for e in ends if e.low is not None),
        max(e.high for e in ends if e.high is not None),
        f"worst of {len(found)} parts",
    )
    yield Measurement(
        name,
        estimate,
        max(m.n for m in found),
        {**scope, "subset": OTHERS},
        null_value=found[0].null_value,
        p_value=float(p.min()),
    )


def _estimate(value: float, low: float, high: float, what: str) -> Estimate:
    method = f"{what}, lower end simultaneous over parts"
    return Estimate(value, min(low, value), high, CONFIDENCE, method)
