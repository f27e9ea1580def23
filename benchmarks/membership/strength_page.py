"""The table of our worst case beside the published attacks."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from benchmarks.membership.small import LEAKS, POPULATIONS, small
from benchmarks.membership.strength import Duel, Frames
from benchmarks.speed.page import table
from benchmarks.speed.tables import ADULT
from fixtures.make import COPIED, make

ROWS, QUICK_ROWS = 2_000, 600
LEAKY = (*(name for name, share in COPIED.items() if share > 0), "demo")
HEADS = (
    "release",
    "measure",
    "ours",
    "by",
    "nearest to beating it",
    "by",
    "largest published",
    "by",
    "difference",
    "one error",
    "no weaker",
)


class Named(NamedTuple):
    """A release and what it is called."""

    name: str
    frames: Frames


def releases(data: Path | None, *, is_quick: bool) -> Iterator[Named]:
    """Yield every release that leaks: small ones, fixtures, and the census where it is at hand."""
    for population in POPULATIONS:
        for leak in LEAKS:
            yield Named(f"200 people, {population}, {leak}", small(population, leak))
    rows = QUICK_ROWS if is_quick else ROWS
    for name in LEAKY:
        tables = make(name, rows)
        frames = {side: frame.drop(columns="patient_id") for side, frame in tables.items()}
        yield Named(f"fixture {name}, {rows:,} rows", frames)
    if data is not None and not is_quick:
        for name in ("flip30", "mostly"):
            yield Named(f"census2k, {name}", census(data, name))


def census(data: Path, synthetic: str) -> Frames:
    """Return the census extract with one of its synthetic tables."""
    files = {**ADULT, "synthetic": f"synthetic_{synthetic}.csv"}
    return {side: pd.read_csv(data / "census2k" / file) for side, file in files.items()}


def lines_of(name: str, fought: Iterator[Duel]) -> list[list[str]]:
    """Return one line for each measure."""
    return [
        [
            name,
            duel.measure,
            f"{duel.ours.value:.3f}",
            duel.ours.name,
            f"{duel.theirs.value:.3f}",
            duel.theirs.name,
            f"{duel.best.value:.3f}",
            duel.best.name,
            f"{duel.ours.merit - duel.theirs.merit:+.3f}",
            f"{duel.error:.3f}",
            "yes" if duel.holds else "**no**",
        ]
        for duel in fought
    ]


def strength_table(lines: list[list[str]]) -> str:
    """Return the table, and how often ours was weaker."""
    weaker = sum(line[-1] != "yes" for line in lines)
    said = f"Weaker than a published attack in {weaker} of {len(lines)} comparisons."
    return f"{table(HEADS, lines)}\n\n{said}"
