"""One run at a time in one folder: whoever comes second is told, and changes nothing.

The lock is held by the process, not by the file: when it ends, however it ends, the lock is gone,
and a file that is left behind locks nobody out. On systems and file systems without such locks
nobody is kept out.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from audit.errors import UsageError
from audit.evidence.folder import unwritable
from audit.text import safe_text

P = ParamSpec("P")
T = TypeVar("T")
_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


def alone_in(work: Callable[Concatenate[Path, P], T]) -> Callable[Concatenate[Path, P], T]:
    """Let work into a folder, its first argument, be done by one run at a time."""

    @wraps(work)
    def locked(folder: Path, /, *args: P.args, **named: P.kwargs) -> T:
        with alone(folder):
            return work(folder, *args, **named)

    return locked


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder while the block lasts.

    Raises
    ------
    UsageError
        If another run is at work there.
    RenderError
        If nothing can be written there.
    """
    whole = Path(os.path.abspath(folder))
    file = whole.with_name(f".{whole.name}.lock")
    handle = _held(file, whole)
    try:
        yield
    finally:
        # Removed before it is let go: whoever waits for it finds that it is not the one any more.
        with suppress(OSError):
            file.unlink()
        os.close(handle)


def _held(file: Path, folder: Path) -> int:
    """Return a handle of what is locked by nobody else."""
    while True:
        handle = _opened(file, folder)
        if not _locked(handle):
            os.close(handle)
            raise UsageError(
                f"another run is at work in {safe_text(folder.name)}",
                "Wait until it has ended, or name another folder.",
            )
        if _still_there(handle, file) or _still_there(handle, folder):
            return handle
        # A run ended between the two lines above, and took its file with it.
        os.close(handle)


def _opened(file: Path, folder: Path) -> int:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(file, os.O_RDWR | os.O_CREAT | _FOLLOW, 0o600)
    except OSError as error:
        if not os.path.isdir(folder):
            raise unwritable(folder, error) from None
    try:
        # Where nothing can be put beside the folder, it cannot be moved away either.
        return os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise unwritable(folder, error) from None


def _still_there(handle: int, path: Path) -> bool:
    with suppress(OSError):
        return os.path.samestat(os.fstat(handle), os.stat(path))
    return False


def _locked(handle: int) -> bool:
    """Lock a file; True too where nothing can be locked."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
