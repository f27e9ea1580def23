"""The worst of several shares of a total, where few people carry them.

`max_t` relabels everybody. Where most people of the pool carry nothing under any of the shares, as
in the tails of distances, only those who carry something need to be relabelled: how many of them
are real is hypergeometric, and which is uniform.
"""

import numpy as np
from numpy.typing import ArrayLike

from audit.statistics.arrays import FloatArray, as_labels
from audit.statistics.exchangeability import DRAWS, MANY
from audit.statistics.max_t import MaxT, max_t
from audit.statistics.relabelling import CELLS, relabelling_law, relabelling_parts
from audit.statistics.worst import critical_value

CROWD = 4_000
FEWER = 2_000
"""Where more people carry something than CROWD, so many relabellings are enough: the error of a
p-value of 5 % is half a point."""


def max_t_carried(
    weights: ArrayLike, is_real: ArrayLike, *, rng: np.random.Generator, draws: int = DRAWS
) -> MaxT:
    """Return what `max_t` returns, at the cost of the people who carry something.

    Parameters
    ----------
    weights
        Shape (n_pool, K), >= 0: what each person carries of each share, fixed without knowing who
        is real.
    is_real
        Who is real, bool of shape (n_pool,).

    References
    ----------
    Westfall and Young (1993), Resampling-Based Multiple Testing, algorithm 2.8.
    """
    labels = as_labels(is_real)
    w = np.asarray(weights, dtype=np.float64)
    carries = w.any(axis=1)
    null, sd = relabelling_law(w, labels, None)
    moves = sd > 0
    if not moves.any() or _effective(w[:, moves]) >= MANY:
        return max_t(w, labels, rng=rng, draws=draws)
    if carries.sum() > CROWD:
        draws = min(draws, FEWER)
    z = np.zeros(w.shape[1])
    z[moves] = (w[labels].sum(axis=0) - null)[moves] / sd[moves]
    scaled = w[carries][:, moves] / sd[moves]
    sims = _sums(scaled, labels, rng=rng, draws=draws) - null[moves] / sd[moves]
    above = int((sims.max(axis=1) >= z[moves].max() - 1e-9).sum())
    below = int((sims.min(axis=1) <= z[moves].min() + 1e-9).sum())
    return MaxT((1 + above) / (draws + 1), (1 + below) / (draws + 1), z)


def joint_critical_value(
    weights: ArrayLike, is_real: ArrayLike, *, rng: np.random.Generator
) -> float:
    """Return z* under which the lower ends of all shares hold at once.

    Parameters
    ----------
    weights
        Shape (n_pool, K), each column adding up to 1.
    """
    labels = as_labels(is_real)
    w = np.asarray(weights, dtype=np.float64)
    sd = relabelling_law(w, labels, None).sd
    return critical_value(relabelling_parts(w, labels, None), sd, rng=rng)


def _effective(w: FloatArray) -> float:
    return float(((w**2).sum(axis=0) ** 2 / (w**4).sum(axis=0)).min())


def _sums(
    carried: FloatArray, labels: np.ndarray, *, rng: np.random.Generator, draws: int
) -> FloatArray:
    """Return the relabelled sums over real people, shape (draws, K)."""
    n_real, n, m = int(labels.sum()), labels.size, len(carried)
    counts = rng.hypergeometric(m, n - m, n_real, size=draws)
    sums = np.empty((draws, carried.shape[1]))
    batch = max(1, CELLS // m)
    for start in range(0, draws, batch):
        taken = counts[start : start + batch]
        first = np.arange(m) < taken[:, None]
        sums[start : start + batch] = rng.permuted(first, axis=1).astype(np.float64) @ carried
    return sums
