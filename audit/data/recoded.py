"""Were the labels of a column exchanged among themselves?

Whoever writes `north` for `south`, `south` for `west` and so on uses known labels only, and every
comparison by label is blind. What stays is how often each of them occurs.
"""

import numpy as np
from numpy.typing import NDArray

from audit.statistics.two_sample import categories_differ

_FEWEST_LEVELS = 3
"""Two labels whose shares are exchanged may as well be a poor generator."""
_OTHER_LABELS, _SAME_SHARES = 1e-9, 0.01
_LEAST_DIFFERENCE = 0.1


def is_recoded(known: NDArray[np.int64], released: NDArray[np.int64]) -> bool:
    """Tell whether a column has the shares of real and holdout, but under other labels.

    Parameters
    ----------
    known, released
        Joint codes of shape (n,) of real and holdout together, and (m,) of the synthetic table;
        -1 where missing.

    Returns
    -------
    bool
        The chi-square tests find the shares, label by label, certainly different (1e-9, and a tenth
        of all cells), and, by their order of size, the same (.01). A sample of the population, or a
        generator that is off by a little, has other shares in the one or the same in both.
    """
    a, b = known[known >= 0], released[released >= 0]
    if not a.size or not b.size or np.unique(a).size < _FEWEST_LEVELS:
        return False
    width = int(max(a.max(), b.max())) + 1
    shares = [np.bincount(c, minlength=width) / c.size for c in (a, b)]
    if np.abs(shares[0] - shares[1]).sum() / 2 < _LEAST_DIFFERENCE:
        return False
    by_label, by_size = categories_differ(a, b), categories_differ(*map(_ranked, (a, b)))
    return by_label < _OTHER_LABELS and by_size > _SAME_SHARES


def _ranked(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each cell the place of its level among all, the commonest first."""
    counts = np.bincount(codes)
    place = np.empty(counts.size, dtype=np.int64)
    place[np.argsort(-counts, kind="stable")] = np.arange(counts.size)
    return place[codes]
