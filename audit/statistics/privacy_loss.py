"""Advantage and a lower bound of epsilon: the threshold is chosen on one half of the people.

A threshold that was chosen because it does well does well on the same people by construction.
So the threshold, and whether high or low scores accuse, are chosen on one half, split without
knowing who is real, and everything is counted on the other.
"""

from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from audit.statistics.arrays import FloatArray, as_scores
from audit.statistics.multiplicity import bonferroni_level
from audit.statistics.rates import Z95, clopper_pearson, difference_ends

THRESHOLDS = 256
"""At most so many thresholds are tried for epsilon; evenly spaced ranks and both far tails."""


class Advantage(NamedTuple):
    """True minus false positive rate at a threshold chosen on other people; signed."""

    value: float
    low: float
    high: float
    n_real: int
    """Real people counted."""
    n_holdout: int


class EpsilonBound(NamedTuple):
    """Lower bound of epsilon; there is no upper one."""

    value: float
    n_real: int
    """Real people counted."""
    n_holdout: int


class _Halves(NamedTuple):
    real: FloatArray
    holdout: FloatArray
    count_real: FloatArray
    count_holdout: FloatArray


class _Cuts(NamedTuple):
    """Thresholds, and how many of each side score at least that much."""

    at: FloatArray
    real: FloatArray
    holdout: FloatArray


class _Choice(NamedTuple):
    merit: float
    """How well it does on those who chose it."""
    accused: tuple[int, int]
    """Real and holdout people accused, among the others."""


def fit_advantage(
    real: ArrayLike, holdout: ArrayLike, *, half: ArrayLike, z: float = Z95
) -> Advantage | None:
    """Measure the advantage, max over thresholds of TPR - FPR, without optimism.

    Parameters
    ----------
    real, holdout
        Scores, shapes (n_real,) and (n_holdout,).
    half
        True for the people on whom threshold and direction are chosen, real people first, bool
        of shape (n_real + n_holdout,); drawn without knowing who is real.
    z
        Normal quantile of the one-sided level of each end (score ends of a difference).

    Returns
    -------
    Advantage or None
        None where a half lacks people of one side.

    References
    ----------
    Yeom et al. (2018), CSF, definition 4; DESIGN section 4, point 5.
    """
    halves = _split(real, holdout, half)
    if halves is None:
        return None
    best = max((_best_gap(h) for h in (halves, _mirrored(halves))), key=lambda c: c.merit)
    k_real, k_holdout = best.accused
    n, m = halves.count_real.size, halves.count_holdout.size
    ends = difference_ends(k_real, n, k_holdout, m, z=z)
    return Advantage(k_real / n - k_holdout / m, ends.low, ends.high, n, m)


def epsilon_lower(
    real: ArrayLike,
    holdout: ArrayLike,
    *,
    half: ArrayLike,
    delta: float = 0.0,
    level: float = 0.95,
    comparisons: int = 1,
) -> EpsilonBound | None:
    """Return a lower bound of the epsilon that the observed error rates are compatible with.

    Parameters
    ----------
    real, holdout, half
        As in `fit_advantage`.
    delta
        The delta of (epsilon, delta).
    level
        One-sided confidence of the bound.
    comparisons
        Number of attacks that were tried (Bonferroni).

    Returns
    -------
    EpsilonBound or None
        Value 0 where nothing was shown; None where a half lacks people of one side. One real
        and one synthetic table: indicative, not a proof against a claimed epsilon.

    References
    ----------
    Jagielski, Ullman and Oprea (2020), NeurIPS 33:22205, section 3; `attacks.md` C8.
    """
    halves = _split(real, holdout, half)
    if halves is None:
        return None
    each = bonferroni_level(comparisons, level=level)
    choices = [_best_bound(h, delta=delta, level=each) for h in (halves, _mirrored(halves))]
    k_real, k_holdout = max(choices, key=lambda c: c.merit).accused
    n, m = halves.count_real.size, halves.count_holdout.size
    value = epsilon_from_counts(k_real, n, k_holdout, m, delta=delta, level=each)
    return EpsilonBound(value, n, m)


def epsilon_from_counts(
    k_real: int,
    n_real: int,
    k_holdout: int,
    n_holdout: int,
    *,
    delta: float = 0.0,
    level: float = 0.95,
) -> float:
    """Return the lower bound of epsilon from accusations of people not used to choose.

    Both error rates get exact ends at 1 - (1 - level) / 2. With a perfect attack the bound is
    the largest that these numbers of people can show.

    References
    ----------
    `attacks.md` C8 and its reference code.
    """
    if not 0 <= delta < 1:
        raise ValueError("delta lies between 0 and 1")
    each = bonferroni_level(2, level=level)
    tpr = clopper_pearson(k_real, n_real, level=each).low
    fpr = clopper_pearson(k_holdout, n_holdout, level=each).high
    found = log((tpr - delta) / fpr) if tpr > delta else 0.0
    cleared = log((1 - fpr - delta) / (1 - tpr)) if 1 - fpr > delta else 0.0
    return max(found, cleared, 0.0)


def _best_gap(halves: _Halves) -> _Choice:
    cuts = _cuts(halves.real, halves.holdout)
    gaps = cuts.real / halves.real.size - cuts.holdout / halves.holdout.size
    return _choice(halves, cuts, gaps)


def _best_bound(halves: _Halves, *, delta: float, level: float) -> _Choice:
    cuts = _thinned(_cuts(halves.real, halves.holdout))
    sizes = halves.real.size, halves.holdout.size
    bounds = _bounds(cuts.real, sizes[0], cuts.holdout, sizes[1], delta=delta, level=level)
    return _choice(halves, cuts, bounds)


def _choice(halves: _Halves, cuts: _Cuts, merit: FloatArray) -> _Choice:
    best = int(np.argmax(merit))
    counts = [int((s >= cuts.at[best]).sum()) for s in (halves.count_real, halves.count_holdout)]
    return _Choice(float(merit[best]), (counts[0], counts[1]))


def _mirrored(halves: _Halves) -> _Halves:
    """Return the halves as seen by an adversary who accuses low scores."""
    return _Halves(*(-part for part in halves))


def _bounds(
    k_real: FloatArray, n: int, k_holdout: FloatArray, m: int, *, delta: float, level: float
) -> FloatArray:
    """Return `epsilon_from_counts` for many thresholds at once."""
    tail = 1 - bonferroni_level(2, level=level)
    some, not_all = np.maximum(k_real, 1), np.minimum(k_holdout, m - 1)
    tpr = np.where(k_real > 0, special.betaincinv(some, n - some + 1, tail), 0.0)
    fpr = np.where(k_holdout < m, special.betaincinv(not_all + 1, m - not_all, 1 - tail), 1.0)
    found = np.log(np.maximum(tpr - delta, 1e-300) / fpr)
    cleared = np.log(np.maximum(1 - fpr - delta, 1e-300) / (1 - tpr))
    return np.asarray(np.maximum(np.maximum(found, cleared), 0.0), dtype=np.float64)


def _split(real: ArrayLike, holdout: ArrayLike, half: ArrayLike) -> _Halves | None:
    s_real, s_holdout = as_scores(real), as_scores(holdout)
    chosen = np.asarray(half, dtype=np.bool_)
    if chosen.shape != (s_real.size + s_holdout.size,):
        raise ValueError("the half must be given for every person of the pool")
    a, b = chosen[: s_real.size], chosen[s_real.size :]
    halves = _Halves(s_real[a], s_holdout[b], s_real[~a], s_holdout[~b])
    return halves if all(part.size for part in halves) else None


def _cuts(real: FloatArray, holdout: FloatArray) -> _Cuts:
    at = np.unique(np.concatenate([real, holdout]))
    reached = [x.size - np.searchsorted(np.sort(x), at, side="left") for x in (real, holdout)]
    return _Cuts(at, reached[0].astype(np.float64), reached[1].astype(np.float64))


def _thinned(cuts: _Cuts) -> _Cuts:
    if cuts.at.size <= THRESHOLDS:
        return cuts
    even = np.linspace(0, cuts.at.size - 1, THRESHOLDS // 2)
    fine = np.geomspace(1, cuts.at.size / 2, THRESHOLDS // 4)
    picks = np.concatenate([even, fine - 1, cuts.at.size - fine]).astype(np.int64)
    kept = np.unique(picks)
    return _Cuts(cuts.at[kept], cuts.real[kept], cuts.holdout[kept])
