"""Parquet: flat columns of plain values, within a budget that the footer cannot understate."""

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from audit.data.cells import is_text, type_faults
from audit.data.faults import Fault, Faulty, quoted
from audit.data.sheet import Limits, Sheet, name_faults, row_fault, sheet_of, too_large

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
    # Before anything is unpacked: what is refused in the end must not fill the memory first.
    faults = faults or [*_type_faults(file.schema_arrow)]
    if faults:
        raise Faulty(*faults)
    # A column chunk of one repeated value packs a thousandfold, so rows x width is what counts.
    width = 8 * len(names)
    stated = sum(file.metadata.row_group(i).total_byte_size for i in range(file.num_row_groups))
    if max(file.metadata.num_rows * width, stated) > limits.table_bytes:
        raise Faulty(too_large(limits))
    texts = [f.name for f in file.schema_arrow if is_text(f.type)]
    # Texts stay in dictionaries: written out, one long text repeated fills any memory.
    return sheet_of(_unpacked(_opened(data, texts) if texts else file, limits), limits)


def _type_faults(schema: pa.Schema) -> Iterator[Fault]:
    for field in schema:
        for fault in type_faults(field.type):
            yield Fault("", f"column {quoted(field.name)} {fault.what}", fault.hint)


def _opened(data: bytes, in_dictionaries: Sequence[str] = ()) -> pq.ParquetFile:
    file = None
    try:
        file = pq.ParquetFile(
            pa.BufferReader(data),
            page_checksum_verification=True,
            read_dictionary=list(in_dictionaries),
        )
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
    seen: set[int] = set()
    table = None
    try:
        for batch in file.iter_batches(batch_size=_BATCH_ROWS, use_threads=False):
            size += _size(batch, seen)
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
        raise Faulty(too_large(limits))
    if table is None or table.num_rows != file.metadata.num_rows:
        # The footer may say what the pages do not hold.
        raise Faulty(_DAMAGED)
    return table


def _size(batch: pa.RecordBatch, seen: set[int]) -> int:
    """Return the bytes of a batch; a dictionary that many batches share counts once."""
    size = 0
    for column in batch.columns:
        if not pa.types.is_dictionary(column.type):
            size += column.nbytes
            continue
        size += column.indices.nbytes
        texts = column.dictionary
        address = next((b.address for b in reversed(texts.buffers()) if b is not None), 0)
        if address not in seen:
            seen.add(address)
            size += texts.nbytes
    return size
