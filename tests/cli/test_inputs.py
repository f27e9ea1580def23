"""What may be given beside the three tables: a reference, groups; and what is said without one."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import MEASURED, QUICK, Call


def test_a_reference_is_used_digested_and_told(
    call: Call, inputs: tuple[object, ...], tables: Path, tmp_path: Path
) -> None:
    given = (*inputs, "--holdout", tables / "holdout.csv", "--reference", tables / "reference.csv")
    (tmp_path / "key").write_text("0123456789abcdef\n")
    words = ("--only", "membership-calibrated-distance", "--controls", "off", "--jobs", "1")
    out = tmp_path / "out"
    key = ("--digest-key", tmp_path / "key")
    assert call("measure", *given, *key, *words, "--out", out, "--quiet").code == 0
    run = json.loads((out / "run.json").read_bytes())
    told = run["provenance"]["inputs"]["reference"]
    assert (told["rows"], len(told["digest"])) == (120, 64)
    assert "reference_apart" in {fact["code"] for fact in run["preflight"]}
    assert json.loads((out / "execution.json").read_bytes())["command"][9] == "reference.csv"
    answer = call("run", *given, *QUICK, "--out", out)
    assert "beside a reference of 120 other records" in " ".join(answer.out.split())


def test_a_reference_of_audited_people_blocks(
    call: Call, inputs: tuple[object, ...], tables: Path
) -> None:
    holdout = ("--holdout", tables / "holdout.csv")
    answer = call("preflight", *inputs, *holdout, "--reference", tables / "copied.csv")
    assert answer.code == 3
    told = " ".join(answer.out.split())
    assert "No. What rests on the reference is inconclusive" in told
    assert "blocking: The reference holds people who are audited" in told


def test_a_reference_with_other_columns_is_refused(
    call: Call, inputs: tuple[object, ...], tmp_path: Path
) -> None:
    (tmp_path / "other.csv").write_text("age,sex\n40,M\n41,F\n")
    answer = call("measure", *inputs, "--reference", tmp_path / "other.csv", *MEASURED)
    assert answer.code == 3
    assert "reference: lacks `zip`, `income`, `diagnosis`" in " ".join(answer.err.split())


def test_a_reference_may_come_from_the_environment(
    call: Call, inputs: tuple[object, ...], tables: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTHGATE_REFERENCE", str(tables / "reference.csv"))
    told = json.loads(call("preflight", *inputs, "--json").out)
    assert "reference_unused" in {fact["code"] for fact in told["preflight"]}


def test_preflight_without_a_holdout_says_what_can_be_done(
    call: Call, inputs: tuple[object, ...], tables: Path
) -> None:
    told = " ".join(call("preflight", *inputs).out.split())
    assert "What to do without a holdout" in told
    assert "1. Hold out and generate again." in told
    assert "Never make a holdout of synthetic records" in told
    given = call("preflight", *inputs, "--holdout", tables / "holdout.csv")
    assert "What to do without a holdout" not in given.out


LEVEL = "zq7rare"


def grouped(tables: Path, folder: Path, groups: str) -> Path:
    """Write tables with one telling level, and a project that declares groups."""
    for side in ("real", "synthetic", "holdout"):
        text = (tables / f"{side}.csv").read_text()
        (folder / f"{side}.csv").write_text(text.replace(",a\n", f",{LEVEL}\n"))
    project = folder / "audit.yaml"
    project.write_text(
        "schema: synthgate.project/v1\n"
        "release: {real: real.csv, synthetic: synthetic.csv, holdout: holdout.csv}\n"
        "columns: {diagnosis: {alias: C7}}\n"
        f"groups: {groups}\n"
    )
    return project


def test_declared_groups_are_measured_and_no_level_of_them_leaves(
    call: Call, tables: Path, tmp_path: Path
) -> None:
    groups = f"{{women: {{sex: F}}, few: {{diagnosis: [{LEVEL}]}}}}"
    project, out = grouped(tables, tmp_path, groups), tmp_path / "out"
    words = ("--only", "attribute-inference-worst-case", "--controls", "off", "--jobs", "1")
    answer = call("run", project, *words, "--out", out, "--format", "html,md,json,junit,sarif")
    assert answer.code in (10, 11), answer.err
    declared = json.loads((out / "declared.json").read_bytes())
    assert declared["groups"] == {"few": ["C7"], "women": ["sex"]}
    [result] = [
        r for r in json.loads((out / "run.json").read_bytes())["results"] if r["measurements"]
    ]
    assert "women" in {m["scope"].get("subset") for m in result["measurements"]}
    # About 24 of 120 people: too few to be shown.
    [said] = [c for c in result["caveats"] if c["code"] == "groups_too_small"]
    assert said["columns"] == ["few"]
    page = (out / "report.html").read_text()
    assert "few (by C7) and women (by sex)" in " ".join(page.split())
    for path in out.iterdir():
        assert LEVEL.encode() not in path.read_bytes(), path.name
    for name in ("summary.md", "junit.xml", "results.sarif"):
        assert "women" not in (out / name).read_text()


def test_faulty_groups_are_told_with_line_and_hint(
    call: Call, tables: Path, tmp_path: Path
) -> None:
    answer = call("preflight", grouped(tables, tmp_path, "{others: {sex: F}}"))
    assert answer.code == 3
    assert "line 4: groups.others: is the name of a part" in answer.err
    answer = call("preflight", grouped(tables, tmp_path, "{women: {sex: Woman, sexx: F}}"))
    assert answer.code == 3
    told = " ".join(answer.err.split())
    assert "no record of real or holdout has `Woman` in column `sex`" in told
    assert "real: has no column `sexx`" in told
    assert "Spell columns and levels of a group" in told
