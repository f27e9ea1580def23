"""Tables in memory that hand themselves out as an Arrow stream: Arrow, Polars, DuckDB and others.

`__arrow_c_stream__` is the Arrow PyCapsule interface; no library needs to be known for it.
"""

from typing import Any

import pyarrow as pa

from audit.data.faults import Fault, Faulty
from audit.data.sheet import Limits, Sheet, name_faults, row_fault, sheet_of

_HINT = "Give a pandas or Polars data frame, an Arrow table, or the path of a CSV or Parquet file."


def read_arrow(table: Any, limits: Limits) -> Sheet:  # noqa: ANN401 - whatever has a stream
    """Read a table from memory, within the budget of a file.

    Raises
    ------
    Faulty
        If it is no table, or cannot be used; never with a cell.
    """
    if hasattr(table, "collect") and hasattr(table, "lazy"):
        raise Faulty(Fault("", "has not been computed yet", "Collect it first."))
    if not hasattr(table, "__arrow_c_stream__"):
        raise Faulty(Fault("", "is no table that can be read", _HINT))
    held = _held(table, limits)
    names = held.column_names
    faults = [*name_faults(names, limits), *row_fault(held.num_rows)]
    if not names:
        faults = [Fault("", "has no columns")]
    if faults:
        raise Faulty(*faults)
    return sheet_of(held, limits)


def _held(table: Any, limits: Limits) -> pa.Table:  # noqa: ANN401 - whatever has a stream
    """Take the batches of a stream while they fit."""
    batches: list[pa.RecordBatch] = []
    size, failed = 0, ""
    schema = None
    try:
        reader = pa.RecordBatchReader.from_stream(table)
        schema = reader.schema
        for batch in reader:
            size += batch.nbytes
            if size > limits.table_bytes:
                break
            batches.append(batch)
    except MemoryError:
        raise
    except Exception as error:
        # Its text may quote a cell, whatever library it is of; its name cannot.
        failed = type(error).__name__
    if failed:
        raise Faulty(Fault("", f"cannot be read as an Arrow stream ({failed})", _HINT))
    if size > limits.table_bytes:
        raise Faulty(Fault("", f"holds more than {limits.table_bytes >> 20} MiB"))
    return pa.Table.from_batches(batches, schema)
