"""The file in which a run that is not over keeps what is finished: `FOLDER.resume`.

It stands beside the output folder, never in it: so it is neither handed on with a report, nor set
aside as an old one. It holds what `run.json` would, and no record; only its owner may read it. The
run that comes to its end removes it.
"""

import os
import re
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from audit.errors import RenderError, UsageError
from audit.evidence.folder import unwritable
from audit.facts.measurement import ControlFact, Result
from audit.text import safe_text
from audit.wire.checkpoint import (
    Checkpoint,
    checkpoint_from_bytes,
    controls_line,
    head_line,
    result_line,
)
from audit.wire.small_file import regular_file

SUFFIX = ".resume"
MOST_BYTES = 256 * 2**20
_SALT_BYTES = 32
_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_FIRST_BYTES = 66
_FIRST = re.compile(rb"[0-9a-f]{64} \{")
"""How a file of ours begins; it is never there in part."""


def checkpoint_of(folder: Path) -> Path:
    """Return where the checkpoint of a folder lies."""
    whole = Path(os.path.abspath(folder))
    return whole.with_name(whole.name + SUFFIX)


def remove_checkpoint(folder: Path) -> None:
    """Remove what a run has kept: it is over."""
    checkpoint_of(folder).unlink(missing_ok=True)


class KeptFile:
    """Keeps finished work in a file, and knows what an interrupted run left there.

    Parameters
    ----------
    folder
        Where the files of the run go.
    resume
        Whether what an earlier run left is believed; if not, it is overwritten.
    """

    def __init__(self, folder: Path, *, resume: bool) -> None:
        self._file = checkpoint_of(folder)
        self._resume = resume
        self._open = False
        _refuse_what_is_not_ours(self._file)

    def begin(self, key_of: Callable[[bytes], str]) -> Checkpoint | None:
        """Return what an earlier run with the same key left, and keep what follows.

        Raises
        ------
        RenderError
            If the file cannot be written, and somebody relies on it.
        """
        salt = secrets.token_bytes(_SALT_BYTES)
        held = Checkpoint(salt.hex(), key_of(salt))
        found = self._left() if self._resume else None
        if found is not None and found.key == key_of(bytes.fromhex(found.salt)):
            # Written anew all the same, for it may end with half a line.
            held = found
        try:
            self._write_whole(held)
        except RenderError:
            if self._resume:
                raise
        return held if held is found else None

    def result(self, result: Result) -> None:
        """Keep the result of one check."""
        self._add(result_line(result))

    def controls(self, controls: Sequence[ControlFact]) -> None:
        """Keep all controls."""
        self._add(controls_line(controls))

    def _left(self) -> Checkpoint | None:
        try:
            return checkpoint_from_bytes(regular_file(self._file, MOST_BYTES))
        except OSError:
            return None

    def _write_whole(self, held: Checkpoint) -> None:
        lines = [head_line(held.salt, held.key), *(result_line(r) for r in held.results)]
        if held.controls is not None:
            lines.append(controls_line(held.controls))
        partial = self._file.with_name(f".{self._file.name}.partial")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _FOLLOW
        try:
            # Of one name, so that the next run takes the place of one that was killed here.
            with os.fdopen(os.open(partial, flags, 0o600), "wb") as file:
                file.write(b"".join(lines))
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, self._file)
        except OSError as error:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            raise unwritable(self._file, error) from None
        self._open = True

    def _add(self, line: bytes) -> None:
        """Add a line; after one that failed there are no more, and the run goes on without."""
        if not self._open:
            return
        try:
            handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | _FOLLOW)
            try:
                self._open = os.write(handle, line) == len(line)
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError:
            self._open = False


def _refuse_what_is_not_ours(file: Path) -> None:
    if not os.path.lexists(file):
        return
    ours = False
    try:
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as held:
                ours = _FIRST.fullmatch(held.read(_FIRST_BYTES)) is not None
    except OSError:
        ours = False
    if not ours:
        raise UsageError(
            f"{safe_text(file.name)} is something else already, and would be overwritten",
            "Name another output folder, or move it away.",
        )
