"""How various the secrets of one class are: l-diversity and t-closeness, of classes as they stand.

A class is what agrees in the known columns, never a cluster of rows that are merely near.
"""

from typing import NamedTuple

import numpy as np

from audit.contract.arms import BoolArray, FloatArray, IntArray


class Diversity(NamedTuple):
    """The worst class of a table."""

    distinct: int
    """Fewest distinct values of a class (distinct l-diversity)."""
    entropy: float
    """Smallest exp(entropy) of a class (entropy l-diversity)."""
    closeness: float
    """Largest distance of a class from the whole table, 0 to 1 (t-closeness)."""


class _Cells(NamedTuple):
    """Pairs of class and value that occur, classes first, values ascending within."""

    group: IntArray
    level: IntArray
    share: FloatArray
    """Of the rows of the class, shape (n_cells,)."""


def diversity(group: IntArray, values: FloatArray, *, is_ordered: bool) -> Diversity:
    """Return how various a secret is in the class where it is least so.

    Parameters
    ----------
    group
        Class of each row, int64 of shape (n,), n >= 1.
    values
        The secret, NaN where missing; missing is one more value, and the last.
    is_ordered
        Whether values have an order: then the distance of a class from the whole is the earth
        mover's, neighbouring values 1 / (m - 1) apart; else it is the total variation.

    References
    ----------
    Machanavajjhala et al., l-Diversity, TKDD 1(1), 2007. Li, Li and Venkatasubramanian,
    t-Closeness, ICDE 2007, section 4.
    """
    _, group = np.unique(group, return_inverse=True)
    # NaN sorts last and is one value here.
    _, level = np.unique(values, return_inverse=True)
    cells = _cells(group.reshape(-1).astype(np.int64), level.reshape(-1).astype(np.int64))
    whole = np.bincount(level.reshape(-1)) / values.size
    distance = _earth_mover if is_ordered else _total_variation
    entropy = -np.bincount(cells.group, cells.share * np.log(cells.share))
    return Diversity(
        distinct=int(np.bincount(cells.group).min()),
        entropy=float(np.exp(max(0.0, entropy.min()))),
        closeness=float(min(1.0, max(0.0, distance(cells, whole).max()))),
    )


def _cells(group: IntArray, level: IntArray) -> _Cells:
    step = int(level.max()) + 1
    codes, counts = np.unique(group * step + level, return_counts=True)
    where = codes // step
    return _Cells(where, codes % step, counts / np.bincount(group)[where])


def _total_variation(cells: _Cells, whole: FloatArray) -> FloatArray:
    """Return the sum over values of what the class has more of than the whole."""
    over = np.maximum(cells.share - whole[cells.level], 0)
    return np.bincount(cells.group, over).astype(np.float64)


def _earth_mover(cells: _Cells, whole: FloatArray) -> FloatArray:
    """Return the area between both distribution functions over ranks, from 0 to 1.

    Between two values of a class its own function F is flat and that of the whole, G, rises; so
    the area is a difference of cumulated G on either side of where G passes F.
    """
    m = whole.size
    if m == 1:
        return np.zeros(int(cells.group.max()) + 1)
    g = np.cumsum(whole)
    area = np.concatenate([[0.0], np.cumsum(g)])
    first = _starts(cells.group)
    # Stretch from each value of the class to the next, or to the end.
    stop = np.append(cells.level[1:], m)
    stop[np.append(first[1:], True)] = m
    total = np.cumsum(cells.share)
    f = total - (total - cells.share)[first][np.cumsum(first) - 1]
    # Before the first value of a class F is 0 and all of G counts.
    head = np.bincount(cells.group[first], area[cells.level[first]])
    pieces = _between(g, area, (cells.level, stop), f)
    return (head + np.bincount(cells.group, pieces)) / (m - 1)


def _starts(group: IntArray) -> BoolArray:
    return np.concatenate([[True], group[1:] != group[:-1]])


def _between(
    g: FloatArray, area: FloatArray, stretch: tuple[IntArray, IntArray], f: FloatArray
) -> FloatArray:
    """Return the sum of |G - f| over ranks from start to stop, shape as f."""
    start, stop = stretch
    turn = np.clip(np.searchsorted(g, f), start, stop)
    below = f * (turn - start) - (area[turn] - area[start])
    return np.asarray(below + (area[stop] - area[turn]) - f * (stop - turn))
