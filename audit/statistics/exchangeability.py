"""What relabelling alone would show: who of the pool is real is drawn anew, nothing else moves.

Every value here belongs to a person and was fixed without knowing who is real. Under the null
of DESIGN section 4 the labels are then a random draw, within strata where the split had strata,
and the law of any statistic follows by drawing them again: exactly in its mean and variance, by
simulation in its tails.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from audit.statistics.arrays import BoolArray, FloatArray, as_labels
from audit.statistics.overlap import CrossPairs, cross_pairs_test
from audit.statistics.relabelling import (
    relabelled_sums,
    relabelling_law,
    relabelling_parts,
    relabellings,
    stratum_codes,
)
from audit.statistics.worst import normal_draws

__all__ = [
    "CrossPairs",
    "MaxT",
    "ShareFit",
    "cross_pairs_test",
    "max_t",
    "relabellings",
    "share_test",
]

DRAWS = 5_000
"""Relabellings behind a simulated p-value; the smallest possible one is 1 / (DRAWS + 1)."""
MANY = 1_000
"""Above this effective number of people the normal law is as exact as DRAWS relabellings."""
FAR = 6.0
"""Beyond so many standard deviations relabelling cannot tell one p-value from another."""
FEW = 50
"""Below this effective number of people the normal law is not trusted however far out."""


class ShareFit(NamedTuple):
    """Share of a total that falls on real people, beside what relabelling gives."""

    value: float
    null: float
    sd: float
    z: float
    p_risky: float
    p_safe: float


class MaxT(NamedTuple):
    """The largest (smallest) of many standardised statistics against relabelling."""

    p_risky: float
    """Probability that the largest is as large as observed."""
    p_safe: float
    """Probability that the smallest is as small as observed."""
    z: FloatArray
    """Standardised statistics, shape (K,); 0 where relabelling moves nothing."""


def share_test(
    weights: ArrayLike,
    is_real: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    rng: np.random.Generator | None = None,
) -> ShareFit:
    """Test whether real people carry more of a total than their number explains.

    Parameters
    ----------
    weights
        What each person of the pool carries, >= 0, shape (n_pool,): for the share of closest
        records the part of the synthetic rows whose nearest neighbour the person is.
    is_real
        Who is real, bool of shape (n_pool,).
    strata
        Stratum of each person, shape (n_pool,), where the split had strata.
    rng
        For the p-values; None draws the same relabellings every time.

    Returns
    -------
    ShareFit
        Mean and variance in closed form. Tails by relabelling, except where many people carry
        weight or the share lies far out, where they are normal.

    Raises
    ------
    ValueError
        If a weight is negative or not finite, all are zero, or one side is empty.

    References
    ----------
    `attacks.md` D2, D13, D14 (null law); Cochran (1977), Sampling Techniques, theorem 2.2.
    """
    labels = as_labels(is_real)
    w = np.asarray(weights, dtype=np.float64)
    if w.shape != labels.shape or not np.isfinite(w).all() or (w < 0).any() or not w.any():
        raise ValueError("weights must be finite, not negative, and not all zero")
    w = w / w.sum()
    null, sd = relabelling_law(w[:, None], labels, strata)
    gap = float(w[labels].sum() - null[0])
    z = gap / float(sd[0]) if sd[0] > 0 else 0.0
    effective = 1 / float(w @ w)
    if sd[0] == 0:
        risky = safe = 1.0
    elif effective >= MANY or (abs(z) > FAR and effective >= FEW):
        risky, safe = float(special.ndtr(-z)), float(special.ndtr(z))
    else:
        gaps = _relabelled_gaps(w, labels, strata, rng or np.random.default_rng(0)) - null[0]
        risky = (1 + int((gaps >= gap - 1e-12).sum())) / (DRAWS + 1)
        safe = (1 + int((gaps <= gap + 1e-12).sum())) / (DRAWS + 1)
    return ShareFit(gap + float(null[0]), float(null[0]), float(sd[0]), z, risky, safe)


def max_t(
    values: ArrayLike,
    is_real: ArrayLike,
    *,
    rng: np.random.Generator,
    draws: int = DRAWS,
    strata: ArrayLike | None = None,
) -> MaxT:
    """Return one p-value for the best of many attacks, however correlated they are.

    Parameters
    ----------
    values
        Shape (n_pool, K): one fixed number per person and attack, found without knowing who is
        real. For the AUC give the midranks of the scores in the pool, for a rate the outcome.
    is_real
        Who is real, bool of shape (n_pool,).
    rng, draws
        Source and number of relabellings.
    strata
        Stratum of each person, where the split had strata.

    Returns
    -------
    MaxT
        p = (1 + number of relabellings at least as extreme) / (draws + 1).

    Raises
    ------
    ValueError
        If a value is not finite, there is no column, or one side is empty.

    References
    ----------
    Westfall and Young (1993), Resampling-Based Multiple Testing, algorithm 2.8 (single step);
    `attacks.md` C9; `statistics.md` F13.
    """
    labels = as_labels(is_real)
    y = np.asarray(values, dtype=np.float64)
    if y.ndim != 2 or y.shape[0] != labels.size or y.shape[1] == 0 or not np.isfinite(y).all():
        raise ValueError("values must be finite, one row per person and at least one column")
    null, sd = relabelling_law(y, labels, strata)
    moves = sd > 0
    z = np.zeros(y.shape[1])
    z[moves] = (y[labels].sum(axis=0) - null)[moves] / sd[moves]
    if not moves.any():
        return MaxT(1.0, 1.0, z)
    above = below = 0
    for sims in _relabelled_z(y[:, moves] / sd[moves], labels, strata, draws=draws, rng=rng):
        above += int((sims.max(axis=1) >= z[moves].max() - 1e-9).sum())
        below += int((sims.min(axis=1) <= z[moves].min() + 1e-9).sum())
    return MaxT((1 + above) / (draws + 1), (1 + below) / (draws + 1), z)


def _relabelled_z(
    lifts: FloatArray,
    labels: BoolArray,
    strata: ArrayLike | None,
    *,
    draws: int,
    rng: np.random.Generator,
) -> Iterator[FloatArray]:
    """Yield relabelled standardised statistics, shape (b, K) each, `draws` of them in all.

    Where many people carry every column they come from their joint normal law, as costs nothing
    however many people there are; elsewhere by relabelling.
    """
    parts = relabelling_parts(lifts, labels, strata)
    effective = (parts**2).sum(axis=0) ** 2 / (parts**4).sum(axis=0)
    if effective.min() >= MANY:
        yield normal_draws(parts.T @ parts, draws=draws, rng=rng)
        return
    centre = relabelling_law(lifts, labels, strata).mean
    order = np.argsort(~labels, kind="stable")
    codes = None if strata is None else stratum_codes(strata, labels.size)[order]
    for mask in relabellings(int(labels.sum()), labels.size, draws=draws, rng=rng, strata=codes):
        yield mask.astype(np.float64) @ lifts[order] - centre


def _relabelled_gaps(
    w: FloatArray, labels: BoolArray, strata: ArrayLike | None, rng: np.random.Generator
) -> FloatArray:
    """Return the share of real people under relabelling, shape (DRAWS,)."""
    codes = (
        np.zeros(labels.size, np.int64) if strata is None else stratum_codes(strata, labels.size)
    )
    sums = np.zeros(DRAWS)
    for code in range(int(codes.max()) + 1):
        inside = codes == code
        n_real = int(labels[inside].sum())
        sums += relabelled_sums(w[inside], n_real, draws=DRAWS, rng=rng)
    return sums
