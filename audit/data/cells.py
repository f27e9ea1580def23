"""The cells of one column of one file, in one of three plain forms."""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from audit.data.faults import Fault, Faulty
from audit.data.moments import moment_texts
from audit.data.numerals import LARGEST_EXACT, matches, number_texts
from audit.text import safe_text


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TextCells:
    """Cells of text: L distinct texts and, for each of n cells, which of them it holds."""

    texts: pa.Array
    """Distinct, normalised (NFC), without outer white space, none empty."""
    index: NDArray[np.int64]
    """Shape (n,), -1 where missing."""
    retouched: int = 0
    """Cells whose text changed under normalisation."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NumberCells:
    """Cells of numbers."""

    values: NDArray[np.float64]
    """Shape (n,), NaN where missing; infinities are kept."""
    single: bool = False
    """The file holds them in single precision."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TimeCells:
    """Cells of points in time."""

    microseconds: NDArray[np.float64]
    """Shape (n,), since 1970-01-01 (UTC where aware), NaN where missing."""
    aware: bool
    """The file says which time zone is meant."""


_PLAIN_TYPES = (
    pa.types.is_null,
    pa.types.is_boolean,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_duration,
    pa.types.is_time,
)
_TRUTH = r"^(?i:true|false|)$"
_TRUTH_SPELLINGS = 8


class _Indexed(NamedTuple):
    places: NDArray[np.int64]
    texts: pa.Array


Cells: TypeAlias = TextCells | NumberCells | TimeCells


def plain_cells(column: pa.Array | pa.ChunkedArray) -> Cells:
    """Bring an arrow column into plain form.

    Raises
    ------
    Faulty
        For types that hold no single value per cell: lists, structs, maps, binaries, extensions.
    """
    kind = column.type
    if is_text(kind) or (pa.types.is_dictionary(kind) and is_text(kind.value_type)):
        return text_cells(column)
    if pa.types.is_dictionary(kind):
        return plain_cells(column.cast(kind.value_type))
    if pa.types.is_boolean(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind):
        return text_cells(column.cast(pa.string()))
    if pa.types.is_integer(kind):
        return _integers(column)
    if pa.types.is_floating(kind):
        return _floats(column)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _times(column)
    if pa.types.is_duration(kind) or pa.types.is_time(kind):
        return _seconds(column)
    raise Faulty(*type_faults(kind))


def type_faults(kind: pa.DataType) -> tuple[Fault, ...]:
    """Return what is wrong with a type: nothing, if it holds a single plain value per cell."""
    held = kind.value_type if pa.types.is_dictionary(kind) else kind
    if is_text(held) or any(test(held) for test in _PLAIN_TYPES):
        return ()
    family = safe_text(str(held).split("<")[0].split("[")[0], 30)
    return (Fault("", f"holds values of the type {family}", "One plain value per cell."),)


def text_cells(column: pa.Array | pa.ChunkedArray) -> TextCells:
    """Index a column of strings by its distinct, normalised texts."""
    index, raw = _indexed(column)
    composed = raw if pc.all(pc.string_is_ascii(raw)).as_py() else _composed(raw)
    clean = pc.utf8_trim_whitespace(composed)
    changed = pc.not_equal(raw, clean).to_numpy(zero_copy_only=False)
    spelled = pc.utf8_lower(clean) if _are_truth_values(clean) else clean
    texts = pc.unique(spelled)
    if len(texts) == len(raw) and not pc.any(pc.equal(texts, "")).as_py():
        return TextCells(texts, index, int(np.append(changed, False)[index].sum()))
    texts = texts.filter(pc.not_equal(texts, ""))
    place = pc.index_in(spelled, value_set=texts).fill_null(-1).to_numpy().astype(np.int64)
    # The appended entry answers for index -1, which is missing.
    return TextCells(
        texts=texts,
        index=np.append(place, -1)[index],
        retouched=int(np.append(changed, False)[index].sum()),
    )


def _indexed(column: pa.Array | pa.ChunkedArray) -> _Indexed:
    """Return where each cell stands among the distinct texts that occur, and those texts."""
    # A dictionary stays one: written out, a few long texts could fill the memory.
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    # Some libraries count levels in unsigned integers, which have no -1.
    index = encoded.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    texts = encoded.dictionary.cast(pa.string()).fill_null("")
    used = np.bincount(index[index >= 0], minlength=len(texts)) > 0
    if used.all():
        return _Indexed(index, texts)
    place = np.append(np.cumsum(used) - 1, -1)
    return _Indexed(place[index], texts.filter(pa.array(used)))


def as_text(cells: Cells) -> TextCells:
    """Write cells as text, one spelling per value; infinities become missing."""
    if isinstance(cells, TextCells):
        return cells
    values = cells.values if isinstance(cells, NumberCells) else cells.microseconds
    index = np.full(len(values), -1, dtype=np.int64)
    present = np.isfinite(values)
    distinct, index[present] = np.unique(values[present], return_inverse=True)
    if isinstance(cells, NumberCells):
        return TextCells(number_texts(distinct), index)
    return TextCells(moment_texts(distinct, aware=cells.aware), index)


def rows_of(cells: Cells) -> int:
    """Return how many cells there are."""
    match cells:
        case TextCells():
            return len(cells.index)
        case NumberCells():
            return len(cells.values)
        case TimeCells():
            return len(cells.microseconds)


def bytes_of_cells(cells: Cells) -> int:
    """Return what the cells take in memory."""
    match cells:
        case TextCells():
            return int(cells.index.nbytes + cells.texts.nbytes)
        case NumberCells():
            return cells.values.nbytes
        case TimeCells():
            return cells.microseconds.nbytes


def longest_text(cells: Cells) -> int:
    """Return the bytes of the longest text."""
    if not isinstance(cells, TextCells) or not len(cells.texts):
        return 0
    return int(pc.max(pc.binary_length(cells.texts)).as_py())


def _integers(column: pa.Array | pa.ChunkedArray) -> Cells:
    ends = pc.min_max(column).as_py()
    if ends["min"] is not None and max(-ends["min"], ends["max"]) >= LARGEST_EXACT:
        return text_cells(column.cast(pa.string()))
    return NumberCells(_to_float(column.cast(pa.float64())))


def _floats(column: pa.Array | pa.ChunkedArray) -> NumberCells:
    single = pa.types.is_float32(column.type)
    if single:
        # The decimal that a person reads: 0.1, not 0.10000000149.
        column = column.cast(pa.string())
    elif pa.types.is_float16(column.type):
        column = column.cast(pa.float32())
    return NumberCells(_to_float(column.cast(pa.float64())), single=single)


def _times(column: pa.Array | pa.ChunkedArray) -> TimeCells:
    aware = pa.types.is_timestamp(column.type) and column.type.tz is not None
    exact = column.cast(pa.timestamp("us", "UTC" if aware else None), safe=False)
    return TimeCells(_to_float(exact.cast(pa.int64())), aware=aware)


def _seconds(column: pa.Array | pa.ChunkedArray) -> NumberCells:
    unit = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[column.type.unit]
    width = pa.int32() if column.type.bit_width == 32 else pa.int64()
    return NumberCells(_to_float(column.cast(width)) / unit)


def _to_float(column: pa.Array | pa.ChunkedArray) -> NDArray[np.float64]:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    numbers = column.to_numpy(zero_copy_only=False).astype(np.float64)
    # -0.0 and 0.0 are one value.
    return np.asarray(numbers + 0.0, dtype=np.float64)


def _composed(texts: pa.Array) -> pa.Array:
    return pc.utf8_normalize(texts, form="NFC")


def _are_truth_values(texts: pa.Array) -> bool:
    """Tell whether all texts are `True` or `false`, in any case: each program has its own."""
    return 0 < len(texts) <= _TRUTH_SPELLINGS and bool(matches(texts, _TRUTH).all())


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a type holds texts."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind)) or (
        kind == pa.string_view()
    )
