"""grade and render need no table: they work on what a run left."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Call


def tampered(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_grading_again_gives_the_same_verdict(call: Call, finished: Path, tmp_path: Path) -> None:
    answer = call("grade", finished, "--out", tmp_path / "again", "--format", "json", "--quiet")
    assert answer.code == 11
    for name in ("run.json", "policy.json", "declared.json", "verdict.json"):
        assert (tmp_path / "again" / name).read_bytes() == (finished / name).read_bytes()


def test_grading_works_on_a_lone_run_and_assumes_the_worst(
    call: Call, finished: Path, tmp_path: Path
) -> None:
    shutil.copy(finished / "run.json", tmp_path / "run.json")
    answer = call("grade", tmp_path / "run.json", "--json")
    verdict = json.loads(answer.out)
    assert answer.code == 11
    assert verdict["policy"]["id"] == "gdpr-anonymisation-wp29"
    assert verdict["context"] == "public"


def test_grading_under_another_policy(call: Call, finished: Path) -> None:
    answer = call(
        "grade", finished, "--policy", "internal-sharing", "--context", "internal", "--json"
    )
    verdict = json.loads(answer.out)
    assert verdict["policy"]["id"] == "internal-sharing"
    assert verdict["context"] == "internal"


def test_a_policy_in_a_context_that_it_does_not_allow_answers_3(call: Call, finished: Path) -> None:
    answer = call("grade", finished, "--policy", "internal-sharing", "--context", "public")
    assert answer.code == 3
    assert "internal-sharing" in answer.err


def test_report_only_answers_0(call: Call, finished: Path) -> None:
    assert call("grade", finished, "--report-only", "--quiet").code == 0


def test_rendering_beside_the_facts_seals_the_folder_again(call: Call, finished: Path) -> None:
    seals = ("manifest.json", "attestation.json")
    facts = {p.name: p.read_bytes() for p in finished.glob("*.json") if p.name not in seals}
    answer = call("render", finished, "--format", "md,junit")
    assert answer.code == 0
    assert "summary.md" in answer.out
    listed = json.loads((finished / "manifest.json").read_bytes())["files"]
    assert {"summary.md", "junit.xml"} <= {entry["name"] for entry in listed}
    assert {name: (finished / name).read_bytes() for name in facts} == facts


def test_rendering_elsewhere_takes_the_facts_along(
    call: Call, finished: Path, tmp_path: Path
) -> None:
    answer = call("render", finished, "--format", "html", "--out", tmp_path / "elsewhere")
    assert answer.code == 0
    assert (tmp_path / "elsewhere" / "report.html").is_file()
    assert (tmp_path / "elsewhere" / "verdict.json").read_bytes() == (
        finished / "verdict.json"
    ).read_bytes()


def test_rendering_a_lone_run_says_to_grade_it(call: Call, finished: Path, tmp_path: Path) -> None:
    shutil.copy(finished / "run.json", tmp_path / "run.json")
    answer = call("render", tmp_path / "run.json")
    assert answer.code == 2
    assert "synthgate grade" in answer.err


def test_a_run_that_was_changed_after_its_verdict_answers_5(call: Call, finished: Path) -> None:
    tampered(finished / "run.json", '"tool":"synthgate"', '"tool":"synthgatf"')
    answer = call("render", finished)
    assert answer.code == 5
    assert "run.json" in answer.err


def test_a_policy_that_was_changed_after_its_verdict_answers_5(call: Call, finished: Path) -> None:
    tampered(finished / "policy.json", '"expires_months":12', '"expires_months":13')
    assert call("grade", finished).code == 5


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_where_there_is_no_run(call: Call, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    answer = call("grade", tmp_path / name)
    assert answer.code == 3
    assert f"there is no run at {name}" in answer.err


def test_a_malformed_run_answers_3_and_quotes_nothing(call: Call, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"schema": "Zq7-canary"}')
    answer = call("grade", tmp_path)
    assert answer.code == 3
    assert "Zq7-canary" not in answer.err


@pytest.mark.parametrize("command", [("grade",), ("render", "--format", "md,junit,sarif,json")])
def test_no_library_that_handles_tables_is_imported(
    finished: Path, command: tuple[str, ...]
) -> None:
    program = (
        "import sys\n"
        "from audit.cli.boundary import guarded\n"
        "from audit.cli.main import app\n"
        f"sys.argv = ['synthgate', *{command!r}, {str(finished)!r}]\n"
        "code = guarded(app)\n"
        "assert code in (0, 11), code\n"
        "heavy = ('numpy', 'pandas', 'pyarrow', 'scipy', 'sklearn', 'faiss', 'audit.data',\n"
        "         'audit.contract', 'audit.harness')\n"
        "loaded = [name for name in heavy if name in sys.modules]\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
