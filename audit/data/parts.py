"""A table in several files: a folder or a pattern of CSV or Parquet files, read through DuckDB.

DuckDB streams what would not fit into memory as a file. It is given nothing but the files that were
named: it may reach no network, load no extension and write no file.
"""

import codecs
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from audit.data.csv_file import delimiter_fault, header_of
from audit.data.faults import Fault, Faulty, quoted
from audit.data.sheet import Limits, Sheet, name_faults, row_fault, sheet_of

if TYPE_CHECKING:
    import duckdb

_KINDS = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}
_HEAD_BYTES = 4 << 20
_BATCH_ROWS = 1 << 16
_LEAST_MIB = 64
"""What DuckDB needs to do anything at all."""
_MOST_FILES = 100_000
"""A pattern that catches more was not meant."""


def read_parts(path: Path, limits: Limits) -> Sheet:
    """Read all files of a folder, or of a pattern, as one table.

    Raises
    ------
    Faulty
        If they are not of one kind with the same columns, or cannot be read; never with a cell.
    """
    files = _files(path)
    kinds = {_KINDS.get(file.suffix.lower()) for file in files}
    if len(kinds) != 1 or None in kinds:
        raise Faulty(Fault("", "holds files that are not all CSV, or all Parquet"))
    kind = str(kinds.pop())
    names = _common_names(files, kind)
    faults = name_faults(names, limits)
    if faults:
        raise Faulty(*faults)
    return sheet_of(_streamed(files, kind, names, limits), limits)


def _files(path: Path) -> list[Path]:
    folder, wanted = (path, "*") if path.is_dir() else (path.parent, path.name)
    try:
        found = [p for p in folder.iterdir() if fnmatchcase(p.name, wanted)]
    except OSError:
        found = []
    # What begins with a dot or an underscore is the book-keeping of whoever wrote the folder.
    kept = (
        p
        for p in found
        if p.suffix.lower() in _KINDS and not p.name.startswith((".", "_")) and p.is_file()
    )
    files = sorted(islice(kept, _MOST_FILES + 1))
    if not files:
        hint = "Folders within it are not looked into: what their names say is no column."
        raise Faulty(Fault("", "names no CSV or Parquet file", hint))
    if len(files) > _MOST_FILES:
        raise Faulty(Fault("", f"names more than {_MOST_FILES} files"))
    return files


def _common_names(files: Sequence[Path], kind: str) -> list[str]:
    """Return the names of the columns, which all files must have in one order."""
    first: list[str] = []
    for number, file in enumerate(files, 1):
        names = _names_in(file, kind, number)
        if first and names != first:
            what = f"has a file with other columns than the first one (number {number})"
            raise Faulty(Fault("", what, "All files need the same columns in the same order."))
        first = names
    faults = delimiter_fault(first) if kind == "csv" else ()
    if faults:
        raise Faulty(*faults)
    return first


def _names_in(file: Path, kind: str, number: int) -> list[str]:
    names: list[str] = []
    blank = False
    try:
        if kind == "parquet":
            names = list(pq.read_schema(file).names)
        else:
            with file.open("rb") as opened:
                head = opened.read(_HEAD_BYTES)
            # DuckDB would take the second line for a record.
            blank = head.removeprefix(codecs.BOM_UTF8).startswith((b"\n", b"\r"))
            names = header_of(head)
    except MemoryError:
        raise
    except (OSError, pa.ArrowException, ValueError):
        names = []
    if not names or blank:
        what = "begins with a blank line" if blank else "cannot be read"
        raise Faulty(Fault("", f"has a file that {what} (number {number})"))
    return names


def _streamed(files: Sequence[Path], kind: str, names: Sequence[str], limits: Limits) -> pa.Table:
    batches: list[pa.RecordBatch] = []
    size = 0
    failed = ""
    with _engine(limits) as (connection, failures):
        try:
            for batch in _batches(connection, files, kind, names):
                size += batch.nbytes
                if size > limits.table_bytes:
                    break
                batches.append(batch)
        except failures as error:
            # Its text quotes the line; its name cannot.
            failed = type(error).__name__
    if failed:
        raise Faulty(_unreadable(failed, kind))
    if size > limits.table_bytes:
        raise Faulty(Fault("", f"holds more than {limits.table_bytes >> 20} MiB when unpacked"))
    table = pa.Table.from_batches(batches) if batches else None
    faults = [*row_fault(0 if table is None else table.num_rows)]
    if table is None or faults:
        raise Faulty(*faults)
    if kind == "csv":
        _refuse_nul(table)
    return table


def _refuse_nul(table: pa.Table) -> None:
    for name in table.column_names:
        if pc.any(pc.match_substring(table.column(name), "\0")).as_py():
            what = f"column {quoted(name)} has a NUL character"
            raise Faulty(Fault("", what, "Save it as UTF-8 text."))


def _batches(
    connection: "duckdb.DuckDBPyConnection", files: Sequence[Path], kind: str, names: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    if kind == "csv":
        columns = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in names)
        source = (
            f"read_csv(?, header = true, auto_detect = false, columns = {{{columns}}}, "
            "delim = ',', quote = '\"', escape = '\"', nullstr = '', strict_mode = true, "
            "encoding = 'utf-8', null_padding = false)"
        )
    else:
        source = "read_parquet(?, hive_partitioning = false)"
    # As parameters: DuckDB would read marks in a name as a pattern of its own.
    # The only foreign text in the statement are names of columns, as literals.
    statement = f"SELECT * FROM {source}"  # noqa: S608
    relation = connection.sql(statement, params=[[_exactly(f) for f in files]])
    yield from relation.to_arrow_reader(_BATCH_ROWS)


def _exactly(file: Path) -> str:
    """Return the path such that DuckDB takes its marks for letters."""
    return re.sub(r"([*?\[])", r"[\1]", str(file.absolute()))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def _engine(limits: Limits) -> "Iterator[tuple[duckdb.DuckDBPyConnection, Any]]":
    try:
        import duckdb
    except ImportError:
        missing = True
    else:
        missing = False
    if missing:
        raise Faulty(
            Fault(
                "",
                "is a table in several files, which takes DuckDB to read",
                "Install it with: pip install 'synthgate[duckdb]'",
            )
        )
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "temp_directory": "",
        "memory_limit": f"{max(limits.table_bytes >> 20, _LEAST_MIB)}MiB",
    }
    connection = duckdb.connect(":memory:", config=settings)
    try:
        yield connection, (duckdb.Error, pa.ArrowException, OSError)
    finally:
        connection.close()


def _unreadable(error: str, kind: str) -> Fault:
    if error == "OutOfMemoryException":
        return Fault("", "does not fit into the memory that is allowed")
    shown = "CSV" if kind == "csv" else "Parquet"
    return Fault("", f"has a file that cannot be read as {shown} ({quoted(error)})")
