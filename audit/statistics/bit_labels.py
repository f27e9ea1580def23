"""Many relabellings at once: one bit per relabelling, 64 of them in a word.

Where a statistic asks who is the nearest *real* person, relabelling changes the answer of every
row. With the neighbours of each row in order, the answer under all relabellings is found by or-ing
words along the order.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from audit.statistics.arrays import BoolArray, FloatArray, IntArray
from audit.statistics.relabelling import relabellings

Words = NDArray[np.uint64]
_WORD = 64
_CELLS = 1 << 24


def drawn_labels(n_real: int, n_people: int, *, words: int, rng: np.random.Generator) -> BoolArray:
    """Return who is real: as observed, real people first, then under relabelling.

    Returns
    -------
    BoolArray
        Shape (n_people, 64 * words); the first column is the observed one.
    """
    draws = _WORD * words - 1
    observed = (np.arange(n_people) < n_real)[:, None]
    drawn = [mask.T for mask in relabellings(n_real, n_people, draws=draws, rng=rng)]
    return np.concatenate([observed, *drawn], axis=1)


def first_of(labels: BoolArray, order: IntArray, size: int) -> BoolArray:
    """Return the first `size` labelled people of each column, in a given order of people.

    Parameters
    ----------
    labels
        Shape (n_people, draws), equally often True in each column, at least `size` times.
    order
        A permutation of the people that was drawn without looking at labels.
    """
    if int(labels[:, 0].sum()) == size:
        return labels
    kept = np.empty_like(labels)
    taken = np.zeros(labels.shape[1], dtype=np.int64)
    # Person by person: one sum along all relabellings is faster than sums along all people.
    for person in order:
        taken += labels[person]
        kept[person] = labels[person] & (taken <= size)
    return kept


def packed(labels: BoolArray) -> Words:
    """Return labels of shape (n, 64 w) as words of shape (n, w)."""
    return np.ascontiguousarray(np.packbits(labels, axis=1)).view(np.uint64)


def any_within(words: Words, ids: IntArray, counts: IntArray) -> Words:
    """Return whether any of the first neighbours of each row is labelled.

    Parameters
    ----------
    words
        Labels of what `ids` points at, shape (m, w).
    ids
        Neighbours of each row, nearest first, shape (n, k).
    counts
        How many of them are looked at, shape (n,).
    """
    found = np.zeros((ids.shape[0], words.shape[1]), dtype=np.uint64)
    for place in range(int(min(counts.max(initial=0), ids.shape[1]))):
        rows = np.flatnonzero(counts > place)
        found[rows] |= words[ids[rows, place]]
    return found


def counted(words: Words) -> FloatArray:
    """Return how often each bit is set, over all rows, shape (64 w,)."""
    total = np.zeros(words.shape[1] * _WORD)
    for part in _parts(words):
        bits = np.unpackbits(np.ascontiguousarray(part).view(np.uint8), axis=1)
        total += bits.sum(axis=0, dtype=np.int64)
    return total


def _parts(words: Words) -> Iterator[Words]:
    step = max(1, _CELLS // (words.shape[1] * _WORD))
    for start in range(0, len(words), step):
        yield words[start : start + step]
