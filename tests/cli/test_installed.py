"""The wheel, installed where no checkout is: templates, profiles, schemas and demo come with it.

The source distribution is built from a copy of the checkout and the wheel from that, so what either
forgets is missing here. Third-party packages are borrowed from this environment: no network.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.version import VERSION
from tests.cli.conftest import people

ROOT = Path(__file__).parents[2]
SOURCES = (
    "audit",
    "report_templates",
    "fixtures/demo",
    "pyproject.toml",
    "setup.py",
    "MANIFEST.in",
    "README.md",
    "CHANGELOG.md",
    "Makefile",
)
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def copied(folder: Path) -> Path:
    """Copy what the distribution is built from, without what earlier builds left."""
    for name in SOURCES:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__", "_templates", "_demo")
            shutil.copytree(source, target, ignore=ignore)
        elif source.exists():
            # What the build needs and does not find, it says itself.
            shutil.copy(source, target)
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a runner of the programs of a fresh environment that holds the built wheel."""
    source = copied(tmp_path_factory.mktemp("source"))
    home = tmp_path_factory.mktemp("home")
    built = home / "dist"
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(built), str(source)]
    done = subprocess.run(build, cwd=home, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (wheel,) = built.glob("*.whl")
    venv.create(home / "venv", with_pip=False)
    programs = home / "venv" / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True)
    borrow_packages(programs / "python")

    def run(*words: object) -> "subprocess.CompletedProcess[str]":
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "COLUMNS": "100"}
        command = [str(programs / str(words[0])), *map(str, words[1:])]
        return subprocess.run(
            command, cwd=home, env=environment, capture_output=True, text=True, timeout=240
        )

    return run


def borrow_packages(python: Path) -> None:
    """Let the environment see the third-party packages of this one, after its own."""
    program = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True)
    # A plain path: an editable install here is a .pth file, which is not read from there.
    ours = sysconfig.get_path("purelib")
    (Path(site.stdout.strip()) / "borrowed.pth").write_text(ours + "\n")


def test_the_program_is_the_installed_one(installed: Run) -> None:
    done = installed("python", "-c", "import audit; print(audit.__file__)")
    assert str(ROOT) not in done.stdout
    assert "site-packages" in done.stdout


def test_version(installed: Run) -> None:
    assert installed("synthgate", "--version").stdout.startswith(f"synthgate {VERSION} (")


def test_profiles_and_schemas_are_found(installed: Run) -> None:
    listed = installed("synthgate", "policy", "list")
    assert listed.returncode == 0, listed.stderr
    assert "gdpr-anonymisation-wp29" in listed.stdout
    committed = "from audit.wire.schemas import committed; print(committed('run')[:1])"
    assert installed("python", "-c", committed).stdout == "{\n"


def test_a_run_finds_its_templates(installed: Run, tmp_path: Path) -> None:
    for seed, name in enumerate(("real", "synthetic")):
        (tmp_path / f"{name}.csv").write_text(people(120, seed=seed))
    tables = ("--real", tmp_path / "real.csv", "--synthetic", tmp_path / "synthetic.csv")
    quick = ("--only", "identical-match", "--controls", "off", "--jobs", "1")
    out = tmp_path / "out"
    done = installed("synthgate", "run", *tables, *quick, "--format", "html,md", "--out", out)
    assert done.returncode == 11, done.stderr
    assert (out / "report.html").stat().st_size > 10_000
    told = json.loads((out / "execution.json").read_bytes())
    assert told["environment"]["synthgate"] == VERSION


def test_the_demo_finds_its_data(installed: Run) -> None:
    program = "from audit.cli.bundled import demo_project as d; print(d().read_text()[:1000])"
    done = installed("python", "-c", program)
    assert "synthgate.project/v1" in done.stdout, done.stderr
    done = installed("python", "-c", "from audit.cli.bundled import demo_project as d; print(d())")
    assert str(ROOT) not in done.stdout
    for table in ("real", "synthetic", "holdout"):
        assert (Path(done.stdout.strip()).parent / f"{table}.parquet").is_file()
