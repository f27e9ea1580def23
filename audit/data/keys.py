"""Content hashes of 128 bits: per level, per cell, per row.

A row's key is the sum, over its columns, of hash(column name, value). It depends on names and
values alone, not on the order of rows or columns nor on the file; two rows are equal exactly when
their keys are (but for a chance of about n^2 / 2^129). A distance of 0 proves nothing of the kind.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Keys: TypeAlias = NDArray[np.uint64]
"""Shape (n, 2): two lanes of 64 bits per row."""

_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31 = np.uint64(27), np.uint64(30), np.uint64(31)


def lanes_of_texts(texts: Sequence[str]) -> Keys:
    """Hash L distinct texts, uint64 of shape (L, 2)."""
    whole = b"".join(hashlib.blake2b(t.encode(), digest_size=16).digest() for t in texts)
    return np.frombuffer(whole, dtype="<u8").reshape(-1, 2).astype(np.uint64)


def lanes_of_bits(values: NDArray[np.float64]) -> Keys:
    """Return the bits of n numbers in both lanes; NaN (missing) is one state, 0 is unsigned."""
    plain = np.where(np.isnan(values), np.nan, values + 0.0)
    bits = np.ascontiguousarray(plain, dtype=np.float64).view(np.uint64)
    return np.stack([bits, bits], axis=1)


def missing_lanes() -> Keys:
    """Return the state of a missing level, uint64 of shape (1, 2)."""
    return lanes_of_texts(["\0missing"])


def column_seed(name: str) -> Keys:
    """Return the hash of a column name, uint64 of shape (1, 2)."""
    return lanes_of_texts([name])


def mixed(lanes: Keys, seed: Keys) -> Keys:
    """Hash each lane under a seed; a bijection of each lane (finaliser of splitmix64, twice).

    References
    ----------
    Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
    """
    # The two lanes carry the same number, so the second is scrambled before it is seeded.
    first, second = lanes[:, 0], _finalised(lanes[:, 1] + _M1)
    both = np.stack([first, second], axis=1) + seed
    return _finalised(_finalised(both) ^ seed)


def _finalised(lane: NDArray[np.uint64]) -> NDArray[np.uint64]:
    lane = (lane ^ (lane >> _S30)) * _M1
    lane = (lane ^ (lane >> _S27)) * _M2
    return lane ^ (lane >> _S31)
