"""Whether people stand on both sides of the split."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from audit.statistics.arrays import BoolArray, FloatArray, IntArray, as_labels
from audit.statistics.relabelling import CELLS

DRAWS = 5_000
"""Relabellings behind the p-value."""
_MANY_PAIRS = 1_000
"""Beyond so many pairs the normal law is as good, and the exact one costs their square."""


class CrossPairs(NamedTuple):
    """Pairs of equal rows with one side each."""

    pairs: int
    expected: float
    """Mean under relabelling."""
    p_value: float
    """Probability of at least so many pairs under relabelling."""


def cross_pairs_test(
    groups: ArrayLike, is_real: ArrayLike, *, rng: np.random.Generator, draws: int = DRAWS
) -> CrossPairs:
    """Test whether real and holdout share more equal rows than a random split would leave.

    Equal rows happen by chance, and a random split cuts some of those groups. People who stand
    on both sides add pairs that are always cut.

    Parameters
    ----------
    groups
        For each person of the pool a number that equal rows share, shape (n_pool,).
    is_real
        Who is real, bool of shape (n_pool,).
    rng, draws
        Source and number of relabellings.

    Raises
    ------
    ValueError
        If one side is empty or shapes disagree.

    References
    ----------
    `statistics.md` F20.
    """
    labels = as_labels(is_real)
    codes = np.asarray(groups)
    if codes.shape != labels.shape:
        raise ValueError("there must be one group per person")
    inverse, sizes = np.unique(codes, return_inverse=True, return_counts=True)[1:]
    inverse = inverse.reshape(-1)
    # Only people whose row is not alone matter, in the order of their groups.
    people = np.argsort(inverse, kind="stable")
    people = people[sizes[inverse[people]] >= 2]
    members = sizes[sizes >= 2]
    if people.size == 0:
        return CrossPairs(0, 0.0, 1.0)
    starts = np.cumsum(members) - members
    observed = int(_cut(labels[people][None, :], starts, members)[0])
    n, n_real = labels.size, int(labels.sum())
    possible = float((members * (members - 1)).sum())
    expected = possible * n_real * (n - n_real) / (n * (n - 1))
    reached = 0
    for mask in _relabelled(people.size, n_real, n, rng=rng, draws=draws):
        reached += int((_cut(mask, starts, members) >= observed).sum())
    return CrossPairs(observed, expected, (1 + reached) / (draws + 1))


def cut_pairs_test(cut: int, pairs: int, *, n_real: int, n_holdout: int) -> CrossPairs:
    """Test whether more pairs of people have one on each side than a random split would leave.

    Parameters
    ----------
    cut
        Pairs with a real and a holdout person.
    pairs
        All pairs; nobody belongs to two of them.
    n_real, n_holdout
        People of each side, those in no pair included.

    Returns
    -------
    CrossPairs
        Exact: of all ways to call `n_real` of the people real, those that cut at least so many
        pairs are counted.

    Raises
    ------
    ValueError
        If there are more pairs than people, or more cut pairs than pairs.
    """
    n = n_real + n_holdout
    if not 0 <= cut <= pairs or 2 * pairs > n or min(n_real, n_holdout) < 1:
        raise ValueError("pairs are of different people, and no more are cut than there are")
    if pairs == 0:
        return CrossPairs(0, 0.0, 1.0)
    if pairs > _MANY_PAIRS:
        return _many_pairs_cut(cut, pairs, n_real, n_holdout)
    found, both = np.meshgrid(np.arange(pairs + 1), np.arange(pairs + 1), indexing="ij")
    alone = n - 2 * pairs
    rest = n_real - found - 2 * both
    possible = (found + both <= pairs) & (rest >= 0) & (rest <= alone)
    found, both, rest = found[possible], both[possible], rest[possible]
    ways = (
        _log_choose(pairs, found)
        + found * np.log(2)
        + _log_choose(pairs - found, both)
        + _log_choose(alone, rest)
    )
    chance = np.exp(ways - _log_choose(n, np.array(n_real)))
    expected = pairs * 2 * n_real * n_holdout / (n * (n - 1))
    return CrossPairs(cut, expected, min(1.0, float(chance[found >= cut].sum())))


def _many_pairs_cut(cut: int, pairs: int, n_real: int, n_holdout: int) -> CrossPairs:
    """Return the same by the normal law: so many pairs are too many to count all ways."""
    n = float(n_real + n_holdout)
    one = 2 * n_real * n_holdout / (n * (n - 1))
    # Two given pairs are both cut: four people, two of each side, one in each pair.
    two = 4.0 * n_real * (n_real - 1) * n_holdout * (n_holdout - 1)
    two /= n * (n - 1) * (n - 2) * (n - 3)
    variance = pairs * one * (1 - one) + pairs * (pairs - 1.0) * (two - one * one)
    z = (cut - 0.5 - pairs * one) / np.sqrt(max(variance, 1e-12))
    return CrossPairs(cut, pairs * one, float(special.ndtr(-z)))


def _log_choose(n: ArrayLike, k: ArrayLike) -> FloatArray:
    n, k = np.asarray(n, dtype=np.float64), np.asarray(k, dtype=np.float64)
    found = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    return np.asarray(found, dtype=np.float64)


def _relabelled(
    part: int, n_real: int, n: int, *, rng: np.random.Generator, draws: int
) -> Iterator[BoolArray]:
    """Yield labels of `part` people of a relabelled pool; how many are real is hypergeometric."""
    counts = rng.hypergeometric(n_real, n - n_real, part, size=draws)
    batch = max(1, CELLS // part)
    for start in range(0, draws, batch):
        base = np.arange(part) < counts[start : start + batch, None]
        yield rng.permuted(base, axis=1)


def _cut(labels: BoolArray, starts: IntArray, members: IntArray) -> IntArray:
    """Return the pairs cut by each labelling; `labels` has shape (b, m), grouped."""
    real = np.add.reduceat(labels.astype(np.int64), starts, axis=1)
    return np.asarray((real * (members - real)).sum(axis=1), dtype=np.int64)
