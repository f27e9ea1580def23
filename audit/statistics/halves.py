"""Two halves of the people: thresholds are chosen on one, everything is counted on the other.

The split does not know who is real, so what is counted is free of the optimism of having chosen.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from audit.statistics.arrays import FloatArray, as_scores

THRESHOLDS = 256
"""At most so many thresholds are tried; evenly spaced ranks and both far tails."""


class Halves(NamedTuple):
    """Scores of those who choose, and of those who are counted."""

    real: FloatArray
    holdout: FloatArray
    count_real: FloatArray
    count_holdout: FloatArray


class Cuts(NamedTuple):
    """Thresholds, and how many of each side of those who choose score at least that much."""

    at: FloatArray
    real: FloatArray
    holdout: FloatArray


class Choice(NamedTuple):
    """The threshold that did best."""

    merit: float
    """How well it does on those who chose it."""
    accused: tuple[int, int]
    """Real and holdout people accused, among the others."""


def split_halves(real: ArrayLike, holdout: ArrayLike, half: ArrayLike) -> Halves | None:
    """Part scores by `half`, True for those who choose; None where a half lacks a side.

    Raises
    ------
    ValueError
        If `half` does not have one entry for every person, or a score is NaN.
    """
    s_real, s_holdout = as_scores(real), as_scores(holdout)
    chosen = np.asarray(half, dtype=np.bool_)
    if chosen.shape != (s_real.size + s_holdout.size,):
        raise ValueError("the half must be given for every person of the pool")
    a, b = chosen[: s_real.size], chosen[s_real.size :]
    halves = Halves(s_real[a], s_holdout[b], s_real[~a], s_holdout[~b])
    return halves if all(part.size for part in halves) else None


def mirrored(halves: Halves) -> Halves:
    """Return the halves as seen by an adversary who accuses low scores."""
    return Halves(*(-part for part in halves))


def cuts_of(halves: Halves) -> Cuts:
    """Return every threshold that tells the choosing half apart."""
    real, holdout = halves.real, halves.holdout
    at = np.unique(np.concatenate([real, holdout]))
    reached = [x.size - np.searchsorted(np.sort(x), at, side="left") for x in (real, holdout)]
    return Cuts(at, reached[0].astype(np.float64), reached[1].astype(np.float64))


def thinned(cuts: Cuts) -> Cuts:
    """Return at most about `THRESHOLDS` of the cuts."""
    if cuts.at.size <= THRESHOLDS:
        return cuts
    even = np.linspace(0, cuts.at.size - 1, THRESHOLDS // 2)
    fine = np.geomspace(1, cuts.at.size / 2, THRESHOLDS // 4)
    picks = np.concatenate([even, fine - 1, cuts.at.size - fine]).astype(np.int64)
    kept = np.unique(picks)
    return Cuts(cuts.at[kept], cuts.real[kept], cuts.holdout[kept])


def choose(halves: Halves, cuts: Cuts, merit: FloatArray) -> Choice:
    """Return the cut of the largest merit, and whom it accuses among the others."""
    best = int(np.argmax(merit))
    counts = [int((s >= cuts.at[best]).sum()) for s in (halves.count_real, halves.count_holdout)]
    return Choice(float(merit[best]), (counts[0], counts[1]))
