"""How much likelier synthetic records become once a person joins the population.

With the reference R of n rows, the person x and a synthetic record s, and a kernel K of fixed
width,

    log p(s | R + x) - log p(s | R) = log(1 + K(s, x) / sum of K(s, r) over R) - log((n + 1) / n).

The last term is the same for everybody. The person is taken out of the pool before: what x adds is
compared with the others alone.
"""

import numpy as np

from audit.contract.arms import Arm, BoolArray, FloatArray, IntArray, Side
from audit.contract.lab import Lab
from audit.contract.reference import (
    beside_released,
    pool,
    pooled_surroundings,
    reference_share,
)
from audit.models.density import log_kernel, log_sum
from audit.space.encode import Encoding
from audit.space.neighbours.answer import Neighbours

_ROWS = 4_096
"""Candidates at a time."""


def likelihood_gains(arm: Arm, encoding: Encoding, lab: Lab, *, k: int, width: float) -> FloatArray:
    """Return the gain in log likelihood of each of the k nearest synthetic records.

    Parameters
    ----------
    width
        Of the kernel, in typical distances to the nearest other person.

    Returns
    -------
    FloatArray
        float64 of shape (n_rows of the arm, k), at least 0.
    """
    key = ("likelihood gains", encoding, k, width)
    whole = lab.keep(key, lambda: _pooled_gains(encoding, lab, k=k, width=width))
    offset = 0 if arm.side is Side.REAL else lab.table(Side.REAL).n_rows
    return np.asarray(whole[arm.rows + offset], dtype=np.float64)


def _pooled_gains(encoding: Encoding, lab: Lab, *, k: int, width: float) -> FloatArray:
    around, beside = pooled_surroundings(encoding, lab), beside_released(encoding, lab)
    h, metric = width * around.gap, encoding.metric
    kernel = log_kernel(beside.distances, width=h, metric=metric)
    people = pool(lab).people
    owner = people if lab.release.reference is None else None
    thinned = np.log(reference_share(lab))
    gains = np.empty((people.size, k))
    for start in range(0, people.size, _ROWS):
        lab.checkpoint()
        part = slice(start, start + _ROWS)
        asked, gap = around.released_rows[part, :k], around.released[part, :k]
        own = None if owner is None else _own(beside, asked, gap, owner, people[part])
        others = _log_others(kernel[asked], own)
        alone = log_kernel(gap, width=h, metric=metric)
        gains[part] = np.logaddexp(0.0, alone - others - thinned)
    return gains


def _own(
    beside: Neighbours, asked: IntArray, gap: FloatArray, owner: IntArray, person: IntArray
) -> BoolArray:
    """Tell which listed rows are the candidate's: bool of shape (n, k, q).

    Rows at the distance of the last listed one may tie with rows beyond the list, and which of
    them are listed is an accident of their order. There the candidate's row is found by its
    distance, not by its number, so that equal people are treated alike.
    """
    distances, rows = beside.distances[asked], beside.indices[asked]
    last = distances[:, :, -1:]
    mine = (owner[rows] == person[:, None, None]) & (distances < last)
    mine[:, :, -1] |= gap == last[:, :, 0]
    return np.asarray(mine, dtype=np.bool_)


def _log_others(kernel: FloatArray, own: BoolArray | None) -> FloatArray:
    if own is None:
        return log_sum(kernel)
    total = log_sum(np.where(own, -np.inf, kernel))
    # Where the list holds nobody else, the others lie at least as far as its last row.
    return np.where(np.isfinite(total), total, kernel[:, :, -1])
