"""Two editions of one report: which files are made for whom."""

import json
import os
import subprocess
from pathlib import Path

from tests.cli.conftest import Call


def test_outsiders_get_a_folder_of_their_own(call: Call, finished: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = call(
        "render", finished, "--edition", "internal,external", "--format", "html,md", "--out", out
    )
    assert answer.code == 0
    assert "external/report.html" in answer.out
    assert {p.name for p in (out / "external").iterdir()} == {"report.html", "verdict.json"}
    assert (out / "external").stat().st_mode & 0o777 == 0o700
    assert (out / "external" / "verdict.json").stat().st_mode & 0o777 == 0o600
    sealed = json.loads((out / "manifest.json").read_text())
    assert "external/verdict.json" in {file["name"] for file in sealed["files"]}
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=out, check=False)
    assert done.returncode == 0


def test_both_give_the_same_outcome_of_every_rule(
    call: Call, finished: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    call("render", finished, "--edition", "external", "--format", "json", "--out", out)
    inside = json.loads((out / "verdict.json").read_text())
    outside = json.loads((out / "external" / "verdict.json").read_text())
    assert outside["status"] == inside["status"]
    assert outside["run_sha256"] == inside["run_sha256"]
    assert [(f["rule"], f["status"]) for f in outside["findings"]] == [
        (f["rule"], f["status"]) for f in inside["findings"]
    ]


def test_the_external_edition_alone_makes_no_page_that_names_columns(
    call: Call, finished: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    words = ("--edition", "external", "--format", "html", "--report-only")
    assert call("render", finished, *words, "--out", out).code == 0
    assert not (out / "report.html").exists()
    assert not (out / "columns.csv").exists()
    page = (out / "external" / "report.html").read_text()
    assert "Report only: nothing was gated" in page
    assert "diagnosis" not in page


def test_a_folder_that_is_rendered_again_keeps_the_other_edition(
    call: Call, finished: Path
) -> None:
    call("render", finished, "--edition", "internal,external", "--format", "html")
    before = (finished / "external" / "report.html").read_bytes()
    call("render", finished, "--format", "md")
    assert (finished / "external" / "report.html").read_bytes() == before
    assert "external/report.html" in (finished / "SHA256SUMS").read_text()


def test_a_link_in_the_place_of_the_inner_folder_is_not_followed(
    call: Call, finished: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    os.symlink(elsewhere, finished / "external")
    answer = call("render", finished, "--edition", "external", "--format", "html")
    assert answer.code == 4
    assert "is a link" in answer.err
    assert list(elsewhere.iterdir()) == []


def test_an_edition_that_does_not_exist_is_wrong_usage(call: Call, finished: Path) -> None:
    for words in ("public", "", "internal,public"):
        answer = call("render", finished, "--edition", words)
        assert answer.code == 2
        assert "internal and external" in answer.err


def test_no_variable_of_the_environment_widens_what_outsiders_read(
    call: Call, finished: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("SYNTHGATE_EDITION", "internal")
    call("render", finished, "--format", "md", "--out", tmp_path / "one")
    call("render", finished, "--format", "md", "--edition", "internal", "--out", tmp_path / "two")
    told = [(tmp_path / name / "summary.md").read_text() for name in ("one", "two")]
    assert told[0] != told[1]
