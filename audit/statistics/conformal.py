"""Evidence about one person at a time: conformal p-values, and how many of them may be believed.

A person's p-value says how many people who were never in the data score as high. It compares with
people of the same class only, so that those who are hard to tell apart are compared with their
like (Mondrian). If relabelling is all there is, it is at most alpha with probability at most alpha.

All p-values of a class share its holdout people, so they depend on each other, positively (PRDS);
classes are independent. Under that dependence the step-up of Benjamini and Hochberg keeps its word:
of the people whom it picks out, on average at most a share q was picked out by chance.

References
----------
Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005 (Mondrian predictors).
Bates, Candes, Lei, Romano and Sesia, Testing for outliers with conformal p-values, Annals of
Statistics 51:149, 2023 (these p-values are PRDS, so the step-up is valid). Benjamini and Hochberg,
J. R. Stat. Soc. B 57:289, 1995.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audit.statistics.arrays import FloatArray, as_scores

_ROUNDING = 1e-9
"""Two fractions that are equal by hand are equal here."""


class ConformalValues(NamedTuple):
    """Shapes (n_real,)."""

    p: FloatArray
    smallest: FloatArray
    """What p would be beyond every holdout person of the class."""


def conformal_values(
    real: ArrayLike,
    holdout: ArrayLike,
    *,
    real_class: NDArray[np.int64],
    holdout_class: NDArray[np.int64],
) -> ConformalValues:
    """Return (1 + #{holdout of the class that score at least as high}) / (n_class + 1).

    Parameters
    ----------
    real, holdout
        Scores, larger for likelier members; shapes (n_real,) and (n_holdout,). Ties count against
        the evidence.
    real_class, holdout_class
        Class of each person, any whole numbers, fixed without looking at who is real. A real
        person in a class without holdout people has p = 1.

    Raises
    ------
    ValueError
        If a score is not a number, or the shapes do not agree.
    """
    tried, known = as_scores(real), as_scores(holdout)
    if tried.shape != real_class.shape or known.shape != holdout_class.shape:
        raise ValueError("every person has one class")
    p, smallest = np.ones(tried.size), np.ones(tried.size)
    for label in np.unique(real_class):
        mine = real_class == label
        theirs = np.sort(known[holdout_class == label])
        at_least = theirs.size - np.searchsorted(theirs, tried[mine], side="left")
        p[mine] = (1 + at_least) / (theirs.size + 1)
        smallest[mine] = 1 / (theirs.size + 1)
    return ConformalValues(p, smallest)


def step_up(p_values: ArrayLike, *, q: float) -> NDArray[np.bool_]:
    """Tell which tests Benjamini and Hochberg reject at a false discovery rate of q, shape (n,).

    The largest k for which the k-th smallest p-value is at most q k / n; everybody with a p-value
    as small is rejected.

    Raises
    ------
    ValueError
        If a value is not a probability, or q does not lie strictly between 0 and 1.
    """
    p, allowed = _sorted_with_steps(p_values, q)
    within = np.flatnonzero(p <= allowed)
    most = p[within[-1]] if within.size else -1.0
    return np.asarray(np.asarray(p_values, dtype=np.float64) <= most)


def fewest_rejected(smallest: ArrayLike, *, q: float) -> int | None:
    """Return how many tests must reach their smallest p-value before any is rejected.

    Parameters
    ----------
    smallest
        The smallest p-value that each test can have, shape (n,).
    q
        As in `step_up`.

    Returns
    -------
    int | None
        None if even all of them together would not be.
    """
    p, allowed = _sorted_with_steps(smallest, q)
    within = np.flatnonzero(p <= allowed)
    return int(within[0]) + 1 if within.size else None


def _sorted_with_steps(p_values: ArrayLike, q: float) -> tuple[FloatArray, FloatArray]:
    """Return p-values in ascending order and what each may be at most."""
    p = np.asarray(p_values, dtype=np.float64).reshape(-1)
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("a p-value lies between 0 and 1")
    if not 0 < q < 1:
        raise ValueError("a false discovery rate lies strictly between 0 and 1")
    steps = q * np.arange(1, p.size + 1) / max(p.size, 1)
    return np.sort(p), steps * (1 + _ROUNDING)
