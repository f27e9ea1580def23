"""Errors end in a sentence and a code; no value of a record ends anywhere."""

import logging
import os
import re
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable

import pytest

from audit.cli.boundary import guarded, place
from audit.errors import (
    AuditError,
    CheckError,
    DataError,
    IntegrityError,
    PluginError,
    PolicyError,
    RenderError,
    UsageError,
)
from audit.text import safe_text
from tests.command import hear_interrupts

CELL = "Zq7-Ada-Lovelace-1815"


def raises(error: BaseException) -> Callable[[], None]:
    def action() -> None:
        raise error

    return action


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("u"), 2),
        (DataError("d"), 3),
        (PolicyError("p"), 3),
        (PluginError("p"), 3),
        (CheckError("c"), 4),
        (RenderError("r"), 4),
        (IntegrityError("i"), 5),
        (AuditError("a"), 4),
        (MemoryError(), 4),
        (KeyboardInterrupt(), 130),
        (SystemExit(11), 11),
        (SystemExit(None), 0),
        (SystemExit("text"), 1),
        (ValueError(CELL), 1),
    ],
)
def test_every_error_has_its_code(error: BaseException, code: int) -> None:
    assert guarded(raises(error)) == code


def test_no_error_is_0() -> None:
    assert guarded(lambda: None) == 0


def test_message_and_hint_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    guarded(raises(DataError("line 3: no such column\nline 9: twice", "See the manual.")))
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == ("synthgate: line 3: no such column\nline 9: twice\n  See the manual.\n")


def test_foreign_text_in_a_message_is_inert(capsys: pytest.CaptureFixture[str]) -> None:
    guarded(raises(DataError("column \x1b[31mred\u202eevil\x07\n::error::hi is odd")))
    told = capsys.readouterr().err
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert not any(line.startswith("::") for line in told.splitlines())


def test_an_unexpected_error_tells_type_and_place_and_no_value(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def crash() -> None:
        # The place is the line of ours that was reached last: here in `safe_text`.
        class Hostile:
            def __str__(self) -> str:
                raise ValueError(CELL)

        safe_text(Hostile())

    assert guarded(crash) == 1
    told = capsys.readouterr()
    assert re.match(r"synthgate: internal error: ValueError at audit/text\.py:\d+\n", told.err)
    assert CELL not in told.out + told.err


def test_a_place_outside_our_code_is_not_told() -> None:
    with pytest.raises(ValueError, match=CELL) as caught:
        int(CELL)
    # The test itself is no part of the package.
    assert place(caught.value) == "ValueError"


def test_a_crash_in_a_thread_quotes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    def action() -> None:
        thread = threading.Thread(target=raises(ValueError(CELL)))
        thread.start()
        thread.join()

    assert guarded(action) == 0
    told = capfd.readouterr()
    assert "internal error in a thread: ValueError" in told.err
    assert CELL not in told.out + told.err


def test_warnings_and_log_lines_of_libraries_are_silent(capfd: pytest.CaptureFixture[str]) -> None:
    def action() -> None:
        warnings.warn(CELL, UserWarning, stacklevel=1)
        logging.getLogger("somebody").error(CELL)

    assert guarded(action) == 0
    told = capfd.readouterr()
    assert told.out + told.err == ""


def test_what_was_changed_for_the_command_is_put_back() -> None:
    def state() -> list[object]:
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        hooks = [threading.excepthook, sys.unraisablehook]
        return [*handlers, *hooks, logging.root.manager.disable]

    before, within = state(), []
    guarded(lambda: within.extend(state()))
    assert state() == before
    assert all(one != other for one, other in zip(before, within, strict=True))


@pytest.mark.skipif(os.name != "posix", reason="core files are a matter of POSIX")
def test_no_core_file_is_written() -> None:
    import resource

    seen: list[int] = []
    guarded(lambda: seen.append(resource.getrlimit(resource.RLIMIT_CORE)[0]))
    assert seen == [0]


@pytest.mark.skipif(os.name != "posix", reason="signals are a matter of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_command_with_its_code(number: signal.Signals, code: int) -> None:
    program = (
        "import sys, time\n"
        "from audit.cli.boundary import guarded\n"
        "def wait():\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(60)\n"
        "sys.exit(guarded(wait))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hear_interrupts,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        assert process.wait(timeout=30) == code
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
