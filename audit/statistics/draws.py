"""Which neighbour is the nearest once only a part of the rows is left: in closed form.

Rows are ranked by their distance and n of M are drawn without looking. Which rank the k-th nearest
of the drawn ones has is negative hypergeometric, so a mean over *all* draws costs no draw, has no
seed and cannot depend on who is real.
"""

import numpy as np
from scipy import special

from audit.statistics.arrays import FloatArray


def rank_law(k: int, *, drawn: int, of: int, longest: int) -> FloatArray:
    """Return the law of the ranks of the k nearest drawn rows.

    Parameters
    ----------
    k
        How many of the drawn rows are looked at, at most `drawn`.
    drawn, of
        Rows that are drawn, and rows that there are; with drawn = of the law is certain.
    longest
        Ranks that are listed, at least 1.

    Returns
    -------
    FloatArray
        P(the m-th nearest drawn row has rank r), float64 of shape (k, longest), for m = 1..k and
        r = 1..longest. What is missing to 1 in a row falls on ranks beyond the list.

    Raises
    ------
    ValueError
        If more is asked for than there is.

    Notes
    -----
    C(r - 1, m - 1) C(M - r, n - m) / C(M, n).
    """
    if not 1 <= k <= drawn <= of or longest < 1:
        raise ValueError("no more rows can be looked at than are drawn")
    m = np.arange(1, k + 1, dtype=np.float64)[:, None]
    r = np.arange(1, longest + 1, dtype=np.float64)[None, :]
    possible = (r >= m) & (of - r >= drawn - m)
    before, after = np.where(possible, r - 1, m - 1), np.where(possible, of - r, drawn - m)
    total = _log_choose(np.float64(of), np.float64(drawn))
    logs = _log_choose(before, m - 1) + _log_choose(after, drawn - m) - total
    return np.asarray(np.where(possible, np.exp(np.minimum(logs, 0.0)), 0.0), dtype=np.float64)


def ranks_needed(k: int, *, drawn: int, of: int) -> int:
    """Return how long a list must be to hold the k nearest drawn rows nearly always."""
    share = drawn / of
    return int(min(of, np.ceil(k / share + 4 * np.sqrt(k * (1 - share)) / share)))


def _log_choose(n: FloatArray | np.float64, k: FloatArray | np.float64) -> FloatArray:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))
