"""What an inference is held against, beside its control."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from audit.contract.arms import BoolArray, FloatArray
from audit.contract.outcomes import Wins
from audit.contract.targeted import CONFIDENCE, as_measurement, excess_effect, rate
from audit.facts.estimate import Estimate
from audit.facts.figures import Heatmap
from audit.facts.measurement import Measurement
from audit.statistics.phantom import phantom_share

FEWEST = 11
"""People of each side with an unusual value below whom precision and recall say nothing."""
IMBALANCED = 0.8
"""Share of the commonest value from which naming it always looks like a success."""


def phantom(wins: Wins) -> Iterator[Measurement]:
    """Yield of the people whom an attack won how many it would have won without their data."""
    k_real, k_holdout = int(wins.real.sum()), int(wins.holdout.sum())
    found = phantom_share(k_real, wins.real.size, k_holdout, wins.holdout.size)
    if found is not None:
        method = "control rate over attack rate, Koopman score"
        estimate = Estimate(found.value, found.low, found.high, CONFIDENCE, method)
        yield Measurement("phantom_share", estimate, k_real, wins.scope)


def as_heatmap(figure_id: str, cases: Sequence[Wins]) -> Heatmap:
    """Return the excess on each secret with each knowledge as a figure."""
    excess = {(c.scope["secret"], c.scope["knows"]): excess_effect(c).value for c in cases}
    secrets, knowledge = (sorted({key[i] for key in excess}) for i in (0, 1))
    cells = tuple(tuple(excess.get((s, k)) for k in knowledge) for s in secrets)
    return Heatmap(figure_id, "excess", tuple(secrets), tuple(knowledge), cells)


@dataclass(frozen=True, eq=False)
class Accused:
    """Who is said to have an unusual value, person by person of one side, shapes (n,)."""

    unusual: BoolArray
    """Who has one."""
    named: BoolArray
    """Of whom it is said."""
    right: BoolArray
    """Of whom it is said, and the very value."""


def accused(unusual_score: FloatArray, unusual: BoolArray) -> BoolArray:
    """Return the rows with the highest scores: as many as are unusual, and what ties with them.

    Whoever has a score of 0 is not accused.
    """
    n = int(unusual.sum())
    if n == 0:
        return np.zeros(unusual.size, dtype=np.bool_)
    threshold = np.partition(unusual_score, -n)[-n]
    return np.asarray((unusual_score >= threshold) & (unusual_score > 0))


def precision_and_recall(
    real: Accused, holdout: Accused, scope: Mapping[str, str]
) -> Iterator[Measurement]:
    """Yield how many of the accused are rightly so, and how many of the unusual are found.

    Nothing where fewer than `FEWEST` people of a side are unusual.
    """
    if min(int(side.unusual.sum()) for side in (real, holdout)) < FEWEST:
        return
    for end, side in (("", real), ("_control", holdout)):
        if side.named.any():
            right = side.right[side.named]
            yield Measurement(f"precision{end}", rate(right), right.size, scope)
        found = side.right[side.unusual]
        yield Measurement(f"recall{end}", rate(found), found.size, scope)
    among = [side.right[side.unusual] for side in (real, holdout)]
    wins = Wins(scope=scope, real=among[0], holdout=among[1], guessed=among[0])
    effect = excess_effect(wins)
    yield as_measurement("recall_excess", effect, n=wins.pooled.size, scope=scope)
