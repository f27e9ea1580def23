"""Do two samples of one column come from one population?"""

import numpy as np
from numpy.typing import NDArray
from scipy import stats


def numbers_differ(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the p-value of the Kolmogorov-Smirnov test; missing values are compared by share.

    Parameters
    ----------
    a, b
        float64 of shape (n,) and (m,), NaN where missing.

    Returns
    -------
    float
        The smaller of the two p-values, doubled (Bonferroni over values and gaps), at most 1.
    """
    gaps = np.array([[np.isnan(x).sum(), (~np.isnan(x)).sum()] for x in (a, b)])
    p_gaps = _table_p(gaps)
    a, b = a[~np.isnan(a)], b[~np.isnan(b)]
    if min(a.size, b.size) < 2:
        return p_gaps
    p_values = float(stats.ks_2samp(a, b, method="asymp").pvalue)
    return min(1.0, 2 * min(p_values, p_gaps))


def categories_differ(a: NDArray[np.int64], b: NDArray[np.int64]) -> float:
    """Return the p-value of the chi-square test on category counts; rare categories are merged.

    Parameters
    ----------
    a, b
        Codes of shape (n,) and (m,); -1 (missing) is one more category.
    """
    shift = 1
    width = int(max(a.max(), b.max())) + 1 + shift
    table = np.array([np.bincount(x + shift, minlength=width) for x in (a, b)])
    rare = table.sum(axis=0) < 10
    merged = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)])
    return _table_p(merged)


def _table_p(table: NDArray[np.int64]) -> float:
    used = table[:, table.sum(axis=0) > 0]
    if used.shape[1] < 2:
        return 1.0
    return float(stats.chi2_contingency(used, correction=False).pvalue)
