"""What verify says of a folder beside tampering: what has ended, is missing, or is strange."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from audit.api import grade, save
from audit.api.judging import write_into
from audit.errors import DataError
from audit.evidence.execution import execution_to_bytes
from audit.evidence.renditions import Renditions
from audit.evidence.verification.held import read_folder
from audit.facts.judgement import Declared
from audit.facts.measurement import AuditRun, InputFacts
from audit.facts.verification import Code, State, Step, Verification, Weight
from audit.version import VERSION
from tests.evidence import sealed
from tests.policy.sample import declared, safe_run
from tests.policy.test_waivers import LK1, stated


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sealed.write(tmp_path_factory.mktemp("verification") / "run")


def told(found: Verification, code: Code) -> dict[str, str]:
    return {r.file: r.detail for r in found.remarks if r.code is code}


# --- what has ended ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 9, 30), {Code.NOT_YET_GRADED}),
        (date(2026, 10, 1), set()),
        (date(2026, 11, 1), set()),
        (date(2026, 11, 2), {Code.WAIVER_EXPIRED}),
        (date(2027, 10, 1), {Code.WAIVER_EXPIRED}),
        (date(2027, 10, 2), {Code.WAIVER_EXPIRED, Code.TOO_OLD}),
    ],
)
def test_what_has_expired_is_a_warning_and_no_tampering(
    folder: Path, day: date, expected: set[Code]
) -> None:
    """The waiver holds until 1 November, the verdict for twelve months."""
    found = sealed.look(folder, on=day)
    assert found.exit_code == 0
    assert sealed.codes(found, Weight.WARNING) == expected | {Code.UNSIGNED}
    assert found.state(Step.VALIDITY) is (State.WARNING if expected else State.OK)


def test_a_waiver_that_did_not_hold_on_the_day_of_the_run_is_told(tmp_path: Path) -> None:
    """Graded as of a day on which it held, but run on another."""
    made = sealed.assessment()
    assert made.execution is not None
    day = made.execution.ended.replace(month=12)
    late = execution_to_bytes(replace(made.execution, started=day, ended=day))
    found = sealed.look(sealed.write(tmp_path, instead={"execution.json": late}))
    assert found.intact
    assert told(found, Code.WAIVER_NOT_VALID_AT_RUN) == {
        "W-1": "2026-09-01 to 2026-11-01, run 2026-12-01"
    }
    assert told(found, Code.GRADED_BEFORE_MEASURED) == {"verdict.json": "2026-10-01, 2026-12-01"}


def test_checks_that_have_moved_on_are_told(tmp_path: Path) -> None:
    """The sample is of the first version of each check; six have another one today."""
    assessment = grade(safe_run(), declared=declared())
    save(assessment, tmp_path / "old", formats=["json"])
    found = sealed.look(tmp_path / "old")
    assert found.intact
    assert Code.UNDATED in sealed.codes(found, Weight.NOT_CHECKED)


def test_a_verdict_of_the_time_before_checks_moved_on_still_follows(tmp_path: Path) -> None:
    """Graded when every check was current: today's grading would leave rules open."""
    from audit.api import Assessment
    from audit.policy.grade import grade as apply
    from audit.policy.load import resolve

    policy = resolve("gdpr-anonymisation-wp29")
    then = apply(policy, safe_run(), declared())
    save(Assessment(safe_run(), then, policy, declared()), tmp_path / "then", formats=["json"])
    assert grade(safe_run(), declared=declared()).verdict != then
    assert sealed.look(tmp_path / "then").intact


def test_nobody_can_call_a_check_old_that_is_current(tmp_path: Path) -> None:
    """With today's versions everywhere, a verdict that calls one old does not follow."""
    from audit.api import Assessment
    from audit.facts.versions import VERSIONS
    from audit.policy.grade import grade as apply
    from audit.policy.load import resolve

    policy, run = resolve("gdpr-anonymisation-wp29"), sealed.today(safe_run())
    older = {**VERSIONS, "linkability": 9}
    false = apply(policy, run, declared(), versions=older)
    save(Assessment(run, false, policy, declared()), tmp_path / "false", formats=["json"])
    found = sealed.look(tmp_path / "false")
    assert (Step.GRADING, Code.VERDICT_DIFFERS, "verdict.json") in sealed.told(found)


# --- what is not there ---------------------------------------------------------------------------


def test_a_run_that_was_measured_only_is_verified_as_far_as_it_goes(tmp_path: Path) -> None:
    files = sealed.assessment().to_files()
    kept = {n: files[n] for n in ("run.json", "declared.json", "execution.json")}
    write_into(tmp_path, kept, Renditions({}))
    found = sealed.look(tmp_path, rendered=True)
    assert found.intact
    assert found.verdict == ""
    assert found.state(Step.FILES) is State.OK
    assert found.state(Step.GRADING) is State.NOT_CHECKED
    assert found.state(Step.RENDITIONS) is State.NOT_CHECKED
    assert Step.PAPER not in found.steps
    (tmp_path / "run.json").write_bytes(files["run.json"] + b" ")
    assert not sealed.look(tmp_path).intact


def test_a_run_that_was_never_finished_is_no_whole_one(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(sealed.assessment().to_files()["run.json"])
    found = sealed.look(tmp_path)
    assert found.exit_code == 5
    missing = {file for _, code, file in sealed.told(found) if code is Code.MISSING}
    assert missing == {"manifest.json", "SHA256SUMS", "attestation.json"}


@pytest.mark.parametrize("name", ["policy.json", "declared.json"])
def test_a_verdict_that_follows_from_nothing_is_told(tmp_path: Path, name: str) -> None:
    found = sealed.look(sealed.write(tmp_path, instead={name: None, "report.pdf": None}))
    assert sealed.codes(found) == {Code.VERDICT_WITHOUT_FACTS}


def test_no_run_at_all(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "absent"):
        with pytest.raises(DataError, match="there is no run"):
            read_folder(place)


# --- what is strange -----------------------------------------------------------------------------


def test_what_is_no_file_is_told_and_not_followed(tmp_path: Path) -> None:
    place = sealed.write(tmp_path / "run")
    (tmp_path / "elsewhere").write_bytes((place / "summary.md").read_bytes())
    (place / "summary.md").unlink()
    (place / "summary.md").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(place / "pipe")
    (place / "empty").mkdir()
    (place / "deep" / "deeper").mkdir(parents=True)
    (place / "deep" / "deeper" / "x").write_text("x")
    (place / "linked").symlink_to(tmp_path)
    strange = {r.file for r in sealed.look(place).remarks if r.step is Step.FILES}
    assert strange == {"summary.md", "pipe", "empty", "deep/deeper", "linked", "SHA256SUMS"}


def test_hostile_names_are_inert(tmp_path: Path) -> None:
    place = sealed.write(tmp_path / "run")
    (place / "\x1b[31mred\u202e").write_text("x")
    (place / os.fsdecode(b"\xff.txt")).write_text("x")
    found = sealed.look(place)
    extra = sorted(told(found, Code.EXTRA))
    assert extra == [".txt", "[31mred"]
    (place / "\x1b[31mred\u202e").unlink()
    (place / os.fsdecode(b"\xff.txt")).unlink()
    assert sealed.look(place).intact


def test_too_many_files_are_no_run(tmp_path: Path) -> None:
    place = sealed.write(tmp_path / "run")
    for number in range(1000):
        (place / f"{number}.txt").touch()
    with pytest.raises(DataError, match="more than 1000 files"):
        read_folder(place)


def test_a_folder_of_a_newer_program_says_so(folder: Path) -> None:
    held = read_folder(folder).files
    newer = held["manifest.json"].replace(f'"{VERSION}"'.encode(), b'"9.0.0"')
    found = sealed.look({**held, "manifest.json": newer})
    assert told(found, Code.OTHER_VERSION) == {"": "9.0.0"}
    assert found.written_by == "9.0.0"


# --- tables --------------------------------------------------------------------------------------


def bound(**digests: str | None) -> AuditRun:
    run = safe_run()
    inputs = {side: InputFacts(10, 3, digest) for side, digest in digests.items()}
    return replace(run, provenance=replace(run.provenance, inputs=inputs))


def test_tables_are_held_against_the_digests_of_the_run(tmp_path: Path) -> None:
    run = bound(real="b" * 64, synthetic="a" * 64, holdout=None)
    save(grade(run, declared=Declared()), tmp_path / "run", formats=["json"])
    same = sealed.look(tmp_path / "run", digests={"real": "b" * 64, "synthetic": "a" * 64})
    assert same.intact
    assert same.state(Step.TABLES) is State.OK
    given = {"real": "c" * 64, "synthetic": "d" * 64, "holdout": "e" * 64, "reference": "f" * 64}
    other = sealed.look(tmp_path / "run", digests=given)
    assert set(told(other, Code.OTHER_TABLE)) == {"real", "synthetic"}
    assert set(told(other, Code.NOT_BOUND)) == {"holdout"}
    assert set(told(other, Code.NOT_IN_RUN)) == {"reference"}
    assert sealed.look(tmp_path / "run").state(Step.TABLES) is State.NOT_CHECKED


# --- renditions ----------------------------------------------------------------------------------


def test_renditions_are_made_again_and_compared(tmp_path: Path) -> None:
    """The summary says something else, and whoever changed it sealed the folder anew."""
    made = sealed.paper()
    place = sealed.write(tmp_path / "run", instead={"report.pdf": None})
    assert sealed.look(place, rendered=True).state(Step.RENDITIONS) is State.OK
    better = made["summary.md"].replace(b"waiver", b"nothing")
    assert better != made["summary.md"]
    place = sealed.write(tmp_path / "other", instead={"summary.md": better, "report.pdf": None})
    assert sealed.look(place).intact
    found = sealed.look(place, rendered=True)
    assert sealed.told(found) == {(Step.RENDITIONS, Code.RENDITION_DIFFERS, "summary.md")}


def test_what_was_marked_as_report_only_is_the_same_again(tmp_path: Path) -> None:
    assessment = sealed.assessment()
    save(assessment, tmp_path / "run", formats=["html", "md", "junit"], report_only=True)
    assert sealed.look(tmp_path / "run", rendered=True).intact


# --- weight --------------------------------------------------------------------------------------


def test_verifying_needs_nothing_heavy(folder: Path) -> None:
    program = (
        "import sys, audit; found = audit.verify(sys.argv[1]); assert found.intact; "
        "heavy = {'numpy', 'pandas', 'pyarrow', 'scipy', 'sklearn', 'matplotlib', 'weasyprint', "
        "'cryptography', 'pyhanko'} & set(sys.modules); assert not heavy, heavy"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_a_waiver_that_nobody_used_ends_nothing(tmp_path: Path) -> None:
    """LK-1 passes, so its waiver is not needed, and its end is nobody's concern."""
    run = sealed.today(safe_run())
    assessment = grade(run, declared=stated(LK1), as_of=sealed.GRADED)
    save(assessment, tmp_path / "run", formats=["json"])
    found = sealed.look(tmp_path / "run", on=date(2026, 12, 1))
    assert Code.WAIVER_EXPIRED not in sealed.codes(found, Weight.WARNING)
