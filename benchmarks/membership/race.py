"""How fast: every attack beside a naive one in the same run, then the whole family on all of Adult.

With a reference table as large as the release both compute the same thing, so the scores are
compared too. Without one ours takes the mean over all draws of the pool, a naive attack one draw.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from audit.statistics.roc import fit_auc
from benchmarks.membership.naive import LINEAR, NAIVE
from benchmarks.speed.contest import Contestant, Place, contest
from benchmarks.speed.page import NOTHING, ratio, table, took
from benchmarks.speed.tables import ADULT, SEED
from benchmarks.speed.turns import accounted

_PROGRAM = Path(__file__).with_name("attacking.py")
HEADS = (
    "attack",
    "who",
    "seconds",
    "range",
    "CPU s",
    "peak memory",
    "ours is faster by",
    "equal scores",
    "AUC apart by at most",
)


WHO = ("synthgate", "naive")


@dataclass(frozen=True)
class Stage:
    """Tables of one size, and what is done with them."""

    name: str
    rows: int | None
    """Of each table; None for all there are."""
    part: int
    """Candidates a naive attack is asked about where all would take too long."""
    with_reference: bool
    turns: int
    limit: float = 240.0
    patience: float = 3.0


@dataclass(frozen=True)
class Same:
    """How alike the scores of two came out."""

    share: float
    """Of all scores, those that agree to six digits."""
    apart: float
    """Largest difference of the AUC of a variant."""


FULL = (
    Stage("2,000 rows of each table", 2_000, 200, with_reference=True, turns=3),
    Stage("all of Adult", None, 100, with_reference=False, turns=1),
)
QUICK = (
    Stage("500 rows of each table", 500, 100, with_reference=True, turns=1),
    Stage("4,000 rows of each table", 4_000, 100, with_reference=False, turns=1),
)


def lines(stage: Stage, data: Path) -> list[list[str]]:
    """Return the lines of a stage."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = _files(stage, data, folder)
        fought = _by_attack if stage.with_reference else _whole
        return list(fought(stage, files, folder))


def race_table(done: Sequence[Sequence[str]]) -> str:
    """Return the table."""
    return table(HEADS, done)


def _by_attack(stage: Stage, files: Mapping[str, str], folder: Path) -> Iterator[list[str]]:
    for attack in NAIVE:
        part = stage.part if attack == "membership-local-likelihood" else 0
        answers = {who: str(folder / f"{who}.npz") for who in WHO}
        asked = {"files": dict(files), "attack": attack}
        scale = 2 * stage.rows / part if part and stage.rows else 1.0
        contestants: list[tuple[str, dict[str, object], float]] = [
            ("synthgate", {**asked, "who": "synthgate", "answer": answers["synthgate"]}, 1.0),
            (
                "scikit-learn, pandas",
                {**asked, "who": "naive", "part": part, "answer": answers["naive"]},
                scale,
            ),
        ]
        if attack == "membership-density-ratio":
            contestants.append(("scipy, numbers alone", {**asked, "who": "scipy"}, 1.0))
        places = _contest(stage, contestants)
        both_done = not any(p.fate for p in places[:2])
        same = alike(answers[WHO[0]], answers[WHO[1]], stage.rows or 0) if both_done else None
        work = f"{attack.removeprefix('membership-')}, {stage.name}"
        yield from _lines(work, places, same, part)


def _whole(stage: Stage, files: Mapping[str, str], folder: Path) -> Iterator[list[str]]:
    asked = {"files": dict(files)}
    n = sum(_rows(files[side]) for side in ("real", "holdout"))
    naive = {**asked, "who": "naive", "part": stage.part, "attack": "linear"}
    places = _contest(
        stage,
        [
            ("synthgate, nine attacks", {**asked, "who": "synthgate", "attack": "scores"}, 1.0),
            (f"scikit-learn, {len(LINEAR)} of them", naive, n / stage.part),
            (
                "synthgate, worst case with all statistics",
                {**asked, "who": "synthgate", "attack": "worst"},
                1.0,
            ),
        ],
    )
    yield from _lines(f"the family, {stage.name}", places, None, stage.part)


def _contest(stage: Stage, asked: list[tuple[str, dict[str, object], float]]) -> list[Place]:
    contestants = [
        Contestant(name, accounted(Path(sys.executable), _PROGRAM, what, limit=stage.limit), scale)
        for name, what, scale in asked
    ]
    return contest(contestants, turns=stage.turns, patience=stage.patience)


def _lines(work: str, places: Sequence[Place], same: Same | None, part: int) -> Iterator[list[str]]:
    for i, place in enumerate(places):
        note = "" if place.scale == 1 else f", scaled from {part} people"
        ours = place.name.startswith("synthgate")
        told = same if i == 1 else None
        yield [
            work,
            f"{place.name}{note}",
            *took(place),
            "" if ours else ratio(place, places[0]),
            f"{told.share:.1%}" if told else "" if ours else NOTHING,
            f"{told.apart:.4f}" if told else "" if ours else NOTHING,
        ]


def alike(ours: str | Path, naive: str | Path, n_real: int) -> Same:
    """Compare the scores of two files, of the candidates that the second was asked about.

    Parameters
    ----------
    n_real
        The first so many candidates are real.
    """
    with np.load(ours) as one, np.load(naive) as other:
        rows = other["rows"]
        names = [name for name in other.files if name != "rows"]
        pairs = [(one[name][rows], other[name]) for name in names]
    equal = [np.isclose(a, b, rtol=1e-6, atol=1e-9) for a, b in pairs]
    real = rows < n_real
    apart = [
        abs(fit_auc(a[real], a[~real]).value - fit_auc(b[real], b[~real]).value) for a, b in pairs
    ]
    return Same(float(np.mean(equal)), max(apart))


def _files(stage: Stage, data: Path, folder: Path) -> dict[str, str]:
    """Return the tables of Adult, thinned; the reference is a part of the holdout."""
    paths = {side: str(data / "adult" / name) for side, name in ADULT.items()}
    if stage.rows is None:
        return paths
    frames = {
        side: pd.read_csv(path).sample(frac=1, random_state=SEED) for side, path in paths.items()
    }
    chosen = {side: frame.iloc[: stage.rows] for side, frame in frames.items()}
    if stage.with_reference:
        chosen["reference"] = frames["holdout"].iloc[stage.rows : 2 * stage.rows]
    for side, frame in chosen.items():
        frame.to_csv(folder / f"{side}.csv", index=False)
    return {side: str(folder / f"{side}.csv") for side in chosen}


def _rows(path: str) -> int:
    return len(pd.read_csv(path, usecols=[0]))
