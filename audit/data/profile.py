"""Label-blind facts about a column: counts over real and holdout together, no values."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from audit.data.pooling import FITTED_ON
from audit.data.reading import TypedColumn
from audit.data.typing import FEWEST_KEYS, fills_range

_NUMBERED_KEY = r"^(?P<head>[^0-9]*)(?P<number>[0-9]{1,15})(?P<tail>[^0-9]*)$"


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What is known of one column over real and holdout, whichever of them holds it."""

    n_distinct: int
    n_present: int
    missing_share: float
    mean_length: float
    """Mean characters of a present text; 0 where the column has numbers only."""
    is_dense_key: bool
    """Numbered keys (`17`, `P0017`) that fill at least half of their range: whoever numbers rows
    meets them by chance."""
    largest_share: float
    """Share of the commonest value among the present ones."""


def profile_of(column: TypedColumn) -> ColumnProfile:
    """Profile one typed column."""
    if column.texts is not None:
        return _profile_of_codes(column, column.texts)
    values = np.concatenate([v for s, v in column.numbers.items() if s in FITTED_ON])
    levels, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    whole = bool((levels == np.floor(levels)).all()) and len(levels) >= FEWEST_KEYS
    return _profile(counts, len(values), 0.0, whole and fills_range(levels))


def _profile_of_codes(column: TypedColumn, texts: pa.Array) -> ColumnProfile:
    codes = np.concatenate([c for s, c in column.codes.items() if s in FITTED_ON])
    counts = np.bincount(codes[codes >= 0], minlength=len(texts))
    lengths = pc.utf8_length(texts).to_numpy(zero_copy_only=False)
    mean_length = float(lengths @ counts) / max(int(counts.sum()), 1)
    held = texts.filter(pa.array(counts > 0))
    return _profile(counts[counts > 0], len(codes), mean_length, _is_numbered(held))


def _profile(
    counts: NDArray[np.int64], n_cells: int, mean_length: float, is_dense_key: bool
) -> ColumnProfile:
    present = int(counts.sum())
    return ColumnProfile(
        n_distinct=len(counts),
        n_present=present,
        missing_share=1.0 - present / n_cells,
        mean_length=mean_length,
        is_dense_key=is_dense_key,
        largest_share=float(counts.max(initial=0)) / max(present, 1),
    )


def _is_numbered(texts: pa.Array) -> bool:
    if len(texts) < FEWEST_KEYS:
        return False
    parts = pc.extract_regex(texts, pattern=_NUMBERED_KEY)
    if parts.null_count or any(
        len(pc.unique(pc.struct_field(parts, name))) > 1 for name in ("head", "tail")
    ):
        return False
    numbers = pc.struct_field(parts, "number").cast(pa.float64()).to_numpy()
    return fills_range(np.unique(numbers))
