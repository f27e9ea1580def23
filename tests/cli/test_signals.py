"""A request to end is heard wherever it falls, and what was to be ignored stays ignored."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import audit
from audit.cli.boundary import guarded
from fixtures.make import make, write_release
from tests.command import hear_interrupts

CELL = "Zq7-Ada-Lovelace-1815"
ROOT = Path(audit.__file__).parents[1]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are a matter of POSIX")


def python(*words: object, **how: Any) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hear_interrupts,
        **how,
    )


SWALLOWED = {
    # As threadpoolctl lists the libraries: what is raised in the callback stays there.
    "callback": "ctypes.CFUNCTYPE(None)(ask)()",
    "finaliser": "type('Final', (), {'__del__': lambda self: ask()})()",
    "library": "\ntry:\n    ask()\nexcept BaseException:\n    pass",
    "other error": "\ntry:\n    ask()\nexcept BaseException:\n    raise ValueError from None",
    # Text that is executed, as dataclasses and scipy do.
    "text": "exec('ask()')",
}


@pytest.mark.parametrize("place", SWALLOWED)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_request_that_was_swallowed_still_ends_the_command(
    tmp_path: Path, place: str, number: signal.Signals, code: int
) -> None:
    program = f"""
import ctypes, signal, sys, time
from audit.cli.boundary import guarded

def ask():
    signal.raise_signal({int(number)})

def action():
    exec({SWALLOWED[place]!r}, {{**globals()}})
    time.sleep(100)

sys.exit(guarded(action))
"""
    (tmp_path / "command.py").write_text(program)
    # As `python -m audit` is run: only there CPython looks at what passed through `exec`.
    with python("-m", "command", env={**os.environ, "PYTHONPATH": f"{ROOT}:{tmp_path}"}) as process:
        printed = process.communicate(timeout=60)
    word = {130: b"interrupted", 143: b"terminated"}[code]
    assert (process.returncode, *printed) == (code, b"", b"synthgate: " + word + b"\n")


def test_a_request_as_the_last_thing_is_not_answered_with_success() -> None:
    def action() -> None:
        # As a library might do.
        try:
            signal.raise_signal(signal.SIGTERM)
        except BaseException:
            return

    assert guarded(action) == 143


def test_nothing_is_repeated_once_the_command_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.cli.signals.PATIENCE", 0.05)
    seen: list[int] = []
    former = signal.signal(signal.SIGTERM, lambda number, frame: seen.append(number))
    try:
        assert guarded(lambda: signal.raise_signal(signal.SIGTERM)) == 143
        time.sleep(0.2)
        assert seen == []
        assert guarded(lambda: None) == 0
    finally:
        signal.signal(signal.SIGTERM, former)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_the_process_was_started_to_ignore_stays_ignored(number: signal.Signals) -> None:
    former = signal.signal(number, signal.SIG_IGN)
    try:
        assert guarded(lambda: signal.raise_signal(number)) == 0
    finally:
        signal.signal(number, former)


def test_an_error_that_nobody_can_catch_quotes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    class Final:
        def __del__(self) -> None:
            raise ValueError(CELL)

    assert guarded(Final) == 0
    told = capfd.readouterr()
    assert told.err == "synthgate: internal error in a callback: ValueError\n"
    assert CELL not in told.out


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    write_release("fresh", make("fresh", 1000), folder)
    return folder


@pytest.mark.parametrize(
    ("number", "moment"),
    [(signal.SIGINT, 0.0), (signal.SIGTERM, 0.3), (signal.SIGINT, 0.6), (signal.SIGTERM, 0.9)],
)
def test_a_request_at_any_moment_of_a_run_ends_it(
    release: Path, tmp_path: Path, number: signal.Signals, moment: float
) -> None:
    """Libraries are loaded, tables read, neighbours sought: the moments are spread over these."""
    out = tmp_path / "out"
    words = ("run", release / "audit.yaml", "--jobs", 1, "--out", out)
    with python("-m", "audit", *words) as process:
        # The folder is the first that a run makes.
        while not out.exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(moment)
        process.send_signal(number)
        printed = b"".join(process.communicate(timeout=60))
    assert process.returncode == 128 + number, printed
    assert b"Traceback" not in printed
    assert b"ignored" not in printed
    assert not list(out.glob("*.json"))
