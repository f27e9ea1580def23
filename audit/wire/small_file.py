"""Files of people, opened so that nothing that is no file can hold anybody up.

A pipe without a writer makes whoever opens it wait for ever, and a device has no end; neither has
a place among the inputs.
"""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from audit.errors import DataError
from audit.text import safe_text, system_reason
from audit.wire.strict_yaml import MOST_BYTES

_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class NotAFileError(OSError):
    """There is something of this name, but no file."""


def small_file(path: Path) -> bytes:
    """Return the content of a file that people write by hand.

    No more is read than people write: one byte more than is allowed at most.

    Raises
    ------
    DataError
        If the file cannot be read: its name and the reason that the system gives.
    """
    try:
        return regular_file(path, MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = why_not(error)
    # Raised out here: the error of the system would quote the whole path.
    raise DataError(f"{safe_text(path.name)} cannot be read: {reason}")


def regular_file(path: Path, most: int) -> bytes:
    """Return the first `most` bytes of a regular file.

    Raises
    ------
    NotAFileError
        If it is a pipe, a device or a socket.
    OSError, ValueError
        If it cannot be opened; or the path is none.
    """
    with open_regular(path) as file:
        return file.read(most)


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading.

    Raises
    ------
    NotAFileError, OSError, ValueError
        As `regular_file` does.
    """
    handle = os.open(path, os.O_RDONLY | _WITHOUT_WAITING)
    # One handle for the look and the content: the file cannot be changed for another.
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    raise NotAFileError


def why_not(error: OSError | ValueError) -> str:
    """Say why a file cannot be read, without its path."""
    if isinstance(error, NotAFileError):
        return "it is no regular file"
    return system_reason(error) if isinstance(error, OSError) else "not a valid path"
