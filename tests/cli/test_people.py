"""--people: evidence about single people, apart from everything else that is written."""

import json
import stat
from pathlib import Path

import pytest

from audit.evidence.bundle import ORDER
from tests.cli.conftest import QUICK, Call

WORST = ("--only", "membership-worst-case", "--controls", "off", "--jobs", "1")
WORST = (*WORST, "--set", "membership-discriminator.rounds=2")
HEADER = "real_row,exposure_class,p_value,flagged"


@pytest.fixture
def three(tables: Path) -> tuple[object, ...]:
    """Return the flags that name a real table, a copy of it, and a holdout."""
    sides = {"real": "real", "synthetic": "copied", "holdout": "holdout"}
    return tuple(w for side, name in sides.items() for w in (f"--{side}", tables / f"{name}.csv"))


def test_everybody_is_in_the_file_and_nobody_elsewhere(
    call: Call, three: tuple[object, ...], tmp_path: Path
) -> None:
    people, out = tmp_path / "people.csv", tmp_path / "out"
    answer = call("run", *three, *WORST, "--format", "json", "--out", out, "--people", people, "-q")
    assert answer.code == 10
    assert answer.out == ""
    assert answer.err.startswith("synthgate: people.csv holds PERSONAL DATA")
    lines = people.read_text().splitlines()
    assert lines[0] == HEADER
    assert [line.split(",")[0] for line in lines[1:]] == [str(i) for i in range(1, 121)]
    # Everybody was copied: whoever has a twin in the holdout aside, everybody stands out.
    assert sum(line.endswith(",yes") for line in lines) > 60
    assert stat.S_IMODE(people.stat().st_mode) == 0o600
    listed = {f["name"] for f in json.loads((out / "manifest.json").read_bytes())["files"]}
    assert listed <= set(ORDER)
    for file in out.iterdir():
        content = file.read_text()
        assert HEADER not in content
        # The command that was given says that the file exists, and where it is not.
        assert "people.csv" not in content or file.name == "execution.json"


def test_the_run_is_the_same_without_it(
    call: Call, three: tuple[object, ...], tmp_path: Path
) -> None:
    for name, words in (("with", ("--people", tmp_path / "people.csv")), ("without", ())):
        assert call("measure", *three, *WORST, "--out", tmp_path / name, *words).code == 0
    assert (tmp_path / "people.csv").is_file()
    runs = [(tmp_path / name / "run.json").read_bytes() for name in ("with", "without")]
    assert runs[0] == runs[1]


@pytest.mark.parametrize("command", ["run", "measure"])
def test_without_a_holdout_it_cannot_be_written(
    call: Call, inputs: tuple[object, ...], tmp_path: Path, command: str
) -> None:
    people = tmp_path / "people.csv"
    answer = call(command, *inputs, *WORST, "--out", tmp_path / "out", "--people", people)
    assert answer.code == 4
    assert "people.csv cannot be written: there is no holdout" in answer.err
    assert "--holdout" in answer.err
    assert "PERSONAL" not in answer.err
    # Nothing was spent on it, and nothing was moved away for it.
    assert list(tmp_path.iterdir()) == []


def test_a_split_by_time_is_no_chance(
    call: Call, three: tuple[object, ...], tables: Path, tmp_path: Path
) -> None:
    project = tmp_path / "audit.yaml"
    project.write_text(
        "schema: synthgate.project/v1\nsplit: {how: temporal, unit: row, stated_by: me}\n"
    )
    people = tmp_path / "people.csv"
    answer = call("run", project, *three, "--out", tmp_path / "out", "--people", people)
    assert answer.code == 4
    assert "not split at random" in answer.err


def test_what_was_left_out_cannot_be_written_and_the_rest_is_there(
    call: Call, three: tuple[object, ...], tmp_path: Path
) -> None:
    people, out = tmp_path / "people.csv", tmp_path / "out"
    answer = call("run", *three, *QUICK, "--out", out, "--people", people)
    assert answer.code == 4
    assert "membership-worst-case did not come to its end" in answer.err
    assert not people.exists()
    assert (out / "verdict.json").is_file()
    assert (out / "SHA256SUMS").is_file()


def test_it_may_not_lie_in_the_folder_nor_overwrite_a_table(
    call: Call, three: tuple[object, ...], tables: Path, tmp_path: Path
) -> None:
    before = (tables / "real.csv").read_bytes()
    for people in (tmp_path / "out" / ".." / "out" / "people.csv", tables / "real.csv"):
        (tmp_path / "out").mkdir(exist_ok=True)
        answer = call("run", *three, *WORST, "--out", tmp_path / "out", "--people", people)
        assert answer.code == 2
        assert list((tmp_path / "out").iterdir()) == []
    assert (tables / "real.csv").read_bytes() == before
