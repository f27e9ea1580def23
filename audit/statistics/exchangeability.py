"""What relabelling alone would show: who of the pool is real is drawn anew, nothing else moves.

Every value here belongs to a person and was fixed without knowing who is real. Under the null
of DESIGN section 4 the labels are then a random draw, within strata where the split had strata,
and the law of any statistic follows by drawing them again: exactly in its mean and variance, by
simulation in its tails.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from audit.statistics.arrays import BoolArray, FloatArray, as_labels
from audit.statistics.overlap import CrossPairs, cross_pairs_test
from audit.statistics.relabelling import (
    relabelled_sums,
    relabelling_law,
    relabellings,
    stratum_codes,
)

__all__ = [
    "CrossPairs",
    "ShareFit",
    "cross_pairs_test",
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
