"""A program for `account.py`: one nearest-neighbour search by one engine.

FAISS and scikit-learn are handed finished float32 matrices; making those is not on their clock.
Ours starts from codes and numbers, and all that it does is.

Asked for: `engine`, folders `queries` and `among` of points, `part` (how many of the first queries
are asked), `k`, and `answer`, the file to write.
"""

import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import faiss
import numpy as np
from sklearn.neighbors import NearestNeighbors

from audit.space.neighbours.flat import dense_rows
from audit.space.neighbours.search import nearest
from audit.space.points import Metric, Points
from benchmarks.speed.exactness import Found
from benchmarks.speed.stored import keep_found, kept_points

_WARM_UP = 64
_MEMORY = 1 << 31
"""What an audit allows by default."""
VERSION = ", ".join(f"{n} {version(n)}" for n in ("synthgate", "faiss-cpu", "scikit-learn"))


def prepared(asked: dict[str, Any]) -> Callable[[], Found]:
    among = kept_points(Path(asked["among"]))
    whole = kept_points(Path(asked["queries"]))
    queries = whole.take(np.arange(asked["part"]))
    engine = _ENGINES[asked["engine"]]
    # The first search of a process starts threads and loads libraries.
    few = among.take(np.arange(min(len(among), _WARM_UP)))
    engine(few, few, asked["k"])()
    return engine(queries, among, asked["k"])


def told(found: Found, asked: dict[str, Any]) -> dict[str, int]:
    keep_found(found, Path(asked["answer"]))
    return {"queries": len(found.ids)}


def _by_synthgate(queries: Points, among: Points, k: int) -> Callable[[], Found]:
    def work() -> Found:
        found = nearest(queries, among, k=k, memory=_MEMORY)
        return Found(found.distances, found.indices)

    return work


def _by_faiss(queries: Points, among: Points, k: int) -> Callable[[], Found]:
    rows = dense_rows(among, queries)
    asked, reference = rows.image_of(queries), rows.image
    metric = faiss.METRIC_L1 if among.metric is Metric.L1 else faiss.METRIC_L2
    return lambda: Found(*faiss.knn(asked, reference, k, metric=metric))


def _by_sklearn(queries: Points, among: Points, k: int) -> Callable[[], Found]:
    rows = dense_rows(among, queries)
    asked, reference = rows.image_of(queries), rows.image
    metric = "manhattan" if among.metric is Metric.L1 else "euclidean"
    model = NearestNeighbors(n_neighbors=k, algorithm="brute", metric=metric)
    return lambda: Found(*model.fit(reference).kneighbors(asked))


_ENGINES = {"synthgate": _by_synthgate, "faiss": _by_faiss, "scikit-learn": _by_sklearn}
