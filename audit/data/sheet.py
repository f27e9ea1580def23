"""One file as it was found: named columns of plain cells, nothing decided yet."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from audit.data.cells import Cells, TextCells, bytes_of_cells, longest_text, plain_cells
from audit.data.faults import Fault, Faulty, quoted

_LONGEST_NAME = 1_000
_RECORD_FIRST = Fault(
    "",
    "starts with what looks like a record, not column names",
    "Put names into the first line, not the cells of a person.",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused as too large, against files made to exhaust the machine."""

    file_bytes: int = 4 << 30
    table_bytes: int = 8 << 30
    """Of the table when unpacked: a small Parquet file may hold a large one."""
    columns: int = 5_000
    cell_bytes: int = 1 << 17

    @classmethod
    def within(cls, max_memory: int) -> "Limits":
        """Return the limits of a process that may use so many bytes.

        A file, what it unpacks to and what is made of it stand in memory side by side.
        """
        most = cls()
        return cls(
            file_bytes=min(most.file_bytes, max_memory // 4),
            table_bytes=min(most.table_bytes, max_memory // 2),
        )

    def beside(self, sheets: Iterable["Sheet"]) -> "Limits":
        """Return what is left beside tables that were read already."""
        return replace(self, table_bytes=self.table_bytes - sum(s.n_bytes for s in sheets))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sheet:
    """The columns of one file."""

    cells: Mapping[str, Cells]
    n_rows: int
    index_columns: tuple[str, ...] = ()
    """Row numbers that pandas wrote beside the data; left out."""

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in the order of the file."""
        return tuple(self.cells)

    @property
    def n_bytes(self) -> int:
        """What the cells take in memory."""
        return sum(bytes_of_cells(cells) for cells in self.cells.values())


def sheet_of(table: pa.Table, limits: Limits) -> Sheet:
    """Bring an arrow table into plain cells, column by column.

    Raises
    ------
    Faulty
        With one fault per column that cannot be used.
    """
    index_columns = tuple(n for n in table.column_names if n.startswith("__index_level_"))
    faults: list[Fault] = []
    cells: dict[str, Cells] = {}
    for name in table.column_names:
        if name in index_columns:
            continue
        try:
            cells[name] = plain_cells(table.column(name))
        except Faulty as refused:
            faults += [Fault("", f"column {quoted(name)} {f.what}", f.hint) for f in refused.faults]
            continue
        except MemoryError:
            raise
        except pa.ArrowException as refused:
            # Its text may quote a cell; its name cannot.
            what = f"column {quoted(name)} cannot be read ({type(refused).__name__})"
            faults.append(Fault("", what))
            continue
        if longest_text(cells[name]) > limits.cell_bytes:
            what = f"column {quoted(name)} has a cell above {limits.cell_bytes} bytes"
            faults.append(Fault("", what))
    if faults:
        raise Faulty(*faults)
    sheet = Sheet(cells, table.num_rows, index_columns)
    if _names_are_cells(sheet):
        raise Faulty(_RECORD_FIRST)
    return sheet


def name_faults(names: Sequence[str], limits: Limits) -> tuple[Fault, ...]:
    """Return what is wrong with the column names of one file."""
    faults: list[Fault] = []
    if len(names) > limits.columns:
        return (Fault("", f"has {len(names)} columns, more than the {limits.columns} allowed"),)
    blank = [str(i + 1) for i, n in enumerate(names) if not n.strip()]
    if blank:
        hint = "Name every column; pandas writes its row numbers so unless told index=False."
        faults.append(Fault("", f"has no name for column {', '.join(blank[:8])}", hint))
    times = Counter(names)
    twice = [str(i + 1) for i, n in enumerate(names) if n.strip() and times[n] > 1]
    if twice:
        # By number: where a header is missing, what comes twice is a cell.
        faults.append(Fault("", f"has names that come twice, in column {', '.join(twice[:8])}"))
    if any("\0" in n for n in names):
        faults.append(Fault("", "has a column name with a NUL character"))
    if any(len(n) > _LONGEST_NAME for n in names):
        faults.append(Fault("", f"has a column name above {_LONGEST_NAME} characters"))
    if _reads_like_a_record(names):
        faults.append(_RECORD_FIRST)
    return tuple(faults)


def too_large(limits: Limits) -> Fault:
    """Return the fault of a table that would not fit."""
    left = max(limits.table_bytes, 0) >> 20
    return Fault("", f"holds more than {left} MiB when unpacked", "Allow more with --max-memory.")


def row_fault(n_rows: int) -> tuple[Fault, ...]:
    """Return what is wrong with the number of rows of one file."""
    if n_rows == 0:
        return (Fault("", "has column names but no rows"),)
    if n_rows == 1:
        return (Fault("", "has one row; an audit needs at least two"),)
    return ()


def _names_are_cells(sheet: Sheet) -> bool:
    """Most columns of repeated words hold their own name: the first record stands in its place.

    Every name would be a cell of one person, and names are printed. A column of two words may be
    named after one of them, as yes-or-no columns are.
    """
    texts = [
        (name.strip(), column.texts)
        for name, column in sheet.cells.items()
        if isinstance(column, TextCells) and 3 <= len(column.texts) <= sheet.n_rows / 2
    ]
    words = [(name, held) for name, held in texts if not _is_number(name)]
    own = [name for name, held in words if pc.index(held, name).as_py() >= 0]
    return len(own) >= 2 and 2 * len(own) > len(words)


def _is_number(name: str) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True


def _reads_like_a_record(names: Sequence[str]) -> bool:
    """More than a third of the names are numbers, and these do not count up in equal steps."""
    numbers = [float(name) for name in names if _is_number(name)]
    steps = {b - a for a, b in pairwise(numbers)}
    counted = len(steps) == 1 and min(steps) > 0 and (len(numbers) > 2 or steps == {1.0})
    return 3 * len(numbers) > len(names) and not counted
