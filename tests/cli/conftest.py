"""Small tables, and the command line called in this process."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from audit.cli.boundary import guarded
from audit.cli.main import app

MEASURED = ("--only", "identical-match,value-replay", "--controls", "off", "--jobs", "1")
QUICK = (*MEASURED, "--format", "json")
"""A run of less than a second."""
HEADER = "age,sex,zip,income,diagnosis\n"


@dataclass(frozen=True)
class Answer:
    """How a command ended."""

    code: int
    out: str
    err: str


Call = Callable[..., Answer]


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call `synthgate` in this process and return its answer."""

    def called(*words: object) -> Answer:
        argv = [str(word) for word in words]
        monkeypatch.setattr("sys.argv", ["synthgate", *argv])
        capfd.readouterr()
        code = guarded(lambda: app(prog_name="synthgate"))
        captured = capfd.readouterr()
        return Answer(code, captured.out, captured.err)

    return called


def people(n: int, *, seed: int) -> str:
    """Return a table of invented people as CSV."""
    rng = random.Random(seed)
    rows = (
        f"{rng.randint(18, 90)},{rng.choice('MF')},{rng.choice('1234')},"
        f"{rng.gauss(50, 10):.3f},{rng.choice('abcde')}\n"
        for _ in range(n)
    )
    return HEADER + "".join(rows)


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of tables of 120 people each, one of them a copy of the real one."""
    folder = tmp_path_factory.mktemp("tables")
    for seed, name in enumerate(("real", "synthetic", "holdout", "reference")):
        (folder / f"{name}.csv").write_text(people(120, seed=seed))
    (folder / "copied.csv").write_text((folder / "real.csv").read_text())
    return folder


@pytest.fixture
def inputs(tables: Path) -> tuple[object, ...]:
    """Return the flags that name the two tables without which there is no audit."""
    sides = ("real", "synthetic")
    return tuple(word for side in sides for word in (f"--{side}", tables / f"{side}.csv"))


@pytest.fixture
def finished(call: Call, inputs: tuple[object, ...], tmp_path: Path) -> Path:
    """Return the folder of a finished run."""
    folder = tmp_path / "finished"
    answer = call("run", *inputs, *QUICK, "--out", folder, "--quiet")
    assert answer.code == 11
    return folder
