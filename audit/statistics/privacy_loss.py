"""Advantage and lower bounds of epsilon and mu: the threshold is chosen on one half of the people.

A threshold that was chosen because it does well does well on the same people by construction.
So the threshold, and whether high or low scores accuse, are chosen on one half, split without
knowing who is real, and everything is counted on the other.
"""

from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from audit.statistics.arrays import FloatArray
from audit.statistics.halves import (
    Choice,
    Cuts,
    Halves,
    choose,
    cuts_of,
    mirrored,
    split_halves,
    thinned,
)
from audit.statistics.multiplicity import bonferroni_level
from audit.statistics.rates import Z95, clopper_pearson, difference_ends


class Advantage(NamedTuple):
    """True minus false positive rate at a threshold chosen on other people; signed."""

    value: float
    low: float
    high: float
    """Of this threshold; the best one may do better."""
    n_real: int
    """Real people counted."""
    n_holdout: int


class EpsilonBound(NamedTuple):
    """Lower bound of epsilon; there is no upper one."""

    value: float
    n_real: int
    """Real people counted."""
    n_holdout: int


class _Rates(NamedTuple):
    """Ends that hold together: true positives at least, false positives at most."""

    tpr_low: FloatArray
    fpr_high: FloatArray


def fit_advantage(
    real: ArrayLike, holdout: ArrayLike, *, half: ArrayLike, z: float = Z95
) -> Advantage | None:
    """Measure the advantage, TPR - FPR, of the threshold that did best on other people.

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
    halves = split_halves(real, holdout, half)
    if halves is None:
        return None
    best = max((_best_gap(h) for h in (halves, mirrored(halves))), key=lambda c: c.merit)
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
    halves = split_halves(real, holdout, half)
    if halves is None:
        return None
    each = bonferroni_level(comparisons, level=level)
    choices = [_best_bound(h, delta=delta, level=each) for h in (halves, mirrored(halves))]
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


def epsilon_ceiling(n_real: int, n_holdout: int, *, comparisons: int = 1) -> float:
    """Return the largest lower bound that a perfect attack could show on so many people counted.

    A release whose epsilon lies above it cannot be told from one without any protection.
    """
    level = bonferroni_level(comparisons)
    return epsilon_from_counts(n_real, n_real, 0, n_holdout, level=level)


def mu_lower(
    real: ArrayLike,
    holdout: ArrayLike,
    *,
    half: ArrayLike,
    level: float = 0.95,
    comparisons: int = 1,
) -> EpsilonBound | None:
    """Return a lower bound of the mu of Gaussian differential privacy.

    A mu-private release keeps every attack below the curve of two normals that lie mu apart, so
    mu is at least the sum of the normal quantiles of 1 - FPR and of 1 - FNR, taken at the ends of
    both rates that are worst for the attack. Parameters and validity as in `epsilon_lower`.

    References
    ----------
    Dong, Roth and Su (2022), JRSS B 84:3, section 2.2; `attacks.md` G9.
    """
    halves = split_halves(real, holdout, half)
    if halves is None:
        return None
    each = bonferroni_level(comparisons, level=level)
    choices = [_best_mu(h, level=each) for h in (halves, mirrored(halves))]
    k_real, k_holdout = max(choices, key=lambda c: c.merit).accused
    n, m = halves.count_real.size, halves.count_holdout.size
    value = mu_from_counts(k_real, n, k_holdout, m, level=each)
    return EpsilonBound(value, n, m)


def mu_from_counts(
    k_real: int, n_real: int, k_holdout: int, n_holdout: int, *, level: float = 0.95
) -> float:
    """Return the lower bound of mu from accusations of people not used to choose."""
    each = bonferroni_level(2, level=level)
    tpr = clopper_pearson(k_real, n_real, level=each).low
    fpr = clopper_pearson(k_holdout, n_holdout, level=each).high
    if tpr <= 0 or fpr >= 1:
        return 0.0
    return max(float(special.ndtri(tpr) - special.ndtri(fpr)), 0.0)


def _best_gap(halves: Halves) -> Choice:
    cuts = cuts_of(halves)
    gaps = cuts.real / halves.real.size - cuts.holdout / halves.holdout.size
    return choose(halves, cuts, gaps)


def _best_bound(halves: Halves, *, delta: float, level: float) -> Choice:
    cuts = thinned(cuts_of(halves))
    tpr, fpr = _rate_ends(cuts, halves, level=level)
    found = np.log(np.maximum(tpr - delta, 1e-300) / fpr)
    cleared = np.log(np.maximum(1 - fpr - delta, 1e-300) / (1 - tpr))
    return choose(halves, cuts, np.maximum(np.maximum(found, cleared), 0.0))


def _best_mu(halves: Halves, *, level: float) -> Choice:
    cuts = thinned(cuts_of(halves))
    tpr, fpr = _rate_ends(cuts, halves, level=level)
    inside = np.clip(tpr, 1e-300, None), np.clip(fpr, None, 1 - 1e-16)
    return choose(halves, cuts, special.ndtri(inside[0]) - special.ndtri(inside[1]))


def _rate_ends(cuts: Cuts, halves: Halves, *, level: float) -> _Rates:
    """Return the exact ends of both rates for many thresholds at once."""
    tail = 1 - bonferroni_level(2, level=level)
    (k_real, n), (k_holdout, m) = (cuts.real, halves.real.size), (cuts.holdout, halves.holdout.size)
    some, not_all = np.maximum(k_real, 1), np.minimum(k_holdout, m - 1)
    tpr = np.where(k_real > 0, special.betaincinv(some, n - some + 1, tail), 0.0)
    fpr = np.where(k_holdout < m, special.betaincinv(not_all + 1, m - not_all, 1 - tail), 1.0)
    return _Rates(tpr, fpr)
