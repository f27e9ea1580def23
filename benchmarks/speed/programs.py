"""Whole programs: an audit from files to paper, and the time until `--help` is on the screen."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.speed.contest import Contestant, Place, contest, elsewhere
from benchmarks.speed.tables import ADULT, CENSUS

SYNTHGATE = (sys.executable, "-m", "audit")
FINISHED = (0, 10, 11)
"""Met, not met, inconclusive."""


def audits(data: Path) -> Iterator[Place]:
    """Yield a whole audit of each of the shared tables, all formats, controls included."""
    for folder, files, turns in (("census2k", CENSUS, 3), ("adult", ADULT, 1)):
        if (data / folder).is_dir():
            yield _audit(data / folder, files, turns)


def _audit(folder: Path, files: Mapping[str, str], turns: int) -> Place:
    with TemporaryDirectory() as out:
        tables = [part for side, name in files.items() for part in (f"--{side}", folder / name)]
        command = [*SYNTHGATE, "run", *tables, "--out", Path(out) / "report"]
        name = f"{folder.name}, {files['synthetic']}"
        contestant = Contestant(name, elsewhere(command, fine=FINISHED))
        return contest([contestant], turns=turns)[0]


def start_up(*, turns: int) -> Place:
    """Return how long `synthgate --help` takes."""
    contestant = Contestant("synthgate --help", elsewhere([*SYNTHGATE, "--help"]))
    return contest([contestant], turns=turns)[0]
