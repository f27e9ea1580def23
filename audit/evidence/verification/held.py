"""A folder as it lies there: every file read once, and what is no file of a run."""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from audit.errors import DataError
from audit.evidence.bundle import ATTESTATION, RUN
from audit.evidence.manifest import CHECKSUMS, MANIFEST
from audit.facts.verification import Code
from audit.text import safe_text

MOST_BYTES = 256 * 2**20
MOST_ENTRIES = 1000
"""A run writes fewer than thirty files."""
_MARKS = (RUN, MANIFEST, CHECKSUMS, ATTESTATION)


@dataclass(frozen=True, slots=True)
class Held:
    """What lies in a folder."""

    files: Mapping[str, bytes]
    """Name, with `/` beneath a folder -> content."""
    strange: Mapping[str, Code]
    """What could not be read as a file, and why."""


def read_folder(folder: Path) -> Held:
    """Read everything in the folder of a run.

    Raises
    ------
    DataError
        If there is no such folder, or it holds nothing of a run.
    """
    name = safe_text(folder.name)
    if not folder.is_dir() or not any((folder / mark).exists() for mark in _MARKS):
        raise DataError(f"there is no run at {name}", "Name the folder that a run wrote.")
    files: dict[str, bytes] = {}
    strange: dict[str, Code] = {}
    for count, (path, place) in enumerate(_entries(folder)):
        if count >= MOST_ENTRIES:
            raise DataError(f"{name} holds more than {MOST_ENTRIES} files", "It is no run's own.")
        found = _content(path)
        if isinstance(found, bytes):
            files[place] = found
        else:
            strange[place] = found
    return Held(files, strange)


def _entries(folder: Path, beneath: str = "") -> Iterator[tuple[Path, str]]:
    """Yield everything but folders, one folder deep; a deeper or empty folder is itself strange."""
    for path in sorted(folder.iterdir()):
        place = beneath + path.name
        if not beneath and _is_filled(path):
            yield from _entries(path, f"{place}/")
        else:
            yield path, place


def _is_filled(path: Path) -> bool:
    """Tell whether this is a folder of its own, with something in it that may be seen."""
    try:
        return path.is_dir() and not path.is_symlink() and any(path.iterdir())
    except OSError:
        return False


def _content(path: Path) -> bytes | Code:
    """Return the bytes of a regular file; a link is not followed, and a pipe not waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return Code.NOT_A_FILE if path.is_symlink() else Code.UNREADABLE
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
        os.close(handle)
        return Code.UNREADABLE if stat.S_ISREG(found.st_mode) else Code.NOT_A_FILE
    with os.fdopen(handle, "rb") as file:
        return file.read(MOST_BYTES + 1)
