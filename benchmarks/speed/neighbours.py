"""The two nearest neighbours of mixed rows: ours, FAISS and scikit-learn on the same rows.

Where a contestant would take too long, it is asked for a stated part of the rows, and its time is
scaled: everybody is compared with everybody, so each row costs the same. Ours is asked for all
rows as long as it can be.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from audit.space.encode import RANK, STANDARDISED, Encoding
from audit.space.points import Metric
from benchmarks.speed.contest import Contestant, Place, contest
from benchmarks.speed.exactness import Truth, exact_share, sampled_truth, zero_share
from benchmarks.speed.stored import keep_points, kept_found
from benchmarks.speed.tables import Sides, Work
from benchmarks.speed.turns import accounted

ENCODINGS = {"L1": RANK, "L2": STANDARDISED}
ENGINES = {
    "synthgate": "synthgate",
    "faiss": "faiss, flat",
    "scikit-learn": "scikit-learn, brute force",
}
K = 2
LEAST = {Metric.L1: 64, Metric.L2: 512}
"""Fewer queries at once would slow the others down: with L2 they multiply matrices."""
_PROGRAM = Path(__file__).with_name("searching.py")


@dataclass(frozen=True)
class Effort:
    """How long a comparison may take."""

    turns: int
    patience: float
    """Seconds after which no new round begins."""
    limit: float
    """Seconds for one turn, reading and imports included."""
    pairs: Mapping[tuple[str, Metric], float]
    """Pairs of rows that an engine compares at most; fewer queries are asked for more."""


FULL = Effort(
    turns=5,
    patience=15.0,
    limit=240.0,
    pairs={
        ("synthgate", Metric.L2): 5e10,
        ("faiss", Metric.L1): 5e8,
        ("faiss", Metric.L2): 2.5e9,
        ("scikit-learn", Metric.L1): 5e7,
        ("scikit-learn", Metric.L2): 2.5e9,
    },
)
QUICK = Effort(
    turns=3,
    patience=5.0,
    limit=120.0,
    pairs={
        ("synthgate", Metric.L2): 1e10,
        ("faiss", Metric.L1): 2e8,
        ("faiss", Metric.L2): 1e9,
        ("scikit-learn", Metric.L1): 2.5e7,
        ("scikit-learn", Metric.L2): 1e9,
    },
)


@dataclass(frozen=True)
class Checked:
    """A contestant's place, and how right it was."""

    place: Place
    exact: float | None
    """Share of sampled rows whose two neighbours are as near as the nearest are, in float64."""
    zeros: float | None
    """Of the rows that have an equal one, the share with a distance of exactly 0."""


@dataclass(frozen=True)
class Searched:
    """One table under one metric."""

    table: str
    metric: str
    n: int
    """Rows asked."""
    pairs: float
    """Rows asked times rows searched."""
    dimensions: int
    """Columns of the one-hot matrix."""
    checked: list[Checked]
    """Ours first."""


def searched(table: str, sides: Sides, effort: Effort) -> Iterator[Searched]:
    """Yield, for each metric, what became of everybody."""
    for metric, encoding in ENCODINGS.items():
        yield _one(table, metric, sides, encoding, effort)


def _one(table: str, metric: str, sides: Sides, encoding: Encoding, effort: Effort) -> Searched:
    work = sides.encoded(encoding)
    with TemporaryDirectory() as name:
        folder = Path(name)
        answers = {engine: folder / f"{engine}.npz" for engine in ENGINES}
        contestants = list(_contestants(work, folder, answers, effort))
        places = contest(contestants, turns=effort.turns, patience=effort.patience)
        truth = sampled_truth(work.queries, work.among, k=K, first=_smallest_part(work, effort))
        checked = [
            _checked(work, truth, p, a) for p, a in zip(places, answers.values(), strict=True)
        ]
    n = len(work.queries)
    return Searched(table, metric, n, float(n) * len(work.among), _one_hot_columns(work), checked)


def _contestants(
    work: Work, folder: Path, answers: Mapping[str, Path], effort: Effort
) -> Iterator[Contestant]:
    n = len(work.queries)
    places = {
        "queries": str(keep_points(work.queries, folder / "queries")),
        "among": str(keep_points(work.among, folder / "among")),
    }
    for engine, name in ENGINES.items():
        part = _part(engine, work, effort)
        answer = str(answers[engine])
        asked = {**places, "engine": engine, "part": part, "k": K, "answer": answer}
        turn = accounted(Path(sys.executable), _PROGRAM, asked, limit=effort.limit)
        yield Contestant(name, turn, n / part)


def _part(engine: str, work: Work, effort: Effort) -> int:
    """Return how many of the queries an engine is asked for."""
    n, metric = len(work.queries), work.among.metric
    most = effort.pairs.get((engine, metric), inf)
    return min(n, max(LEAST[metric], int(min(most / len(work.among), n))))


def _smallest_part(work: Work, effort: Effort) -> int:
    return min(_part(engine, work, effort) for engine in ENGINES)


def _checked(work: Work, truth: Truth, place: Place, answer: Path) -> Checked:
    if place.answer is None:
        return Checked(place, None, None)
    found = kept_found(answer)
    return Checked(
        place,
        exact_share(work.queries, work.among, found.ids, truth),
        zero_share(work.queries, work.among, found),
    )


def _one_hot_columns(work: Work) -> int:
    """Return the width of the matrix in which every level is a column."""
    codes = np.concatenate([work.queries.codes, work.among.codes])
    span = codes.max(axis=0) - codes.min(axis=0)
    # A column in which everybody agrees adds nothing to any distance.
    return int(work.among.numbers.shape[1] + (span + 1)[span > 0].sum())
