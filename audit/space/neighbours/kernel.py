"""The only door to the native engine: a tree of boxes, filters of 8 and 32 bits, float64 answers.

Optional: where no compiler was there when the package was installed, or the processor has no AVX2,
FAISS answers instead, more slowly and with the same answers. ``SYNTHGATE_KERNEL=off`` asks for
that; ``SYNTHGATE_KERNEL=avx2`` forgoes the wider instructions.
"""

import os
from collections.abc import Callable
from importlib import import_module
from types import ModuleType

import numpy as np

from audit.space.neighbours.answer import Neighbours, Owners
from audit.space.points import FloatArray, IntArray, Metric, Points


def _compiled() -> ModuleType | None:
    try:
        return import_module("audit.space.neighbours._kernel")
    except ImportError:
        return None


_KERNEL = _compiled()
_LOADED_BY = os.getpid()
BATCH = 131_072
"""Queries between two looks at the clock."""


def level() -> str:
    """Return which instructions the engine uses: avx512, avx2, or nothing where it is off."""
    wanted = os.environ.get("SYNTHGATE_KERNEL", "")
    if _KERNEL is None or wanted == "off":
        return ""
    found = str(_KERNEL.level())
    return wanted if wanted == "avx2" and found else found


def nearest_by_kernel(
    queries: Points,
    among: Points,
    *,
    k: int,
    owners: Owners | None,
    pause: Callable[[], None],
) -> Neighbours:
    """Return the k nearest rows of `among` for every query, ties to the lower row.

    Parameters
    ----------
    owners
        Rows of `among` that belong to whom a query belongs are not returned for it.
    pause
        Called between batches; may raise.

    Raises
    ------
    MemoryError
        If the index does not fit.
    """
    assert _KERNEL is not None
    used = _differing(queries, among)
    asked, rows = _codes(queries, used), _codes(among, used)
    numbers, reference = _numbers(queries), _numbers(among)
    index = _KERNEL.build(
        reference,
        rows,
        np.ascontiguousarray(among.weights[used], dtype=np.float64),
        _reach(numbers, reference),
        among.metric is Metric.L1,
        among.divisor,
        *(len(among), reference.shape[1], used.size),
        _threads(),
    )
    distances = np.empty((len(queries), k))
    ids = np.empty((len(queries), k), dtype=np.int64)
    owning = None if owners is None else _integers(owners.among)
    for start in range(0, len(queries), BATCH):
        pause()
        part = slice(start, min(start + BATCH, len(queries)))
        asking = None if owners is None else _integers(owners.queries[part])
        _KERNEL.query(
            index,
            numbers[part],
            asked[part],
            part.stop - part.start,
            k,
            asking,
            owning,
            distances[part],
            ids[part],
            level() == "avx512",
            _threads(),
        )
    return Neighbours(distances, ids)


def _threads() -> int:
    """Return 0 for all that may be used; a forked process has lost the threads of its parent."""
    return 0 if os.getpid() == _LOADED_BY else 1


def _differing(queries: Points, among: Points) -> IntArray:
    """Return the code columns in which not everybody agrees: the others add nothing."""
    both = [p.codes for p in (queries, among) if len(p)]
    low = np.min([c.min(axis=0, initial=np.iinfo(np.int64).max) for c in both], axis=0)
    high = np.max([c.max(axis=0, initial=np.iinfo(np.int64).min) for c in both], axis=0)
    return np.flatnonzero(low < high)


def _codes(points: Points, used: IntArray) -> IntArray:
    return _integers(points.codes[:, used])


def _numbers(points: Points) -> FloatArray:
    return np.ascontiguousarray(points.numbers, dtype=np.float64)


def _integers(values: IntArray) -> IntArray:
    return np.ascontiguousarray(values, dtype=np.int64)


def _reach(*sets: FloatArray) -> FloatArray:
    """Return the lowest and the highest of each number: float64 of shape (2, p)."""
    low = np.min([x.min(axis=0, initial=np.inf) for x in sets], axis=0)
    high = np.max([x.max(axis=0, initial=-np.inf) for x in sets], axis=0)
    return np.ascontiguousarray(np.stack([low, high]))
