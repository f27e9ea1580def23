"""From a path or a frame to a sheet: opened once, read once, digested as read."""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from audit.data.csv_file import read_csv
from audit.data.digest import content_digest, keyed_digest, plain_digest
from audit.data.faults import Fault, Faulty, Side
from audit.data.frames import read_frame
from audit.data.parquet_file import MAGIC, read_parquet
from audit.data.sheet import Limits, Sheet
from audit.facts.measurement import InputFacts
from audit.text import safe_text, system_reason

DEFAULT_LIMITS = Limits()
_ADDRESS = re.compile(r"(?:^|/)[a-zA-Z][a-zA-Z0-9+.-]+:/")
_EXPORT = "Export it to CSV or Parquet."
_FOREIGN = {
    b"\x1f\x8b": "compressed (gzip)",
    b"BZh": "compressed (bzip2)",
    b"\xfd7zXZ\x00": "compressed (xz)",
    b"\x28\xb5\x2f\xfd": "compressed (zstd)",
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"ARROW1": "an Arrow file",
    b"FEA1": "a Feather file",
    b"\x89HDF": "an HDF5 file",
    b"SQLite format 3": "a database",
    b"\x80\x04": "a pickle",
    b"\x80\x05": "a pickle",
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Source:
    """One input as read."""

    side: Side
    sheet: Sheet
    facts: InputFacts
    content: str = ""
    """Content digest; of the synthetic table only."""


def read_source(
    side: Side, path: Path, *, digest_key: bytes | None = None, limits: Limits = DEFAULT_LIMITS
) -> Source:
    """Read one file.

    Raises
    ------
    Faulty
        With every fault of the file, each naming the side and the base name of the file.
    """
    if _ADDRESS.search(str(path)):
        # Not repeated: an address may hold a password.
        raise Faulty(Fault(side, "is an address, not a file", _EXPORT))
    where = f"{side} ({safe_text(path.name, 60)})"
    try:
        data = bytes_of(path, limits)
        sheet = _sheet_of(data, path.suffix.lower(), limits)
    except Faulty as refused:
        faults = refused.faults
    else:
        if side == "synthetic":
            return _source(side, sheet, plain_digest(data))
        return _source(side, sheet, keyed_digest(data, digest_key) if digest_key else None)
    raise Faulty(*(Fault(where, f.what, f.hint) for f in faults))


def frame_source(side: Side, frame: pd.DataFrame) -> Source:
    """Take one table from memory; it has no file, hence no digest."""
    try:
        sheet = read_frame(frame, DEFAULT_LIMITS)
    except Faulty as refused:
        faults = refused.faults
    else:
        return _source(side, sheet, None)
    raise Faulty(*(Fault(side, f.what, f.hint) for f in faults))


def _source(side: Side, sheet: Sheet, digest: str | None) -> Source:
    facts = InputFacts(rows=sheet.n_rows, columns=len(sheet.cells), digest=digest)
    return Source(side, sheet, facts, content_digest(sheet) if side == "synthetic" else "")


def bytes_of(path: Path, limits: Limits) -> bytes:
    """Return the content of a regular file; every fault of opening it is `Faulty`."""
    reason = ""
    data = b""
    try:
        with path.open("rb") as handle:
            # One handle for size, digest and content: the file cannot be changed for another.
            found = os.fstat(handle.fileno())
            if not stat.S_ISREG(found.st_mode):
                reason = "is not a regular file"
            elif found.st_size > limits.file_bytes:
                reason = f"is larger than {limits.file_bytes >> 20} MiB"
            else:
                data = handle.read(limits.file_bytes + 1)
    except (OSError, ValueError) as refused:
        why = system_reason(refused) if isinstance(refused, OSError) else "not a valid path"
        reason = f"cannot be opened ({why})"
    if not reason and not data:
        reason = "is empty"
    if reason:
        raise Faulty(Fault("", reason))
    return data


def _sheet_of(data: bytes, suffix: str, limits: Limits) -> Sheet:
    if data.startswith(MAGIC):
        return read_parquet(data, limits)
    for magic, name in _FOREIGN.items():
        if data.startswith(magic):
            raise Faulty(Fault("", f"is {name}", "Unpack it, or export it to CSV or Parquet."))
    if suffix in (".parquet", ".pq"):
        raise Faulty(Fault("", "is no Parquet file, whatever its name says", _EXPORT))
    return read_csv(data, limits)
