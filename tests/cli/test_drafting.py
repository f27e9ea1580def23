"""init drafts a file that can be read back, and never writes a cell or over a file."""

from pathlib import Path

from audit.facts.schema import Kind, Role
from audit.wire.project import project_from_bytes
from tests.cli.conftest import Call


def test_the_draft_names_tables_kinds_and_roles(call: Call, tables: Path, tmp_path: Path) -> None:
    out = tmp_path / "audit.yaml"
    answer = call(
        "init", tables / "real.csv", "--synthetic", tables / "synthetic.csv", "--out", out
    )
    assert answer.code == 0
    assert "Read every line" in answer.out
    project = project_from_bytes(out.read_bytes())
    assert project.real is not None
    assert (out.parent / project.real).resolve() == (tables / "real.csv").resolve()
    assert project.holdout is None
    assert project.columns["income"].kind is Kind.CONTINUOUS
    assert project.columns["zip"].roles == {Role.QUASI_IDENTIFIER}
    assert project.columns["diagnosis"].roles == {Role.SENSITIVE}


def test_an_existing_file_is_not_written_over(call: Call, tables: Path, tmp_path: Path) -> None:
    out = tmp_path / "audit.yaml"
    out.write_text("mine")
    answer = call("init", tables / "real.csv", "--out", out)
    assert answer.code == 2
    assert out.read_text() == "mine"


def test_hostile_column_names_stay_names(call: Call, tmp_path: Path) -> None:
    table = tmp_path / "real.csv"
    names = ['a: {b}"', "# c", "- d\u202e", "{{ e }}"]
    header = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    table.write_text(header + "\n" + "\n".join(f"{i},{i % 3},x,{i}.5" for i in range(30)) + "\n")
    out = tmp_path / "audit.yaml"
    answer = call("init", table, "--out", out)
    assert answer.code == 0, answer.err
    assert list(project_from_bytes(out.read_bytes()).columns) == names
    assert "\u202e" not in out.read_text()


def test_no_cell_is_in_the_draft(call: Call, tmp_path: Path) -> None:
    table = tmp_path / "real.csv"
    table.write_text("who,age\n" + "".join(f"Zq7-canary-{i},{7319042 + i}\n" for i in range(50)))
    out = tmp_path / "audit.yaml"
    answer = call("init", table, "--out", out)
    text = out.read_text() + answer.out + answer.err
    assert answer.code == 0
    assert "Zq7-canary" not in text
    assert "73190" not in text


def test_a_table_that_is_not_there_answers_3(call: Call, tmp_path: Path) -> None:
    assert call("init", tmp_path / "none.csv", "--out", tmp_path / "a.yaml").code == 3
