"""What contradicts itself or is not there is told before anything is read or moved."""

from pathlib import Path

import pytest

from tests.cli.conftest import QUICK, Call


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((), 2, "no real and no synthetic table is named"),
        (("--real", "r.csv"), 2, "no synthetic table is named"),
        (("no-such.yaml",), 2, "there is no project file no-such.yaml"),
        (("--real", "r.csv", "--synthetic", "s.csv"), 3, "real (r.csv)"),
        (("--real", "r.csv", "--synthetic", "s.csv", "--policy", "gpdr"), 3, "no policy gpdr"),
        (("--real", "r.csv", "--synthetic", "s.csv", "--format", "docx"), 2, "docx"),
        (("--real", "r.csv", "--synthetic", "s.csv", "--max-memory", "x"), 2, "--max-memory"),
        (("--real", "r.csv", "--synthetic", "s.csv", "--set", "x"), 2, "CHECK.FIELD=VALUE"),
        (("--real", "r.csv", "--synthetic", "s.csv", "--digest-key", "k"), 2, "key file k"),
    ],
)
def test_a_faulty_command_is_refused(
    call: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = call("run", *words)
    assert answer.code == code
    assert told in answer.err
    assert answer.out == ""


def test_an_unknown_check_is_refused(
    call: Call, inputs: tuple[object, ...], tmp_path: Path
) -> None:
    answer = call("run", *inputs, "--only", "telepathy", "--out", tmp_path / "out")
    assert answer.code == 2
    assert "telepathy" in answer.err


def test_a_short_key_is_refused(
    call: Call, inputs: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTHGATE_DIGEST_KEY", "hunter2")
    answer = call("run", *inputs, *QUICK, "--out", tmp_path / "out")
    assert answer.code == 2
    assert "at least 16 bytes" in answer.err
    assert "hunter2" not in answer.err


def test_a_folder_of_somebody_else_is_refused(
    call: Call, inputs: tuple[object, ...], tmp_path: Path
) -> None:
    (tmp_path / "thesis.docx").write_text("mine")
    answer = call("run", *inputs, *QUICK, "--out", tmp_path)
    assert answer.code == 2
    assert (tmp_path / "thesis.docx").exists()


def test_an_input_in_the_output_folder_is_refused(call: Call, finished: Path, tables: Path) -> None:
    inside = finished / "real.csv"
    inside.write_bytes((tables / "real.csv").read_bytes())
    answer = call(
        "run", "--real", inside, "--synthetic", tables / "synthetic.csv", "--out", finished
    )
    assert answer.code == 2
    assert inside.exists()


def test_a_project_file_in_the_output_folder_is_refused(
    call: Call, finished: Path, tables: Path
) -> None:
    project = finished / "audit.yaml"
    project.write_text(
        "schema: synthgate.project/v1\n"
        f"release: {{real: '{tables}/real.csv', synthetic: '{tables}/synthetic.csv'}}\n"
    )
    answer = call("run", project, "--out", finished)
    assert answer.code == 2
    assert "the input audit.yaml lies in finished" in answer.err
    assert project.exists()


def test_all_faults_of_a_project_file_are_told_with_their_lines(call: Call, tmp_path: Path) -> None:
    project = tmp_path / "audit.yaml"
    project.write_text("schema: synthgate.project/v1\nrelaese: {}\nunit_of_privacy: 3\n")
    answer = call("run", project)
    assert answer.code == 3
    assert "line 2" in answer.err
    assert "line 3" in answer.err
