"""The command line, called in this process by tests that share what a call left behind."""

import io
import signal
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest.mock import patch

from audit.cli.boundary import guarded
from audit.cli.main import app


@dataclass(frozen=True)
class Answer:
    """How a command ended, and every byte that it printed."""

    code: int
    out: bytes
    err: bytes

    @property
    def printed(self) -> bytes:
        return self.out + self.err

    @property
    def text(self) -> str:
        """What was printed, in one line: where it was wrapped says nothing."""
        return " ".join(self.printed.decode().split())


def call(*words: object) -> Answer:
    """Call `synthgate` with some words."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2)]
    argv = ["synthgate", *map(str, words)]
    with patch.object(sys, "argv", argv), redirect_stdout(streams[0]), redirect_stderr(streams[1]):
        code = guarded(lambda: app(prog_name="synthgate"))
    for stream in streams:
        stream.flush()
    out, err = (stream.buffer.getvalue() for stream in streams)
    return Answer(code, out, err)


def hear_interrupts() -> None:
    """Hear SIGINT in a child, even where the tests themselves run in the background.

    For `preexec_fn`: a shell without job control starts what it puts there with SIGINT ignored.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


LESS: dict[str, dict[str, object]] = {
    "singling-out-univariate": {"n_predicates": 300},
    "singling-out-multivariate": {"n_predicates": 300},
    "attribute-inference-model": {"trees": 2, "rounds": 2},
}
"""Parameters with which every check still runs, and every learner competes."""
FEW: tuple[object, ...] = (
    "--jobs",
    1,
    *(
        word
        for check, values in LESS.items()
        for name, value in values.items()
        for word in ("--set", f"{check}.{name}={value}")
    ),
)
"""Every check, with less effort than an audit would take."""
