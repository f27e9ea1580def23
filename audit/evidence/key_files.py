"""A new pair of keys on disk: the private one for its owner only, and nothing overwritten."""

import os
from pathlib import Path

from audit.errors import RenderError, UsageError
from audit.evidence.signing import PublicKey, make_key
from audit.text import safe_text

PUBLIC_SUFFIX = ".pub"


def write_key(path: Path, passphrase: bytes | None = None) -> PublicKey:
    """Make a pair and write it to `path` and `path` with `.pub` added.

    Raises
    ------
    UsageError
        If one of the files exists already, or their folder does not.
    RenderError
        If a file cannot be written, or the library for signatures is not installed.
    """
    public_path = path.with_name(path.name + PUBLIC_SUFFIX)
    for place in (path, public_path):
        if place.exists() or place.is_symlink():
            raise _taken(place)
    made = make_key(passphrase)
    _write_new(path, made.private_pem, mode=0o600)
    try:
        _write_new(public_path, made.public_pem, mode=0o644)
    except (UsageError, RenderError):
        path.unlink(missing_ok=True)
        raise
    return made.public


def _write_new(path: Path, content: bytes, *, mode: int) -> None:
    """Write a file that must not exist: two that ask at once cannot overwrite each other's key."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _unwritable(path, error) from None


def _taken(path: Path) -> UsageError:
    return UsageError(
        f"{safe_text(path.name)} exists already: a key is never overwritten",
        "Name a file that does not exist yet.",
    )


def _unwritable(path: Path, error: OSError) -> RenderError:
    return RenderError(
        f"{safe_text(path.name)} could not be written: {safe_text(error.strerror)}",
        "Name a file in a folder that exists and can be written to.",
    )
