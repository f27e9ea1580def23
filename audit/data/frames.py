"""pandas frames, read as a Parquet file of the same content would be."""

import datetime as dt
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from audit.data.cells import NumberCells, as_text
from audit.data.faults import Fault, Faulty, quoted
from audit.data.sheet import Limits, Sheet, name_faults, row_fault, sheet_of


def read_frame(frame: pd.DataFrame, limits: Limits) -> Sheet:
    """Read a frame; its index is no data and is left out.

    Raises
    ------
    Faulty
        With every fault of the frame that can be told; never a cell.
    """
    if frame.columns.nlevels > 1:
        raise Faulty(Fault("", "has column names of several levels", "Join them into one."))
    names = [str(n) for n in frame.columns]
    faults = list(row_fault(len(frame)))
    if not isinstance(frame.columns, pd.RangeIndex):
        # Names that pandas counted up itself are positions, and fine.
        faults += name_faults(names, limits)
    if not names:
        faults.append(Fault("", "has no columns"))
    if faults:
        raise Faulty(*faults)
    columns = [_array_of(frame.iloc[:, i], name) for i, name in enumerate(names)]
    return sheet_of(pa.table(columns, names=names), limits)


def _array_of(series: "pd.Series[Any]", name: str) -> pa.Array | pa.ChunkedArray:
    """Return the cells as arrow holds them; a column of mixed types becomes text."""
    array = None
    if not _holds_numbers_in_objects(series):
        try:
            array = pa.array(series, from_pandas=True)
        except MemoryError:
            raise
        except (pa.ArrowException, UnicodeError, TypeError, ValueError, OverflowError):
            array = None
    if array is not None:
        return array
    texts: list[str | None] | None = []
    try:
        texts = [plain_text(cell) for cell in series.tolist()]
        array = pa.array(texts, pa.string())
    except (TypeError, ValueError, pa.ArrowException):
        array = None
    if array is None:
        hint = "One number, text, date or truth value per cell."
        raise Faulty(Fault("", f"column {quoted(name)} holds values of a foreign type", hint))
    return array


def _holds_numbers_in_objects(series: "pd.Series[Any]") -> bool:
    """Objects that arrow would force into one numeric type, or refuse."""
    return series.dtype == object and pd.api.types.infer_dtype(series, skipna=True) not in (
        "string",
        "boolean",
        "decimal",
        "date",
        "datetime",
        "datetime64",
        "time",
        "timedelta",
        "timedelta64",
        "empty",
    )


def plain_text(cell: object) -> str | None:
    """Write one cell as text, one spelling per value; None where it is missing."""
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return None
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool | np.bool_):
        return str(bool(cell)).lower()
    if isinstance(cell, Integral):
        return str(int(cell))
    if isinstance(cell, Real):
        return _number_text(float(cell))
    if isinstance(cell, Decimal):
        return None if cell.is_nan() else str(cell)
    if isinstance(cell, dt.datetime | dt.date):
        return cell.isoformat()
    raise TypeError


def _number_text(value: float) -> str | None:
    if np.isnan(value):
        return None
    if np.isinf(value):
        return "inf" if value > 0 else "-inf"
    return str(as_text(NumberCells(np.array([value]))).texts[0].as_py())
