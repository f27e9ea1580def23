"""diff: two graded runs side by side, on the screen, as JSON, for a pull request, as a gate."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

import audit
from audit.api import save
from audit.api.judging import grade
from audit.facts.measurement import AuditRun
from audit.wire.schemas import schema
from tests.cli.conftest import Call
from tests.golden.test_golden import copied, small
from tests.policy.sample import declared, measured, safe_run, with_measurements
from tests.policy.test_comparison import current, renewed


def saved(folder: Path, run: AuditRun) -> Path:
    save(grade(current(run), declared=declared()), folder, formats=("json",))
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    shaky = measured("excess", (0.035, 0.025, 0.045))
    saved(folder / "old", safe_run())
    saved(folder / "same", renewed(safe_run()))
    saved(folder / "worse", renewed(copied()))
    saved(folder / "rising", with_measurements(renewed(safe_run()), "linkability", shaky))
    saved(folder / "others", renewed(small()))
    return folder


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("old", "new", "gated"),
    [("old", "same", 0), ("old", "worse", 10), ("worse", "worse", 0), ("old", "others", 11)],
)
def test_the_gate_answers_for_regressions_only(
    call: Call, runs: Path, old: str, new: str, gated: int
) -> None:
    assert call("diff", runs / old, runs / new).code == 0
    answer = call("diff", runs / old, runs / new, "--gate")
    assert answer.code == gated
    assert f"Regression gate: exit code {gated}" in answer.out


def test_what_bars_a_comparison_is_said_first(call: Call, runs: Path) -> None:
    lines = call("diff", runs / "old", runs / "others").out.splitlines()
    assert lines[0] == "The two audits cannot be compared."
    why = lines.index("Why they cannot be compared")
    assert lines[why + 1].startswith("  - Other real records: 10,000 people, then 2,000 people.")
    assert all(not line.startswith("  - ") for line in lines[:why])
    assert "So nothing below says" in flat("\n".join(lines))


def test_it_says_what_regressed_and_that_it_approves_nothing(call: Call, runs: Path) -> None:
    told = flat(call("diff", runs / "old", runs / "worse").out)
    assert told.startswith("3 rules regressed. From run ")
    assert "COPY-1 Rare people copied: excess: met (0, limit 0.10 points) -> not met (0.90" in told
    assert "worse beyond the intervals" in told
    assert "A comparison approves nothing. The verdict on the new release stands: Criteria" in told
    quiet = flat(call("diff", runs / "worse", runs / "worse", "--gate").out)
    assert "No regression is no approval. The verdict on the new release stands: Criteria" in quiet
    assert "synthetic" in quiet or "same run" in quiet


def test_json_keeps_its_schema_and_lists_everything(call: Call, runs: Path) -> None:
    answer = call("diff", runs / "old", runs / "worse", "--json", "--gate")
    found = json.loads(answer.out)
    assert answer.code == found["gate_code"] == 10
    jsonschema.Draft202012Validator(schema("diff")).validate(found)
    assert found["moves"]["regressed"] == 3
    assert sum(found["trends"].values()) == len(found["measurements"])
    assert found["new"]["exit_code"] == 10
    copy = next(rule for rule in found["rules"] if rule["rule"] == "COPY-1")
    assert (copy["old"]["own"], copy["new"]["own"], copy["trend"]) == ("pass", "fail", "worse")
    assert copy["old"]["numbers"]["exact"]


def test_a_pull_request_sees_no_column(call: Call, runs: Path) -> None:
    answer = call("diff", runs / "old", runs / "worse", "--format", "md")
    assert answer.code == 0
    assert answer.out.startswith("# 3 rules regressed.\n")
    assert "| COPY-1 | Rare people copied: excess | met: 0, exact;" in answer.out
    assert "income" not in answer.out
    assert "Regression gate" not in answer.out


def test_a_run_and_its_verdict_alone_will_do(call: Call, runs: Path, tmp_path: Path) -> None:
    for name in ("run.json", "verdict.json"):
        shutil.copy(runs / "worse" / name, tmp_path / name)
    answer = call("diff", runs / "old" / "run.json", tmp_path / "run.json", "--gate")
    assert answer.code == 10


def test_a_run_without_a_verdict_is_graded_first(call: Call, runs: Path, tmp_path: Path) -> None:
    for name in ("run.json", "declared.json"):
        shutil.copy(runs / "worse" / name, tmp_path / name)
    assert call("diff", runs / "old", tmp_path, "--gate").code == 10


@pytest.mark.parametrize(
    ("name", "code"), [("nowhere", 3), ("old", 5)], ids=["missing", "tampered"]
)
def test_what_cannot_be_read_gates_nothing(
    call: Call, runs: Path, tmp_path: Path, name: str, code: int
) -> None:
    target = tmp_path / name
    if name == "old":
        shutil.copytree(runs / "old", target)
        text = (target / "run.json").read_text()
        (target / "run.json").write_text(text.replace('"seed":7', '"seed":8'))
    assert call("diff", runs / "old", target, "--gate").code == code


def test_from_python_it_takes_assessments_and_folders(runs: Path) -> None:
    new = audit.load(runs / "worse")
    found = audit.diff(runs / "old", new)
    assert found.gate_code == 10
    assert audit.diff(str(runs / "old"), runs / "worse").rules == found.rules
