"""What a user would see: releases with known truth, tables from elsewhere, interrupted runs."""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import audit
from fixtures.make import EXPECTED, make, write_release
from tests.command import FEW, Answer, call, hear_interrupts

JSON = ("--format", "json")
SWIFT = (*FEW, "--controls", "off", *JSON)
"""Every check, without the planted controls."""
VERDICTS = {0: "met", 10: "not_met", 11: "inconclusive"}
ROWS = {"fresh": 4000, "noisy-copies": 4000, "copies-1": 1000}
"""A private release is met under internal-sharing, and what leaks little is found, at these."""
FEWER = 500
"""Rows at which what else is wrong with a release, or with its holdout, already shows."""


def facts(folder: Path, name: str = "run") -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / f"{name}.json").read_bytes())
    return read


def failing(verdict: Mapping[str, Any]) -> set[str]:
    return {f["rule"] for f in verdict["findings"] if f["status"] == "fail"}


# --- releases with known truth -------------------------------------------------------------------


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("releases")
    for name in EXPECTED:
        write_release(name, make(name, ROWS.get(name, FEWER)), folder / name)
    return folder


@pytest.fixture(scope="module")
def fresh(releases: Path) -> tuple[Answer, Path]:
    """Return the answer and the folder of an audit that is met."""
    out = releases / "fresh-report"
    words = ("--jobs", 1, "--format", "html,md", "--out", out)
    return call("run", releases / "fresh" / "audit.yaml", *words), out


def test_a_private_release_is_met(fresh: tuple[Answer, Path]) -> None:
    answer, out = fresh
    assert answer.code == 0, answer.text
    assert answer.text.startswith("Criteria met")
    verdict = facts(out, "verdict")
    assert verdict["status"] == "met"
    assert verdict["coverage"]["passed"] == verdict["coverage"]["required"]
    assert failing(verdict) == set()
    assert {r["status"] for r in facts(out)["results"]} == {"measured"}


def test_no_page_says_more_than_was_shown(fresh: tuple[Answer, Path]) -> None:
    answer, out = fresh
    page = re.sub(r"(?s)<style>.*?</style>|<[^>]*>", " ", (out / "report.html").read_text())
    said = f"{answer.text} {page} {(out / 'summary.md').read_text()}".casefold()
    for word in ("compliant", "certified", "zero risk", "risk-free", "guaranteed"):
        assert word not in said
    # Whoever says `anonymous` says that nobody has determined it.
    claims = [sentence for sentence in said.split(".") if "anonymous" in sentence]
    assert claims
    assert all(re.search(r"\b(not|nor|no|whether)\b", claim) for claim in claims), claims


@pytest.fixture(scope="module")
def graded(releases: Path) -> dict[str, tuple[Answer, Path]]:
    """Return the audit of every release that leaks or cannot be judged, made when asked for."""

    class Made(dict[str, tuple[Answer, Path]]):
        def __missing__(self, name: str) -> tuple[Answer, Path]:
            out = releases / f"{name}-report"
            answer = call("run", releases / name / "audit.yaml", *SWIFT, "--out", out)
            return self.setdefault(name, (answer, out))

    return Made()


@pytest.mark.parametrize("name", [n for n, truth in EXPECTED.items() if truth == "not_met"])
def test_a_release_that_leaks_is_not_met(graded: dict[str, tuple[Answer, Path]], name: str) -> None:
    answer, out = graded[name]
    assert answer.code == 10, answer.text
    verdict = facts(out, "verdict")
    assert verdict["status"] == "not_met"
    seen_by = "MI-1" if name == "noisy-copies" else "COPY-1"
    assert seen_by in failing(verdict)
    assert "LEAK-1" in failing(verdict) or name in ("noisy-copies", "pseudonymised")


@pytest.mark.parametrize("name", [n for n, truth in EXPECTED.items() if truth == "never_met"])
def test_a_release_that_cannot_be_judged_is_never_met(
    graded: dict[str, tuple[Answer, Path]], name: str
) -> None:
    answer, out = graded[name]
    assert answer.code in (10, 11), answer.text
    assert facts(out, "verdict")["status"] == VERDICTS[answer.code]


@pytest.mark.parametrize(
    ("name", "fact", "severity"),
    [
        ("contaminated-holdout", "holdout-overlap", "blocking"),
        ("foreign-holdout", "holdout-fairness", "blocking"),
        ("swapped-holdout", "holdout-swapped", "blocking"),
        ("no-holdout", "holdout-present", "warning"),
    ],
)
def test_what_is_wrong_with_the_holdout_is_named(
    graded: dict[str, tuple[Answer, Path]], name: str, fact: str, severity: str
) -> None:
    # The reason, and not the size of the sample, is what keeps the release from being met.
    assert graded[name][0].code == 11
    found = {f["id"]: f["status"] for f in facts(graded[name][1])["preflight"]}
    assert found[fact] == severity


def test_the_deciding_sentence_tells_how_many_people(
    graded: dict[str, tuple[Answer, Path]],
) -> None:
    said = graded["copies-5"][0].text
    counted = re.search(r"([\d,]+) of ([\d,]+) rare people are reproduced exactly", said)
    assert counted is not None or "identifying values of real people return" in said
    assert "COPY-1 not met" in said
    assert "Exit code 10 (criteria not met)." in said


def test_report_only_answers_0_and_marks_the_page(releases: Path, tmp_path: Path) -> None:
    words = (*SWIFT[:-1], "html", "--only", "identical-match", "--report-only")
    answer = call("run", releases / "copies-20" / "audit.yaml", *words, "--out", tmp_path / "out")
    assert answer.code == 0
    assert facts(tmp_path / "out", "verdict")["status"] == "not_met"
    assert 'class="report-only"' in (tmp_path / "out" / "report.html").read_text()


def test_the_demo_answers_0_and_tells_the_code_of_a_gate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release("demo", make("demo", 300), tmp_path / "demo")
    monkeypatch.setattr("audit.cli.bundled.demo_project", lambda: tmp_path / "demo" / "audit.yaml")
    answer = call("demo", "--out", tmp_path / "out", "--format", "html,json")
    assert answer.code == 0
    assert "answers 0; a gate would get 10 (criteria not met)" in answer.text
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000


# --- last year's run -----------------------------------------------------------------------------

HEAVY = ("numpy", "pandas", "pyarrow", "scipy", "sklearn", "faiss", "audit.data", "audit.harness")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("grade", "{run}"), 11),  # a lone run.json: nothing is declared, the worst is assumed
        (("grade", "{folder}"), 0),
        (("grade", "{folder}", "--out", "{out}", "--format", "md,junit,sarif"), 0),
        (("render", "{folder}", "--out", "{out}", "--format", "md,junit,sarif"), 0),
    ],
)
def test_grade_and_render_need_no_table_and_no_library_for_tables(
    fresh: tuple[Answer, Path], tmp_path: Path, words: tuple[str, ...], code: int
) -> None:
    shutil.copytree(fresh[1], tmp_path / "kept")
    (tmp_path / "alone").mkdir()
    shutil.copy(fresh[1] / "run.json", tmp_path / "alone" / "run.json")
    places = {"run": "alone/run.json", "folder": "kept", "out": "out"}
    program = (
        "import sys\n"
        "from audit.cli.boundary import guarded\n"
        "from audit.cli.main import app\n"
        "code = guarded(app)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *(word.format(**places) for word in words)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(audit.__file__).parents[1])},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"
    assert done.stdout


def test_a_run_can_be_held_against_another_policy(fresh: tuple[Answer, Path]) -> None:
    strict = ("--policy", "gdpr-anonymisation-wp29", "--context", "public")
    answer = call("grade", fresh[1], *strict, "--json")
    verdict = json.loads(answer.out)
    assert answer.code == 11
    assert (verdict["policy"]["id"], verdict["context"]) == (strict[1], "public")
    assert verdict["run_sha256"] == facts(fresh[1], "verdict")["run_sha256"]
    # What the first policy does not ask for is open under the second, and nothing has failed.
    assert failing(verdict) == set()
    assert call("grade", fresh[1], "--context", "public").code == 3


# --- runs that do not end ------------------------------------------------------------------------


def synthgate(*words: object, **how: Any) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "audit", *map(str, words)],
        cwd=Path(audit.__file__).parents[1],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **{"preexec_fn": hear_interrupts, **how},
    )


@pytest.fixture
def yesterday(graded: dict[str, tuple[Answer, Path]], tmp_path: Path) -> Path:
    """Return a folder with the verdict of an earlier run."""
    shutil.copytree(graded["no-holdout"][1], tmp_path / "out")
    return tmp_path / "out"


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith(".partial-")}


@pytest.mark.skipif(os.name != "posix", reason="signals are a matter of POSIX")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_a_killed_run_leaves_no_verdict_beside_other_data(
    releases: Path, yesterday: Path, number: signal.Signals, code: int
) -> None:
    before = (yesterday / "verdict.json").read_bytes()
    previous = yesterday.with_name("out.previous")
    with synthgate("run", releases / "fresh" / "audit.yaml", "--out", yesterday) as process:
        deadline = time.monotonic() + 60
        while not previous.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.3)
        process.send_signal(number)
        printed = b"".join(process.communicate(timeout=60))
        assert process.returncode == code
    assert b"Traceback" not in printed
    assert names(yesterday) == set()
    assert (previous / "verdict.json").read_bytes() == before
    # The folder is ours: the next run takes it without a question.
    again = call("run", releases / "no-holdout" / "audit.yaml", *SWIFT, "--out", yesterday)
    assert again.code == 11
    assert (yesterday / "verdict.json").read_bytes() == before


def test_a_refused_run_leaves_no_verdict_beside_other_data(releases: Path, yesterday: Path) -> None:
    shutil.copytree(releases / "no-holdout", yesterday.parent / "bad")
    (yesterday.parent / "bad" / "real.parquet").write_bytes(b"PAR1 and nothing else")
    answer = call("run", yesterday.parent / "bad" / "audit.yaml", *SWIFT, "--out", yesterday)
    assert answer.code == 3
    assert names(yesterday) == set()
    assert (yesterday.with_name("out.previous") / "verdict.json").is_file()


@pytest.mark.skipif(sys.platform != "linux", reason="limits on files are not the same elsewhere")
def test_a_full_disk_leaves_no_half_written_file(releases: Path, tmp_path: Path) -> None:
    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000))

    project, out = releases / "no-holdout" / "audit.yaml", tmp_path / "out"
    with synthgate("run", project, *SWIFT, "--out", out, preexec_fn=small_disk) as process:
        printed = b"".join(process.communicate(timeout=60))
    assert process.returncode == 4, printed
    assert b"could not be written" in printed
    assert list(out.iterdir()) == []


def test_a_deadline_leaves_questions_open_and_is_no_error(releases: Path, tmp_path: Path) -> None:
    words = (*JSON, "--jobs", 1, "--timeout", 1, "--out", tmp_path / "out")
    answer = call("run", releases / "fresh" / "audit.yaml", *words)
    assert answer.code == 11, answer.text
    assert "timeout" in {r["reason_code"] for r in facts(tmp_path / "out")["results"]}
    assert facts(tmp_path / "out")["preflight"]


def test_too_little_memory_ends_with_a_word_on_it(releases: Path, tmp_path: Path) -> None:
    words = (*SWIFT, "--max-memory", "32MiB", "--out", tmp_path / "out")
    answer = call("run", releases / "fresh" / "audit.yaml", *words)
    assert answer.code == 4
    assert "Allow more with --max-memory" in answer.text
    assert names(tmp_path / "out") == set()


# --- tables from elsewhere -----------------------------------------------------------------------

SHARED = Path(
    os.environ.get("SYNTHGATE_DATA", Path(__file__).parents[1].parent / "shared" / "data")
)
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"no tables under {SHARED}")


def census(synthetic: str, *sides: str) -> tuple[object, ...]:
    paths = {side: SHARED / "census2k" / f"{side}.csv" for side in sides}
    given = {**paths, "synthetic": SHARED / "census2k" / f"synthetic_{synthetic}.csv"}
    return tuple(word for side, path in given.items() for word in (f"--{side}", path))


@pytest.mark.shared_data
@needs_shared
def test_a_flipped_copy_is_not_met_and_the_sentence_says_why(tmp_path: Path) -> None:
    words = (*census("flip30", "real", "holdout"), *SWIFT, "--out", tmp_path / "out")
    answer = call("run", *words)
    assert answer.code == 10
    deciding = r"\d+ of [\d,]+ rare people are reproduced exactly in the synthetic data"
    assert re.search(deciding, answer.text)
    assert {"COPY-1", "SO-1", "LK-1", "IN-1", "MI-1", "MI-2"} <= failing(
        facts(tmp_path / "out", "verdict")
    )


@pytest.mark.shared_data
@needs_shared
def test_a_generator_that_generalises_is_not_accused(tmp_path: Path) -> None:
    words = (*census("mostly", "real", "holdout"), *SWIFT, "--out", tmp_path / "out")
    answer = call("run", *words)
    assert answer.code == 11
    assert failing(facts(tmp_path / "out", "verdict")) == set()


@pytest.mark.shared_data
@needs_shared
@pytest.mark.parametrize(("synthetic", "code"), [("flip30", 10), ("mostly", 11)])
def test_two_bare_files_catch_copies_and_say_what_is_missing(
    tmp_path: Path, synthetic: str, code: int
) -> None:
    words = (*census(synthetic, "real"), *SWIFT[:-1], "html", "--out", tmp_path / "out")
    answer = call("run", *words)
    assert answer.code == code
    verdict = facts(tmp_path / "out", "verdict")
    # 30 % of the cells flipped: some people return as they are, more of them but for one value.
    assert failing(verdict) == ({"COPY-1", "COPY-2"} if code == 10 else set())
    page = (tmp_path / "out" / "report.html").read_text()
    for told in (answer.text, page, (tmp_path / "out" / "next-steps.yaml").read_text()):
        assert "Give real records that the generator never saw" in told


@pytest.mark.study
@pytest.mark.shared_data
@pytest.mark.timeout(1200)
@needs_shared
def test_adult_takes_less_than_three_minutes_and_three_gibibytes(tmp_path: Path) -> None:
    """49,000 people and 39,000 synthetic records, on two cores; counted in seconds of work."""
    folder = SHARED / "adult"
    tables = {"real": "real", "synthetic": "synthetic_ctgan", "holdout": "holdout"}
    words = [w for side, stem in tables.items() for w in (f"--{side}", folder / f"{stem}.csv")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with synthgate("run", *words, "--jobs", 2, "--out", tmp_path / "out") as process:
        printed = process.communicate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert process.returncode == 11, printed
    assert failing(facts(tmp_path / "out", "verdict")) == set()
    # Work that others do on this machine stretches the clock, not the seconds of the processor.
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert worked < 2 * 180
    # The largest child so far, in kibibytes.
    assert after.ru_maxrss < 3 * 2**20
