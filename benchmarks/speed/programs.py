"""Whole programs: an audit from files to paper, and the time until `--help` is on the screen."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.speed.contest import Contestant, Place, contest
from benchmarks.speed.tables import ADULT, CENSUS
from benchmarks.speed.turns import elsewhere

SYNTHGATE = (sys.executable, "-m", "audit")
FINISHED = (0, 10, 11)
"""Met, not met, inconclusive."""


def audits(data: Path, *, limit: float, is_quick: bool) -> Iterator[Place]:
    """Yield a whole audit of each of the shared tables, all formats, controls included.

    Parameters
    ----------
    limit
        Seconds for one audit.
    is_quick
        Only UCI Adult.
    """
    for folder, files, turns in (("census2k", CENSUS, 3), ("adult", ADULT, 1)):
        if (data / folder).is_dir() and not (is_quick and folder != "adult"):
            yield _audit(data / folder, files, turns, limit)


def _audit(folder: Path, files: Mapping[str, str], turns: int, limit: float) -> Place:
    with TemporaryDirectory() as out:
        tables = [part for side, name in files.items() for part in (f"--{side}", folder / name)]
        command = [*SYNTHGATE, "run", *tables, "--out", Path(out) / "report"]
        name = f"synthgate run, {folder.name}, {files['synthetic']}"
        contestant = Contestant(name, elsewhere(command, fine=FINISHED, limit=limit))
        return contest([contestant], turns=turns, patience=30.0)[0]


def start_up(*, turns: int) -> Place:
    """Return how long `synthgate --help` takes."""
    contestant = Contestant("synthgate --help", elsewhere([*SYNTHGATE, "--help"]))
    return contest([contestant], turns=turns)[0]
