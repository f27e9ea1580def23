"""The command line as a whole: help, version, usage errors, and what it costs to ask."""

import re
import subprocess
import sys

import pytest

from audit.version import VERSION
from tests.cli.conftest import Call

COMMANDS = (
    ("demo",),
    ("run",),
    ("preflight",),
    ("init",),
    ("measure",),
    ("grade",),
    ("render",),
    ("verify",),
    ("sign",),
    ("keygen",),
    ("explain",),
    ("schema",),
    ("policy",),
    ("policy", "list"),
    ("policy", "show"),
    ("policy", "validate"),
)
HEAVY = (
    *("numpy", "pandas", "pyarrow", "scipy", "sklearn", "faiss", "matplotlib", "weasyprint"),
    *("pydantic", "jinja2", "yaml"),
)


def test_version(call: Call) -> None:
    answer = call("--version")
    assert answer.code == 0
    assert re.fullmatch(
        rf"synthgate {re.escape(VERSION)} \(nearest neighbours: (FAISS|native, avx\w+)\)\n",
        answer.out,
    )


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_command_has_help_by_both_flags(
    call: Call, command: tuple[str, ...], flag: str
) -> None:
    answer = call(*command, flag)
    assert answer.code == 0
    assert f"synthgate {' '.join(command)}" in answer.out


@pytest.mark.parametrize(
    "words",
    [
        ("atack",),
        ("run", "--rael", "x"),
        ("run", "--context", "moon"),
        ("run", "--jobs", "0"),
        ("run", "--controls", "full"),
        ("grade",),
    ],
    ids=" ".join,
)
def test_wrong_usage_answers_2(call: Call, words: tuple[str, ...]) -> None:
    answer = call(*words)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err


def test_help_needs_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from audit.cli.boundary import guarded\n"
        "from audit.cli.main import app\n"
        "sys.argv = ['synthgate', '--help']\n"
        "assert guarded(app) == 0\n"
        f"loaded = [m for m in {HEAVY} if m in sys.modules]\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "synthgate" in done.stdout
