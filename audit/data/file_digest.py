"""The digest of a file of any size, without reading it as a table: nothing heavy is imported."""

import hashlib
import hmac
from pathlib import Path

from audit.errors import DataError
from audit.text import safe_text

_BATCH = 2**20


def digest_of_file(path: Path, key: bytes | None = None) -> str:
    """Return the SHA-256 of a file or, with a key, its HMAC-SHA-256.

    Raises
    ------
    DataError
        If the file cannot be read: its base name and the reason of the system.
    """
    digest = hashlib.sha256() if key is None else hmac.new(key, digestmod=hashlib.sha256)
    try:
        with path.open("rb") as file:
            while batch := file.read(_BATCH):
                digest.update(batch)
    except OSError as error:
        reason = safe_text(error.strerror)
    else:
        return digest.hexdigest()
    raise DataError(f"{safe_text(path.name)} cannot be read: {reason}")
