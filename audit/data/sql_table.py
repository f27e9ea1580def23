"""A table or a query of a database, as a sheet: streamed, and within a budget."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa

from audit.data.faults import Fault, Faulty, quoted
from audit.data.frames import plain_text
from audit.data.sheet import Limits, Sheet, name_faults, row_fault, sheet_of
from audit.database.address import Selection
from audit.database.selecting import Partitions, with_rows
from audit.database.trouble import DatabaseTrouble

_BATCH_CELLS = 500_000
_MOST_ROWS = 20_000
_ARROW = frozenset({bool, int, float, str, dt.date, dt.datetime, dt.time, dt.timedelta})
_PLAIN = _ARROW | {Decimal}
_FOREIGN = "Convert it in a query: one number, text, date or truth value per cell."


def read_sql(selection: Selection, limits: Limits) -> Sheet:
    """Read what an address selects.

    Raises
    ------
    Faulty
        If it cannot be read or used; never with a cell, a query, a host or a password.
    """
    trouble: DatabaseTrouble
    try:
        table = with_rows(selection, lambda names, parts: _table_of(names, parts, limits))
    except DatabaseTrouble as told:
        trouble = told
    else:
        return sheet_of(table, limits)
    raise Faulty(Fault("", f"cannot be read: {trouble.what}", trouble.hint))


def _table_of(names: Sequence[str], partitions: Partitions, limits: Limits) -> pa.Table:
    named = [str(name) for name in names]
    faults = name_faults(named, limits)
    if faults:
        raise Faulty(*faults)
    columns: list[list[pa.Array]] = [[] for _ in named]
    rows, size = 0, 0
    # Few wide rows are as many cells as many narrow ones.
    for batch in partitions(max(1, min(_MOST_ROWS, _BATCH_CELLS // len(named)))):
        rows += len(batch)
        for name, chunks, cells in zip(named, columns, zip(*batch, strict=True), strict=True):
            chunks.append(_array_of(cells, name))
            size += chunks[-1].nbytes
        if size > limits.table_bytes:
            raise Faulty(Fault("", f"holds more than {limits.table_bytes >> 20} MiB"))
    faults = row_fault(rows)
    if faults:
        raise Faulty(*faults)
    return pa.table([_one_type(chunks) for chunks in columns], names=named)


def _array_of(cells: Sequence[Any], name: str) -> pa.Array:
    """Return one column of one batch as arrow holds it; mixed types become text."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if UUID in kinds:
        cells = [str(cell) if isinstance(cell, UUID) else cell for cell in cells]
        kinds = (kinds - {UUID}) | {str}
    if not kinds <= _PLAIN:
        raise Faulty(Fault("", f"column {quoted(name)} holds values of a foreign type", _FOREIGN))
    if kinds == {dt.datetime} and len({c.tzinfo is None for c in cells if c is not None}) > 1:
        return _texts(cells)
    if len(kinds) > 1 or not kinds <= _ARROW:
        return _texts(cells)
    try:
        return pa.array(cells)
    except (OverflowError, pa.ArrowException):
        # An integer beyond 64 bits, or a text that is none.
        array = None
    return array or _texts(cells)


def _texts(cells: Iterable[object]) -> pa.Array:
    return pa.array([plain_text(cell) for cell in cells], pa.string())


def _one_type(chunks: Sequence[pa.Array]) -> pa.ChunkedArray:
    """Bring the batches of one column under one type."""
    kinds = {chunk.type for chunk in chunks if not pa.types.is_null(chunk.type)}
    if not kinds:
        return pa.chunked_array(chunks)
    first = next(iter(kinds))
    if len(kinds) > 1 and all(pa.types.is_timestamp(k) and k.tz for k in kinds):
        return pa.chunked_array([chunk.cast(pa.timestamp("us", "UTC")) for chunk in chunks])
    if len(kinds) > 1:
        return pa.chunked_array([_texts(chunk.to_pylist()) for chunk in chunks])
    return pa.chunked_array([chunk.cast(first) for chunk in chunks])
