"""Nearest neighbours of mixed rows: ours, FAISS and scikit-learn on the same rows.

The others are handed finished float32 matrices (one-hot categories, scaled numbers). Ours starts
from codes and numbers, finds equal rows, builds its index and proves every answer in float64; all
of that is inside its time.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from audit.space.encode import RANK, STANDARDISED, Encoding
from audit.space.neighbours.flat import dense_rows
from audit.space.neighbours.search import nearest
from audit.space.points import Metric, measure
from benchmarks.speed.contest import Contestant, Place, contest, here
from benchmarks.speed.tables import Sides, Work

ENCODINGS = {"L1": RANK, "L2": STANDARDISED}
MOST_PAIRS = 1e8
"""scikit-learn with L1 takes minutes for more pairs than this; more are measured in part."""


@dataclass(frozen=True)
class Checked:
    """A contestant's place, and how right it was."""

    place: Place
    exact: float
    """Share of its answers that are as near as the nearest row is, in float64."""
    zeros: float | None
    """Of the rows that have an equal one, the share with a distance of exactly 0."""


def searched(sides: Sides, *, turns: int) -> Iterator[tuple[str, list[Checked]]]:
    """Yield, for each metric, what became of everybody; ours comes first."""
    for name, encoding in ENCODINGS.items():
        yield name, _one(sides, encoding, turns)


def _one(sides: Sides, encoding: Encoding, turns: int) -> list[Checked]:
    work = sides.encoded(encoding)
    places = contest(list(_contestants(work)), turns=turns)
    truth = nearest(work.queries, work.among)
    return [_checked(work, place, truth.distances[:, 0]) for place in places]


def _contestants(work: Work) -> Iterator[Contestant]:
    rows = dense_rows(work.among, work.queries)
    asked, reference = rows.image_of(work.queries), rows.image
    is_l1 = work.queries.metric is Metric.L1
    kind, metric = (faiss.METRIC_L1, "manhattan") if is_l1 else (faiss.METRIC_L2, "euclidean")
    part = asked
    if is_l1 and len(asked) * len(reference) > MOST_PAIRS:
        part = asked[: int(MOST_PAIRS / len(reference))]

    def ours() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        found = nearest(work.queries, work.among)
        return found.distances[:, 0], found.indices[:, 0]

    def by_faiss() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        distances, ids = faiss.knn(asked, reference, 1, metric=kind)
        return distances[:, 0], ids[:, 0]

    def by_sklearn() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        model = NearestNeighbors(n_neighbors=1, algorithm="brute", metric=metric).fit(reference)
        distances, ids = model.kneighbors(part)
        return distances[:, 0], ids[:, 0]

    yield Contestant("synthgate", here(ours))
    yield Contestant("faiss, flat", here(by_faiss))
    yield Contestant("scikit-learn, brute force", here(by_sklearn), len(asked) / len(part))


def _checked(work: Work, place: Place, truth: NDArray[np.float64]) -> Checked:
    distances, ids = place.answer
    n = len(ids)
    true_gap = measure(work.queries.take(np.arange(n)), work.among, ids[:, None])[:, 0]
    equal = truth[:n] == 0
    zeros = float((distances[equal] == 0).mean()) if equal.any() else None
    return Checked(place, float((true_gap == truth[:n]).mean()), zeros)
