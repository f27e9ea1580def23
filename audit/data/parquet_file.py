"""Parquet: flat columns of plain values, within a budget that the footer cannot understate."""

import pyarrow as pa
import pyarrow.parquet as pq

from audit.data.faults import Fault, Faulty
from audit.data.sheet import Limits, Sheet, name_faults, row_fault, sheet_of

MAGIC = b"PAR1"
_BATCH_ROWS = 1 << 16
_DAMAGED = Fault("", "is damaged or encrypted and cannot be read as Parquet")


def read_parquet(data: bytes, limits: Limits) -> Sheet:
    """Read the bytes of a Parquet file.

    Raises
    ------
    Faulty
        With every fault of the file that can be told; never a cell.
    """
    file = _opened(data)
    names = file.schema_arrow.names
    faults = [*name_faults(names, limits), *row_fault(file.metadata.num_rows)]
    if faults:
        raise Faulty(*faults)
    # A column chunk of one repeated value packs a thousandfold, so rows x width is what counts.
    width = 8 * len(names)
    if file.metadata.num_rows * width > limits.table_bytes:
        raise Faulty(_too_large(limits))
    return sheet_of(_unpacked(file, limits), limits)


def _opened(data: bytes) -> pq.ParquetFile:
    file = None
    try:
        file = pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError):
        file = None
    if file is None:
        raise Faulty(_DAMAGED)
    return file


def _unpacked(file: pq.ParquetFile, limits: Limits) -> pa.Table:
    batches: list[pa.RecordBatch] = []
    size = 0
    table = None
    try:
        for batch in file.iter_batches(batch_size=_BATCH_ROWS, use_threads=False):
            size += batch.nbytes
            if size > limits.table_bytes:
                break
            batches.append(batch)
        else:
            table = pa.Table.from_batches(batches, file.schema_arrow)
            table.validate(full=True)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError):
        table = None
    if size > limits.table_bytes:
        raise Faulty(_too_large(limits))
    if table is None:
        raise Faulty(_DAMAGED)
    return table


def _too_large(limits: Limits) -> Fault:
    return Fault("", f"holds more than {limits.table_bytes >> 20} MiB when unpacked")
