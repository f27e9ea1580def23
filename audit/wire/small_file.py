"""Files that people write by hand: read whole, and no more of them than a person writes."""

from pathlib import Path

from audit.errors import DataError
from audit.text import safe_text, system_reason
from audit.wire.strict_yaml import MOST_BYTES


def small_file(path: Path) -> bytes:
    """Return the content of a file, one byte more than is allowed at most.

    Raises
    ------
    DataError
        If the file cannot be read: its name and the reason that the system gives.
    """
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = system_reason(error)
    # Raised out here: the error of the system would quote the whole path.
    raise DataError(f"{safe_text(path.name)} cannot be read: {reason}")
