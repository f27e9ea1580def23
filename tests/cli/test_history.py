"""Verdicts are recorded where it was said, and told again; what cannot be recorded is told too."""

import json
import sqlite3
from pathlib import Path

import jsonschema
import pytest

from audit.wire.canonical import to_canonical
from audit.wire.schemas import schema
from tests.cli.conftest import QUICK, Call

SHOWN = (*QUICK[:-1], "md,json")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


def tables_of(folder: Path, synthetic: str) -> tuple[object, ...]:
    return ("--real", folder / "real.csv", "--synthetic", folder / f"{synthetic}.csv")


def test_a_search_is_seen_in_the_files_of_the_run_and_in_the_history(
    call: Call, tables: Path, ledger: Path, tmp_path: Path
) -> None:
    def audited(synthetic: str, name: str) -> Path:
        out = tmp_path / name
        words = (*tables_of(tables, synthetic), *SHOWN, "--out", out, "--ledger", ledger)
        assert call("run", *words).code in (10, 11)
        return out

    first, again = audited("synthetic", "a"), audited("synthetic", "b")
    assert (first / "summary.md").read_bytes() == (again / "summary.md").read_bytes()
    copied = audited("copied", "c")
    assert "1 other synthetic file under this name" in (copied / "summary.md").read_text()
    written = json.loads((copied / "history.json").read_bytes())
    jsonschema.validate(written, schema("history"))
    assert written["tried"]["candidates"] == 1
    assert "history.json" in (copied / "SHA256SUMS").read_text()

    again_rendered = call("verify", copied, "--rendered", "--ledger", ledger)
    assert again_rendered.code == 0, again_rendered.out

    rendered = call("render", copied, "--format", "md", "--out", tmp_path / "d")
    assert rendered.code == 0
    assert (tmp_path / "d" / "summary.md").read_bytes() == (copied / "summary.md").read_bytes()
    graded = call("grade", copied, "--context", "internal", "--ledger", ledger)
    assert "1 other choice of policy or context" in " ".join(graded.out.split())

    told = call("history", "--ledger", ledger)
    assert (told.code, told.err) == (0, "")
    assert "4 verdicts on 2 synthetic files" in " ".join(told.out.split())
    named = call("history", "release", "--ledger", ledger)
    assert "COPY-1, identical-match.excess" in named.out
    assert "worse: the intervals lie apart" in named.out
    table = call("history", "--ledger", ledger, "--format", "md")
    assert table.out.startswith("# Verdicts recorded")
    printed = call("history", "--ledger", ledger, "--json")
    jsonschema.validate(json.loads(printed.out), schema("ledger"))
    assert [e["audited"]["kind"] for e in json.loads(printed.out)["releases"][0]["entries"]] == [
        "run", "run", "run", "grade",
    ]  # fmt: skip

    assert call("history", "--ledger", ledger, "--check").code == 0
    head = written["sha256"]
    assert call("history", "--ledger", ledger, "--check", "--head", head).code == 0
    with sqlite3.connect(ledger) as connection:
        connection.execute("DROP TRIGGER synthgate_ledger_no_delete")
        connection.execute("DELETE FROM synthgate_ledger WHERE sequence = 3")
    assert "entries of the ledger were removed or edited" in call("history", "--ledger", ledger).err
    changed = call("history", "--ledger", ledger, "--check", "--head", head)
    assert changed.code == 5
    assert "entry 3 is missing" in changed.err
    assert f"no entry has the digest {head[:16]}" in changed.err


def test_no_ledger_is_kept_where_none_is_wanted(
    call: Call, finished: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert not (finished / "history.json").exists()
    monkeypatch.setenv("SYNTHGATE_LEDGER", str(tmp_path / "by-environment.sqlite"))
    assert call("grade", finished, "--ledger", "none", "--quiet").code == 11
    assert not (tmp_path / "by-environment.sqlite").exists()
    assert call("grade", finished, "--quiet").code == 11
    assert (tmp_path / "by-environment.sqlite").is_file()
    assert call("history", "--ledger", "none").code == 2


def test_the_default_ledger_lies_with_the_data_of_the_user(
    call: Call, finished: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SYNTHGATE_LEDGER")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert call("history").out == "No verdict has been recorded.\n"
    assert call("history", "--check").code == 3
    assert "Recorded in the ledger as no. 1" in call("grade", finished).out
    assert (tmp_path / "data" / "synthgate" / "ledger.sqlite").is_file()
    assert "1 verdict on 1 synthetic file" in call("history").out


@pytest.fixture
def blocked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No folder can be made for the default ledger."""
    (tmp_path / "file").write_text("")
    monkeypatch.delenv("SYNTHGATE_LEDGER")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))


@pytest.mark.usefixtures("blocked")
def test_a_default_ledger_that_cannot_be_written_is_loud_and_changes_no_code(
    call: Call, inputs: tuple[object, ...], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answer = call("run", *inputs, *QUICK, "--out", out, "--quiet")
    assert answer.code == 11
    assert "history.json was NOT made: the ledger could not be written" in answer.err
    assert not (out / "history.json").exists()
    assert (out / "manifest.json").is_file()
    graded = call("grade", out, "--quiet")
    assert (graded.code, "the verdict was NOT recorded" in graded.err) == (11, True)


def test_a_ledger_that_was_named_and_cannot_be_written_is_an_error_before_the_attacks(
    call: Call, inputs: tuple[object, ...], finished: Path, tmp_path: Path
) -> None:
    named = ("--ledger", "postgresql://ada:hunter2@127.0.0.1:1/audits")
    answer = call("run", *inputs, *QUICK, "--out", tmp_path / "out", *named)
    assert answer.code == 4
    assert "cannot be reached" in answer.err
    assert "hunter2" not in answer.err + answer.out
    assert not (tmp_path / "out").exists()
    assert call("grade", finished, *named).code == 4


def test_a_ledger_that_fails_at_the_end_costs_no_report(
    call: Call, inputs: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from audit.database.trouble import DatabaseTrouble

    def full(*_: object) -> None:
        raise DatabaseTrouble("the disk is full")

    monkeypatch.setattr("audit.evidence.ledger.append", full)
    named = ("--ledger", tmp_path / "ledger.sqlite")
    answer = call("run", *inputs, *QUICK, "--out", tmp_path / "out", *named)
    assert (answer.code, "the disk is full" in answer.err) == (4, True)
    assert (tmp_path / "out" / "verdict.json").is_file()
    assert (tmp_path / "out" / "SHA256SUMS").is_file()


@pytest.mark.parametrize("head", ["abc", "A" * 64, "../x"])
def test_a_head_is_a_digest(call: Call, tmp_path: Path, head: str) -> None:
    place = tmp_path / "l.sqlite"
    assert call("history", "--ledger", place, "--check", "--head", head).code == 2


def test_a_history_of_another_run_does_not_belong_there(
    call: Call, finished: Path, ledger: Path, tmp_path: Path
) -> None:
    out = tmp_path / "graded"
    assert call("grade", finished, "--ledger", ledger, "--out", out, "--format", "json").code == 11
    file = out / "history.json"
    held = json.loads(file.read_bytes())
    file.write_text(json.dumps({**held, "run_sha256": "0" * 64}))
    answer = call("render", out, "--format", "md")
    assert (answer.code, "history.json is not about the run.json" in answer.err) == (5, True)


def test_a_run_misses_its_entry_where_the_chain_alone_cannot_tell(
    call: Call, finished: Path, ledger: Path, tmp_path: Path
) -> None:
    folders = [tmp_path / "first", tmp_path / "second"]
    terms = (("--context", "public"), ("--context", "internal", "--policy", "internal-sharing"))
    for folder, said in zip(folders, terms, strict=True):
        words = (*said, "--ledger", ledger, "--format", "json", "--quiet")
        assert call("grade", finished, *words, "--out", folder).code == 11
        answer = call("verify", folder, "--ledger", ledger)
        assert answer.code == 0, answer.out
        assert "was nothing of it removed or edited? Yes." in " ".join(answer.out.split())
    never = call("verify", finished, "--ledger", ledger)
    assert never.code == 5
    assert "no entry of the ledger is about this verdict" in " ".join(never.out.split())

    with sqlite3.connect(ledger) as connection:
        connection.execute("DROP TRIGGER synthgate_ledger_no_delete")
        connection.execute("DELETE FROM synthgate_ledger WHERE sequence = 2")

    assert call("history", "--ledger", ledger, "--check").code == 0
    assert call("verify", folders[0], "--ledger", ledger).code == 0
    missed = call("verify", folders[1], "--ledger", ledger)
    assert missed.code == 5
    assert "in the ledger: no entry has the digest" in " ".join(missed.out.split())
    assert call("verify", folders[1], "--ledger", tmp_path / "none.sqlite").code == 3
    assert call("verify", folders[1]).code == 0


def test_a_history_of_another_verdict_is_a_mismatch(
    call: Call, finished: Path, ledger: Path, tmp_path: Path
) -> None:
    out = tmp_path / "graded"
    words = ("--ledger", ledger, "--format", "json", "--quiet")
    assert call("grade", finished, *words, "--out", out).code == 11
    assert "history.json is about" not in call("verify", out).out
    file = out / "history.json"
    held = json.loads(file.read_bytes())
    file.write_bytes(to_canonical({**held, "verdict_sha256": "0" * 64}))
    answer = call("verify", out)
    assert (answer.code, "history.json is about another" in answer.out) == (5, True)
