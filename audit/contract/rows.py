"""Row keys as single words."""

import numpy as np
from numpy.typing import NDArray


def as_words(keys: NDArray[np.uint64]) -> NDArray[np.void]:
    """Return keys of shape (n, 2) as n words that numpy can sort, look up and compare."""
    return np.ascontiguousarray(keys).view(np.dtype((np.void, 16))).ravel()
