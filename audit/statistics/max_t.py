"""One p-value for the best of many attacks on the same people.

Who of the pool is real is drawn anew, for all attacks at once, and the best of the drawn ones is
compared with the best that was seen: however many attacks there are, and however alike, the level
holds.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from audit.statistics.arrays import BoolArray, FloatArray, as_labels
from audit.statistics.exchangeability import DRAWS, MANY
from audit.statistics.relabelling import (
    CELLS,
    relabelling_law,
    relabelling_parts,
    relabellings,
    stratum_codes,
)
from audit.statistics.worst import critical_value, normal_draws

_DEAR = 15
"""Drawing how many of a kind are real costs as much as drawing that of so many people."""


class MaxT(NamedTuple):
    """The largest (smallest) of many standardised statistics against relabelling."""

    p_risky: float
    """Probability that the largest is as large as observed."""
    p_safe: float
    """Probability that the smallest is as small as observed."""
    z: FloatArray
    """Standardised statistics, shape (K,); 0 where relabelling moves nothing."""


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


def joint_critical_value(
    values: ArrayLike, is_real: ArrayLike, *, rng: np.random.Generator, level: float = 0.95
) -> float:
    """Return z* under which the lower ends of all relabelled sums hold at once.

    Parameters
    ----------
    values, is_real, rng
        As for `max_t`.
    level
        One-sided level of all ends together.
    """
    labels = as_labels(is_real)
    y = np.asarray(values, dtype=np.float64)
    sd = relabelling_law(y, labels, None).sd
    return critical_value(relabelling_parts(y, labels, None), sd, rng=rng, level=level)


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
    however many people there are. Where few carry some of them, those few are relabelled and all
    others follow the normal law given how many of them are real. Elsewhere all are relabelled:
    where many people are alike in all columns, by drawing how many of each kind are real.
    """
    parts = relabelling_parts(lifts, labels, strata)
    few = _effective(parts) < MANY
    if not few.any():
        yield normal_draws(parts.T @ parts, draws=draws, rng=rng)
        return
    centre = relabelling_law(lifts, labels, strata).mean
    carry = _off_mode(lifts[:, few])
    if strata is None and _is_spread(lifts[~carry]):
        n_real = int(labels.sum())
        yield from (s - centre for s in _few_and_rest(lifts, carry, n_real, draws=draws, rng=rng))
        return
    kinds, size = np.unique(lifts, axis=0, return_counts=True)
    if strata is None and _DEAR * len(kinds) < labels.size:
        n_real = int(labels.sum())
        yield rng.multivariate_hypergeometric(size, n_real, size=draws) @ kinds - centre
        return
    order = np.argsort(~labels, kind="stable")
    codes = None if strata is None else stratum_codes(strata, labels.size)[order]
    for mask in relabellings(int(labels.sum()), labels.size, draws=draws, rng=rng, strata=codes):
        yield mask.astype(np.float64) @ lifts[order] - centre


def _effective(parts: FloatArray) -> FloatArray:
    """Return how many people a column rests on, shape (K,); infinite where nothing moves."""
    fourth = (parts**4).sum(axis=0)
    squared = (parts**2).sum(axis=0) ** 2
    moves = fourth > 0
    return np.where(moves, squared / np.where(moves, fourth, 1.0), np.inf)


def _off_mode(columns: FloatArray) -> BoolArray:
    """Return who differs from the most frequent value of any column, shape (n,)."""
    carry = np.zeros(len(columns), np.bool_)
    for column in columns.T:
        values, counts = np.unique(column, return_counts=True)
        carry |= column != values[counts.argmax()]
    return carry


def _is_spread(rest: FloatArray) -> bool:
    """Whether sums over some of these people are normal, in columns that vary at all."""
    if len(rest) < 2 or not np.ptp(rest, axis=0).any():
        return len(rest) >= 2
    return len(rest) >= MANY and bool((_effective(rest - rest.mean(axis=0)) >= MANY).all())


def _few_and_rest(
    lifts: FloatArray, carry: BoolArray, n_real: int, *, draws: int, rng: np.random.Generator
) -> Iterator[FloatArray]:
    """Yield sums over real people: of those who carry a column by drawing, of the rest normal.

    The number of real people among the few is hypergeometric. Given it, both sums are those of
    independent samples without replacement.
    """
    few, rest = lifts[carry], lifts[~carry]
    n, centred = len(rest), rest - rest.mean(axis=0)
    batch = max(1, CELLS // len(few))
    for start in range(0, draws, batch):
        size = min(batch, draws - start)
        inside = rng.hypergeometric(len(few), n, n_real, size=size)
        places = rng.permuted(np.broadcast_to(np.arange(len(few)), (size, len(few))), axis=1)
        chosen = (places < inside[:, None]).astype(np.float64) @ few
        left = n_real - inside
        scale = np.sqrt(left * (n - left) / (n * (n - 1)))
        noise = normal_draws(centred.T @ centred, draws=size, rng=rng)
        yield chosen + left[:, None] * rest.mean(axis=0) + scale[:, None] * noise
