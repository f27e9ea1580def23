"""Runs that are interrupted, resumed, limited, or meet another run in their folder."""

import json
from pathlib import Path

import pytest

from audit.evidence.alone import alone
from tests.cli.conftest import MEASURED, QUICK, Call


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def interrupted(
    call: Call, monkeypatch: pytest.MonkeyPatch, inputs: tuple[object, ...], out: Path
) -> None:
    """Let a run be killed in its second check, as far as anything of it can be seen."""

    def killed(self: object, lab: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("audit.metrics.value_replay.ValueReplay.run", killed)
        assert call("run", *inputs, *QUICK, "--out", out).code == 130


def test_an_interrupted_run_is_resumed_and_says_so(
    call: Call,
    finished: Path,
    inputs: tuple[object, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "out"
    interrupted(call, monkeypatch, inputs, out)
    assert names(tmp_path) == {"finished", "out", "out.resume"}
    assert names(out) == set()
    answer = call("run", *inputs, *QUICK, "--out", out, "--resume")
    assert answer.code == 11
    assert "1 checks were taken over from the interrupted run" in answer.err
    assert names(tmp_path) == {"finished", "out"}
    for file in ("run.json", "verdict.json", "policy.json", "declared.json"):
        assert (out / file).read_bytes() == (finished / file).read_bytes()
    told = json.loads((out / "execution.json").read_bytes())
    assert told["reused"] == ["identical-match"]
    assert "reused" not in json.loads((finished / "execution.json").read_bytes())
    listed = json.loads((out / "manifest.json").read_bytes())["files"]
    assert not [f for f in listed if "resume" in f["name"]]


def test_another_seed_takes_nothing_over(
    call: Call, inputs: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(call, monkeypatch, inputs, tmp_path / "out")
    answer = call("run", *inputs, *QUICK, "--out", tmp_path / "out", "--resume", "--seed", 1)
    assert answer.code == 11
    assert "nothing was taken over" in answer.err


def test_measuring_is_resumed_too(
    call: Call, inputs: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(call, monkeypatch, inputs, tmp_path / "out")
    answer = call("measure", *inputs, *MEASURED, "--out", tmp_path / "out", "--resume")
    assert answer.code == 0
    assert "1 checks were taken over" in answer.err
    assert names(tmp_path) == {"out"}


def test_what_is_left_of_a_run_holds_no_record(
    call: Call, inputs: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(call, monkeypatch, inputs, tmp_path / "out")
    left = (tmp_path / "out.resume").read_text()
    cells = (Path(str(inputs[1])).read_text()).split()[1].split(",")
    assert cells[3] not in left
    assert left.count("\n") == 2


def test_a_file_of_somebody_else_is_not_overwritten(
    call: Call, finished: Path, inputs: tuple[object, ...]
) -> None:
    mine = finished.with_name("finished.resume")
    mine.write_text("my curriculum vitae\n")
    answer = call("run", *inputs, *QUICK, "--out", finished)
    assert answer.code == 2
    assert "finished.resume is something else already" in answer.err
    assert mine.read_text() == "my curriculum vitae\n"
    assert (finished / "verdict.json").is_file()


def test_a_second_run_is_kept_out_of_the_folder(
    call: Call, finished: Path, inputs: tuple[object, ...]
) -> None:
    before = {p.name: p.read_bytes() for p in finished.iterdir()}
    with alone(finished):
        for words in (
            ("run", *inputs, *QUICK, "--out", finished),
            ("measure", *inputs, *MEASURED, "--out", finished),
            ("grade", finished, "--out", finished),
            ("render", finished, "--format", "md"),
        ):
            answer = call(*words)
            assert answer.code == 2
            assert "another run is at work in finished" in answer.err
    assert {p.name: p.read_bytes() for p in finished.iterdir()} == before


def test_a_check_that_takes_too_long_leaves_the_verdict_open(
    call: Call, inputs: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(self: object, lab: object) -> None:
        while True:
            lab.checkpoint()  # type: ignore[attr-defined]

    monkeypatch.setattr("audit.metrics.identical_match.IdenticalMatch.run", endless)
    answer = call("run", *inputs, *QUICK, "--out", tmp_path / "out", "--check-timeout", 1)
    assert answer.code == 11
    results = json.loads((tmp_path / "out" / "run.json").read_bytes())["results"]
    told = {r["check"]["id"]: (r["status"], r["reason_code"]) for r in results}
    assert told["identical-match"] == ("skipped", "timeout")
    assert told["value-replay"] == ("measured", None)
    assert "timeout" in (tmp_path / "out" / "verdict.json").read_text()
