"""Targeted attacks within parts of the people: the part that carries the pass, and all others."""

from collections.abc import Iterator, Sequence

import numpy as np

from audit.contract.outcomes import Wins
from audit.contract.strata import Strata, Stratum
from audit.contract.strata_worst import other_parts
from audit.contract.targeted import as_measurement, excess_effect, worst_case
from audit.facts.measurement import Measurement


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
    cases: Sequence[Wins], strata: Strata, rng: np.random.Generator
) -> Iterator[Measurement]:
    """Yield excess and risk among the vulnerable people, and the excess in all other parts."""
    chosen = strata.vulnerable
    if chosen is not None and chosen.real.any() and chosen.holdout.any():
        inside = within(cases, chosen)
        for case in inside:
            effect = excess_effect(case)
            yield as_measurement("excess", effect, n=case.pooled.size, scope=case.scope)
        yield from worst_case(inside, {"subset": chosen.name}, rng)
    effects = [[excess_effect(c) for c in within(cases, s)] for s in strata.others]
    yield from other_parts("excess", strata.others, effects, rng)
