"""Waivers from the command line and from Python: named, dated, repeated."""

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import audit
from audit.facts.reasons import WaiverCode
from tests.cli.conftest import QUICK, Call

POLICY = "gdpr-anonymisation-wp29@1.0.0"


def waivers(folder: Path, synthetic: Path, *, more: str = "") -> Path:
    """Write one waiver of the missing impact assessment, from 1 to 30 September 2026."""
    digest = hashlib.sha256(synthetic.read_bytes()).hexdigest()
    file = folder / "waivers.yaml"
    file.write_text(
        "schema: synthgate.waivers/v1\n"
        "waivers:\n"
        "  - id: W-1\n"
        "    rule: DPIA-1\n"
        f"    policy: {POLICY}\n"
        "    context: public\n"
        f"    synthetic_sha256: {digest}\n"
        "    accepts: inconclusive\n"
        "    reason_code: evidence_missing\n"
        "    owner: O. Owner\n"
        "    approver: A. Approver\n"
        "    reason: It is being written.\n"
        "    created: 2026-09-01\n"
        "    expires: 2026-09-30\n" + more
    )
    return file


@pytest.fixture
def file(tables: Path, tmp_path: Path) -> Path:
    return waivers(tmp_path, tables / "synthetic.csv")


def read(folder: Path, name: str) -> dict:
    return json.loads((folder / name).read_bytes())


def codes(verdict: dict) -> list[str]:
    return [note["code"] for note in verdict["waivers"]]


def test_a_grading_can_be_repeated_to_the_byte(
    call: Call, finished: Path, file: Path, tmp_path: Path
) -> None:
    assert read(finished, "declared.json").get("graded_on") is None
    first, again = tmp_path / "first", tmp_path / "again"
    words = ("--as-of", "2026-09-30", "--format", "json,md")
    answer = call("grade", finished, "--waivers", file, "--out", first, *words)
    assert "Waiver W-1 waived: DPIA-1 is inconclusive, and A. Approver accepted it" in answer.out
    assert read(first, "declared.json")["graded_on"] == "2026-09-30"
    assert codes(read(first, "verdict.json")) == ["used"]
    # The waivers now stand in declared.json; the day is the only other input.
    file.unlink()
    call("grade", first, "--out", again, *words, "--quiet")
    for path in first.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes()


def test_the_day_after_the_last_the_own_outcome_is_back(
    call: Call, finished: Path, file: Path
) -> None:
    words = ("grade", finished, "--waivers", file, "--json", "--as-of")
    for day, code, status in (
        ("2026-08-31", "not_yet_valid", "inconclusive"),
        ("2026-09-01", "used", "waived"),
        ("2026-10-01", "expired", "inconclusive"),
    ):
        verdict = json.loads(call(*words, day).out)
        assert codes(verdict) == [code]
        (finding,) = (f for f in verdict["findings"] if f["rule"] == "DPIA-1")
        assert finding["status"] == status


def test_a_day_that_is_none_is_wrong_usage(call: Call, finished: Path) -> None:
    assert call("grade", finished, "--as-of", "2026-02-30").code == 2


def test_a_project_file_may_name_them(call: Call, tables: Path, tmp_path: Path) -> None:
    project = tmp_path / "audit.yaml"
    project.write_text(
        "schema: synthgate.project/v1\n"
        f"release: {{real: '{tables}/real.csv', synthetic: '{tables}/synthetic.csv'}}\n"
        "waivers: waivers.yaml\n"
    )
    out = tmp_path / "out"
    absent = call("run", project, *QUICK, "--out", out)
    assert absent.code == 3
    assert "waivers.yaml cannot be read" in absent.err
    waivers(tmp_path, tables / "synthetic.csv", more="    until: 2027-01-01\n")
    faulty = call("run", project, *QUICK, "--out", out)
    assert faulty.code == 3
    assert "waivers.yaml: line 15: waivers[0].until: is not known here" in faulty.err
    # Nothing was measured and nothing written before the faults were said.
    assert not out.exists()
    waivers(tmp_path, tables / "synthetic.csv")
    before = datetime.now(UTC).date()
    assert call("run", project, *QUICK, "--out", out, "--quiet").code == 11
    day = date.fromisoformat(read(out, "declared.json")["graded_on"])
    assert before <= day <= datetime.now(UTC).date()
    assert len(read(out, "verdict.json")["waivers"]) == 1


def test_what_was_only_measured_keeps_them_for_the_grading(
    call: Call, tables: Path, tmp_path: Path
) -> None:
    project, out = tmp_path / "audit.yaml", tmp_path / "out"
    waivers(tmp_path, tables / "synthetic.csv")
    project.write_text(
        "schema: synthgate.project/v1\n"
        f"release: {{real: '{tables}/real.csv', synthetic: '{tables}/synthetic.csv'}}\n"
        "waivers: waivers.yaml\n"
    )
    assert call("measure", project, *QUICK[:-2], "--out", out, "--quiet").code == 0
    assert "graded_on" not in read(out, "declared.json")
    verdict = json.loads(call("grade", out, "--json", "--as-of", "2026-09-15").out)
    assert codes(verdict) == ["used"]


def test_another_file_another_policy_another_context(
    call: Call, finished: Path, tables: Path, tmp_path: Path
) -> None:
    file = waivers(tmp_path, tables / "real.csv")
    words = ("--json", "--as-of", "2026-09-15", "--waivers", file)
    assert codes(json.loads(call("grade", finished, *words).out)) == ["other_file"]
    file = waivers(tmp_path, tables / "synthetic.csv")
    internal = ("--context", "internal")
    assert codes(json.loads(call("grade", finished, *words, *internal).out)) == ["other_context"]
    other = ("--policy", "internal-sharing", *internal)
    assert codes(json.loads(call("grade", finished, *words, *other).out)) == ["other_policy"]


def test_from_python(finished: Path, file: Path) -> None:
    given = audit.load(finished, waivers=file, as_of=date(2026, 9, 15))
    assert [n.code for n in given.verdict.waivers] == [WaiverCode.USED]
    late = audit.grade(
        given.run, policy=given.policy, declared=given.declared, as_of=date(2026, 10, 1)
    )
    assert [n.code for n in late.verdict.waivers] == [WaiverCode.EXPIRED]
    today = audit.grade(given.run, policy=given.policy, declared=given.declared)
    assert today.declared.graded_on is not None
    assert today.declared.graded_on >= date(2026, 9, 1)
