"""How often statements point at exactly one of n people, and how sure one can be of it.

A statement true of M of N people is true of exactly one of n people drawn from them without
replacement with probability ``M C(N - M, n - 1) / C(N, n)``. So the comparison of a large group
with a small one needs no draws: both are taken at the size of the smaller (DESIGN section 4,
points 2 and 8). The statement is not the unit, the person is: errors come from deleting groups of
people (research/statistics.md, F17).
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]


def isolates(matches: NDArray[np.int64] | FloatArray, n_people: int, n_drawn: int) -> FloatArray:
    """Return the probability that a statement fits exactly one of `n_drawn` people.

    Parameters
    ----------
    matches
        How many of the `n_people` each statement fits, any shape.
    n_people, n_drawn
        Sizes with ``1 <= n_drawn <= n_people``.
    """
    counts = np.asarray(matches)
    if counts.dtype.kind == "i" and counts.size > (largest := int(counts.max(initial=0))):
        # Few counts occur many times.
        return np.asarray(_isolates(np.arange(largest + 1.0), n_people, n_drawn)[counts])
    return _isolates(counts.astype(np.float64), n_people, n_drawn)


def _isolates(m: FloatArray, n_people: int, n_drawn: int) -> FloatArray:
    others = n_people - m - (n_drawn - 1)
    possible = (m >= 1) & (others >= 0)
    m_ok, o_ok = np.where(possible, m, 1.0), np.where(possible, others, 0.0)

    def log_choose(n: FloatArray | float, k: FloatArray | float) -> FloatArray:
        return gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(np.asarray(n) - k + 1.0)

    rest = np.asarray(n_drawn - 1.0) + o_ok
    log_p = (
        np.log(m_ok) + log_choose(rest, n_drawn - 1.0) - log_choose(float(n_people), float(n_drawn))
    )
    return np.where(possible, np.exp(np.minimum(log_p, 0.0)), 0.0)


class Sides(NamedTuple):
    """Isolation rates on both sides at one common size."""

    attack: float
    control: float


def rates(real: IntArray, holdout: IntArray, *, n_real: int, n_holdout: int) -> Sides:
    """Return the share of statements that fit exactly one person, at the smaller size."""
    n = min(n_real, n_holdout)
    return Sides(
        float(isolates(real, n_real, n).mean()), float(isolates(holdout, n_holdout, n).mean())
    )
