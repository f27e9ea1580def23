"""CSV, strictly: commas, UTF-8, one header, every record of the same length, all cells text.

Types are decided later and for all files together; a reader that guesses per file turns the
postcode 01234 into 1234 in one of them.
"""

import codecs
import csv
import io
from typing import NamedTuple

import pyarrow as pa
import pyarrow.csv as pa_csv

from audit.data.faults import Fault, Faulty
from audit.data.sheet import Limits, Sheet, name_faults, row_fault, sheet_of, too_large

_HEADER_BYTES = 4 << 20
_BLOCK_BYTES = 16 << 20
_PIECE_BYTES = 1 << 20
_LISTED_LINES = 5
_CELL_BYTES = 12
_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


class BadRecord(NamedTuple):
    """A record of the wrong length; `number` counts records, the header being 1."""

    number: int
    cells: int


class _Records(NamedTuple):
    table: pa.Table | None
    bad: list[BadRecord]


def read_csv(data: bytes, limits: Limits) -> Sheet:
    """Read the bytes of a CSV file into text cells; only the empty cell is missing.

    Raises
    ------
    Faulty
        With every fault of the file that can be told: line numbers and counts, never a cell.
    """
    _refuse_other_encodings(data)
    names = header_of(data)
    faults = [*name_faults(names, limits), *delimiter_fault(names)]
    if faults:
        raise Faulty(*faults)
    # An empty cell is one byte in the file and an offset and a place in memory.
    if _CELL_BYTES * (data.count(b",") + data.count(b"\n")) > limits.table_bytes:
        raise Faulty(too_large(limits))
    _refuse_stray_quotes(data)
    table, bad = _records(data, names)
    faults = [*_length_faults(data, bad, len(names))]
    if table is None:
        faults.append(Fault("", "cannot be read as CSV", "Is a cell huge, or a quote left open?"))
    elif not bad:
        faults += row_fault(table.num_rows)
    if table is None or faults:
        raise Faulty(*faults)
    return sheet_of(table, limits)


def _refuse_other_encodings(data: bytes) -> None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Faulty(Fault("", "is encoded in UTF-16 or UTF-32", "Save it as UTF-8."))
    nul = data.find(b"\0")
    if nul >= 0:
        line = data.count(b"\n", 0, nul) + 1
        raise Faulty(Fault("", f"has a NUL character in line {line}", "Save it as UTF-8 text."))
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 0
    for start in range(0, len(data), _PIECE_BYTES):
        piece = data[start : start + _PIECE_BYTES]
        try:
            decoder.decode(piece, final=start + _PIECE_BYTES >= len(data))
        except UnicodeDecodeError as refused:
            # The decoder puts up to 3 bytes of the piece before in front; lines are unaffected.
            line = data.count(b"\n", 0, start + refused.start) + 1
        if line:
            raise Faulty(Fault("", f"is not UTF-8 (line {line})", "Save it as UTF-8."))


def header_of(data: bytes) -> list[str]:
    """Return the names in the first line that is not blank."""
    head = data[:_HEADER_BYTES].decode("utf-8-sig", errors="ignore")
    names: list[str] | None = None
    try:
        rows = csv.reader(io.StringIO(head, newline=""), strict=True)
        names = next((row for row in rows if row), [])
    except csv.Error:
        names = None
    if names is None:
        raise Faulty(Fault("", "has a first line that cannot be read", "Check its quotes."))
    if not names:
        raise Faulty(Fault("", "is empty"))
    return names


def _refuse_stray_quotes(data: bytes) -> None:
    """Refuse quotes that arrow lets pass: left open, they swallow every record up to the next."""
    if b'"' not in data:
        return
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline=""), strict=True)
    line = 0
    try:
        for _ in rows:
            pass
    except csv.Error:
        line = rows.line_num
    if line:
        what = f"has a quote that is left open, or text after one, or a huge cell (line {line})"
        raise Faulty(Fault("", what, "Double a quote within quotes."))


def delimiter_fault(names: list[str]) -> tuple[Fault, ...]:
    """Return what is wrong where commas are not what separates the cells."""
    if len(names) > 1:
        return ()
    found = [word for mark, word in _OTHER_DELIMITERS.items() if mark in names[0]]
    if not found:
        return ()
    return (Fault("", f"is separated by {found[0]}, not by commas", "Save it with commas."),)


def _records(data: bytes, names: list[str]) -> _Records:
    bad: list[BadRecord] = []

    def note(row: pa_csv.InvalidRow) -> str:
        bad.append(BadRecord(row.number or 0, row.actual_columns))
        return "skip"

    table = None
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(data),
            # Threads would lose the record numbers.
            read_options=pa_csv.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except MemoryError:
        raise
    except (pa.ArrowException, OSError):
        table = None
    if table is not None and table.column_names != names:
        table = None
    return _Records(table, bad)


def _length_faults(data: bytes, bad: list[BadRecord], expected: int) -> tuple[Fault, ...]:
    if not bad:
        return ()
    # Where cells may hold line ends, or blank lines are skipped, records are not lines.
    unit = "record" if b'"' in data or b"\n\n" in data or b"\n\r\n" in data else "line"
    first = ", ".join(str(b.number) for b in bad[:_LISTED_LINES])
    more = "" if len(bad) <= _LISTED_LINES else " ..."
    what = f"{len(bad)} {unit}(s) do not have {expected} cells ({unit} {first}{more})"
    return (Fault("", f"has {what}", "Put cells that hold a comma into quotes."),)
