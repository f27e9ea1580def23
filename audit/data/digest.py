"""Digests: of the bytes of a file, and of the content of a table whatever file holds it."""

import hashlib
import hmac

import numpy as np
from numpy.typing import NDArray

from audit.data.cells import Cells, NumberCells, TextCells, TimeCells
from audit.data.keys import Keys, column_seed, lanes_of_bits, lanes_of_texts, mixed
from audit.data.moments import read_moments
from audit.data.numerals import matches, read_numerals
from audit.data.sheet import Sheet

_TIME, _ZONED_TIME = column_seed("\0time"), column_seed("\0zoned time")
_TRUTH = r"^(?i:true|false)$"


def plain_digest(data: bytes) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def keyed_digest(data: bytes, key: bytes) -> str:
    """Return the HMAC-SHA-256 of a file: without the key nobody can test a guess at its content."""
    return hmac.new(key, data, hashlib.sha256).hexdigest()


def content_digest(sheet: Sheet) -> str:
    """Return the SHA-256 of what a table holds, in hexadecimal.

    Row order, column order and file format are removed: each cell is read for itself (a number, a
    point in time, a text), by no type plan. Neither another table nor a declaration can therefore
    move it, nor the seed that is derived from it.
    """
    rows = np.zeros((sheet.n_rows, 2), dtype=np.uint64)
    for name, cells in sheet.cells.items():
        rows += mixed(_cell_lanes(cells), column_seed(name))
    ordered = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    digest = hashlib.sha256(b"synthgate content v1\0")
    for name in sorted(sheet.cells):
        digest.update(len(name.encode()).to_bytes(8, "little") + name.encode())
    digest.update(ordered.astype("<u8").tobytes())
    return digest.hexdigest()


def _cell_lanes(cells: Cells) -> Keys:
    match cells:
        case NumberCells():
            return lanes_of_bits(cells.values)
        case TimeCells():
            return _time_lanes(cells.microseconds, np.full(len(cells.microseconds), cells.aware))
        case TextCells():
            # The appended row answers for index -1, which is missing.
            missing = lanes_of_bits(np.array([np.nan]))
            return np.concatenate([_text_lanes(cells), missing])[cells.index]


def _text_lanes(cells: TextCells) -> Keys:
    numerals, moments = read_numerals(cells.texts), read_moments(cells.texts)
    quantity = (numerals.is_number & ~numerals.is_code) | numerals.is_infinite
    texts = np.asarray(cells.texts.to_pylist(), dtype=object)
    truth = matches(cells.texts, _TRUTH)
    texts[truth] = [t.lower() for t in texts[truth]]
    lanes = np.zeros((len(texts), 2), dtype=np.uint64)
    lanes[quantity] = lanes_of_bits(numerals.values[quantity])
    times = moments.is_moment
    lanes[times] = _time_lanes(moments.microseconds[times], moments.is_aware[times])
    words = ~quantity & ~times
    lanes[words] = lanes_of_texts(texts[words].tolist())
    return lanes


def _time_lanes(microseconds: NDArray[np.float64], aware: NDArray[np.bool_]) -> Keys:
    lanes = lanes_of_bits(microseconds)
    salted = np.where(aware[:, None], mixed(lanes, _ZONED_TIME), mixed(lanes, _TIME))
    return np.where(np.isnan(microseconds)[:, None], lanes, salted)
