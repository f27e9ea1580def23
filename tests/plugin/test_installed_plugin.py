"""A distribution of somebody else's, built and installed in an environment of its own.

The environment is fresh; third-party packages and this checkout are borrowed by path, so nothing
is fetched. It takes some seconds, most of them for starting the program anew.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.cli.conftest import people

ROOT = Path(__file__).parents[2]
SOURCE = Path(__file__).parent / "acme"
MODULES = ("acme_checks.py", "acme_faulty.py")
PROJECT = """\
schema: synthgate.project/v1
release: {real: real.csv, synthetic: synthetic.csv, holdout: holdout.csv}
policy: acme.yaml
plugins: [acme-crash, acme-checks]
"""
POLICY = """\
schema: synthgate.policy/v1
id: acme
version: 1.0.0
extends: gdpr-anonymisation-wp29
intent: "Ours."
rules:
  - {id: ACME-1, measure: acme-nearest.log_ratio_at_fpr_1pct, where: {over: worst}, limit: 1.0,
     basis: organisation_policy, rationale: "A second opinion."}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the environment, the tables, the project and the policy."""
    folder = tmp_path_factory.mktemp("acme")
    for seed, name in enumerate(("real", "synthetic", "holdout")):
        (folder / f"{name}.csv").write_text(people(120, seed=seed))
    (folder / "audit.yaml").write_text(PROJECT)
    (folder / "acme.yaml").write_text(POLICY)
    venv.create(folder / "venv", with_pip=False)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = folder / "venv" / "lib" / version / "site-packages"
    # The checkout first: whatever stands in the borrowed packages, this is what is tested.
    (site / "borrowed.pth").write_text(f"{ROOT}\n{sysconfig.get_path('purelib')}\n")
    shutil.copytree(SOURCE, folder / "source")
    python = str(folder / "venv" / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    offline = ["--no-deps", "--no-build-isolation", "--no-index", "--no-compile"]
    done = subprocess.run(
        [*pip, *offline, str(folder / "source")], capture_output=True, text=True, cwd=folder
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder


@pytest.fixture(scope="module")
def finished(home: Path) -> "subprocess.CompletedProcess[str]":
    """Return the answer to a run of two plug-ins, under a policy that grades one of them."""
    python = str(home / "venv" / "bin" / "python")
    only = ("--only", "identical-match,acme-nearest,acme-crash")
    command = [python, "-m", "audit", "run", *only, "--format", "html,md", "--out", "out"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "SYNTHGATE_JOBS": "1"}
    return subprocess.run(
        command, cwd=home, env=environment, capture_output=True, text=True, timeout=120
    )


def run_of(home: Path) -> dict:
    return json.loads((home / "out" / "run.json").read_bytes())


def result_of(home: Path, check_id: str) -> dict:
    (found,) = (r for r in run_of(home)["results"] if r["check"]["id"] == check_id)
    return found


def test_it_is_measured_and_graded(home: Path, finished) -> None:
    assert finished.returncode == 11, finished.stderr
    result = result_of(home, "acme-nearest")
    assert (result["status"], result["check"]["version"]) == ("measured", 2)
    names = {m["name"] for m in result["measurements"]}
    assert {"auc", "log_ratio_at_fpr_1pct"} <= names
    verdict = json.loads((home / "out" / "verdict.json").read_bytes())
    assert "ACME-1" in {f["rule"] for f in verdict["findings"]}


def test_the_run_names_it_with_version_and_digest(home: Path, finished) -> None:
    plugins = run_of(home)["provenance"]["plugins"]
    assert [(p["name"], p["distribution"], p["version"], p["checks"]) for p in plugins] == [
        ("acme-checks", "acme-checks", "1.4.0", ["acme-nearest"]),
        ("acme-crash", "acme-checks", "1.4.0", ["acme-crash"]),
    ]
    # Whoever has the two files can make the digest again:  sha256sum acme_*.py | sha256sum
    lines = (f"{hashlib.sha256((SOURCE / m).read_bytes()).hexdigest()}  {m}\n" for m in MODULES)
    expected = hashlib.sha256("".join(lines).encode()).hexdigest()
    assert {p["digest"] for p in plugins} == {expected}
    report = (home / "out" / "report.html").read_text()
    assert "acme-checks 1.4.0" in report
    assert expected[:8] in report


def test_its_crash_is_a_failed_check_and_quotes_nothing(home: Path, finished) -> None:
    result = result_of(home, "acme-crash")
    assert (result["status"], result["reason_code"]) == ("failed", "check_failed")
    assert result["failure"].startswith("SystemExit at acme_faulty.py:")
    first = (home / "real.csv").read_text().splitlines()[1].split(",")
    income = first[3]
    assert "." in income
    said = [finished.stdout, finished.stderr]
    said += [path.read_text() for path in (home / "out").iterdir()]
    assert not [text[:80] for text in said if income in text]


ASK = """
import json, sys
from tests.command import call

def acme():
    return sorted(name for name in sys.modules if name.startswith("acme"))

told = []
for words in (
    ["explain", "linkability"],
    ["explain", "acme-nearest"],
    ["explain", "acme-nearest", "--plugin", "acme-checks"],
    ["run", "--plugin", "acme-shadow,acme-absent", "--out", "refused"],
):
    answer = call(*words)
    told.append([answer.code, answer.text, acme()])
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def asked(home: Path) -> "list[tuple[int, str, list[str]]]":
    """Return code, words and imported modules of some commands, one process for all of them."""
    done = subprocess.run(
        [str(home / "venv" / "bin" / "python"), "-c", ASK],
        cwd=home,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [tuple(answer) for answer in json.loads(done.stdout)]


def test_what_is_not_named_is_not_loaded(asked) -> None:
    (known, _, first), (unknown, words, second), *_ = asked
    assert (known, first) == (0, [])
    assert (unknown, second) == (2, [])
    assert "neither a check nor a rule acme-nearest" in words


def test_what_is_named_is_explained(asked) -> None:
    code, words, modules = asked[2]
    assert code == 0
    assert "Whoever lies nearest is taken for a member" in words
    assert "One nearest-neighbour search" in words
    assert modules == ["acme_checks"]


def test_whoever_takes_the_name_of_a_built_in_check_is_refused(asked) -> None:
    code, words, _ = asked[3]
    assert code == 3
    # All faults at once, and what could be named instead.
    assert "plugin acme-absent: is not installed" in words
    assert "plugin acme-shadow: Shadow: the id must be acme-NAME" in words
    assert "plugin acme-shadow: Shadow: identical-match is the id of a built-in check" in words
    assert "Installed here: acme-checks, acme-crash, acme-shadow." in words
