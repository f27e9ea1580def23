"""Drawing anew who of the pool is real, and the moments of what follows."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from audit.statistics.arrays import BoolArray, FloatArray, IntArray

CELLS = 4_000_000
"""Labels that are held in memory at once."""


class Law(NamedTuple):
    """Mean and standard deviation under relabelling."""

    mean: FloatArray
    sd: FloatArray


def relabellings(
    n_real: int,
    n_pool: int,
    *,
    draws: int,
    rng: np.random.Generator,
    strata: ArrayLike | None = None,
) -> Iterator[BoolArray]:
    """Yield who is real after relabelling, in batches of bounded memory.

    Parameters
    ----------
    n_real, n_pool
        Number of real people, and of all.
    draws
        Number of relabellings in all batches together.
    rng
        Source of randomness.
    strata
        Stratum of each person, shape (n_pool,), **real people first**: each stratum keeps its
        number of real people. None: one stratum.

    Yields
    ------
    BoolArray
        Shape (b, n_pool), each row with n_real times True.

    Raises
    ------
    ValueError
        If one side is empty.
    """
    if not 0 < n_real < n_pool or draws < 1:
        raise ValueError("the pool must hold real and holdout people")
    base = np.arange(n_pool) < n_real
    codes = None if strata is None else stratum_codes(strata, n_pool)
    batch = max(1, CELLS // n_pool)
    for start in range(0, draws, batch):
        size = min(batch, draws - start)
        if codes is None:
            yield rng.permuted(np.broadcast_to(base, (size, n_pool)), axis=1)
        else:
            yield _within(codes, base, size, rng)


def relabelled_sums(
    weights: FloatArray, n_real: int, *, draws: int, rng: np.random.Generator
) -> FloatArray:
    """Return the sum of the weights of real people under relabelling, shape (draws,).

    Only people with a weight are relabelled, so few such people cost little however large the
    pool is: their number among the real ones is hypergeometric, and which they are is uniform.
    """
    carried = np.sort(weights[weights != 0])
    if carried.size == 0:
        return np.zeros(draws)
    counts = rng.hypergeometric(carried.size, weights.size - carried.size, n_real, size=draws)
    sums = np.empty(draws)
    batch = max(1, CELLS // carried.size)
    for start in range(0, draws, batch):
        taken = counts[start : start + batch]
        shuffled = rng.permuted(np.broadcast_to(carried, (taken.size, carried.size)), axis=1)
        partial = np.cumsum(shuffled, axis=1)[np.arange(taken.size), taken - 1]
        sums[start : start + batch] = np.where(taken > 0, partial, 0.0)
    return sums


def relabelling_law(y: FloatArray, labels: BoolArray, strata: ArrayLike | None) -> Law:
    """Return mean and sd of the sum over real people, per column, under relabelling.

    Parameters
    ----------
    y
        One number per person and column, shape (n_pool, K).
    labels
        Who is real, shape (n_pool,).
    strata
        Stratum of each person, shape (n_pool,), or None.

    Returns
    -------
    Law
        Both of shape (K,), in closed form.

    References
    ----------
    Cochran (1977), Sampling Techniques, theorem 2.2 (sampling without replacement).
    """
    codes = (
        np.zeros(labels.size, np.int64) if strata is None else stratum_codes(strata, labels.size)
    )
    mean = np.zeros(y.shape[1])
    variance = np.zeros(y.shape[1])
    for code in range(int(codes.max()) + 1):
        part, n_real = y[codes == code], int(labels[codes == code].sum())
        n = len(part)
        centre = part.mean(axis=0)
        mean += n_real * centre
        if n > 1:
            spread = ((part - centre) ** 2).sum(axis=0)
            # All equal up to rounding is all equal.
            spread[spread <= 1e-20 * (part * part).sum(axis=0)] = 0.0
            variance += n_real * (n - n_real) / (n * (n - 1)) * spread
    return Law(mean, np.sqrt(variance))


def relabelling_parts(y: FloatArray, labels: BoolArray, strata: ArrayLike | None) -> FloatArray:
    """Return each person's part in the spread of `relabelling_law`, shape (n_pool, K).

    With P the parts, P' P is the covariance of the K sums under relabelling, exactly.
    """
    codes = (
        np.zeros(labels.size, np.int64) if strata is None else stratum_codes(strata, labels.size)
    )
    sizes = np.bincount(codes).astype(np.float64)
    n_real = np.bincount(codes, labels, minlength=sizes.size)
    means = np.array([np.bincount(codes, column) for column in y.T]).T / sizes[:, None]
    spread = n_real * (sizes - n_real) / (sizes * np.maximum(sizes - 1, 1))
    return np.asarray((y - means[codes]) * np.sqrt(spread)[codes, None], dtype=np.float64)


def stratum_codes(strata: ArrayLike, n_pool: int) -> IntArray:
    """Return strata as 0, 1, ..., shape (n_pool,), whatever labels they came with."""
    labels = np.asarray(strata)
    if labels.shape != (n_pool,):
        raise ValueError("there must be one stratum per person")
    return np.unique(labels, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _within(codes: IntArray, base: BoolArray, size: int, rng: np.random.Generator) -> BoolArray:
    """Relabel within strata: sort by stratum, at random inside, and hand the labels out."""
    order = np.argsort(codes + rng.random((size, codes.size)), axis=1)
    ranked = base[np.lexsort((~base, codes))]
    mask = np.empty((size, codes.size), np.bool_)
    np.put_along_axis(mask, order, np.broadcast_to(ranked, order.shape), axis=1)
    return mask
