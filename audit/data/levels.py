"""Levels of a coded column, numbered jointly over all tables: same text, same code, everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from audit.data.cells import TextCells
from audit.data.faults import Side
from audit.data.numerals import by_value
from audit.data.pooling import FITTED_ON
from audit.data.typing import FALSE, TRUE

_INVISIBLE = r"[\p{Cf}\s]+"
_LEADING_ZEROS = r"^([+-]?)0+([0-9])"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Coded:
    """One column, coded."""

    texts: pa.Array
    """The L levels, ascending; the code of a level is its place here."""
    codes: Mapping[Side, NDArray[np.int64]]
    """Shape (n,) per side, -1 where missing."""
    respelled: Mapping[Side, int]
    """Cells read as a known level that was only spelled otherwise."""
    unseen: Mapping[Side, int]
    """Cells with a level that neither real nor holdout has."""


def code_jointly(
    cells: Mapping[Side, TextCells], *, as_truth: bool = False, known: pa.Array | None = None
) -> Coded:
    """Number the levels of all sides in one ascending list.

    A level of the synthetic table that nobody in real or holdout has is matched once more without
    regard to case, width, invisible characters, leading zeros and notation of numbers, and taken
    for the known level that agrees, if it is the only one: copies must not hide behind spelling.

    Parameters
    ----------
    cells
        Per side.
    as_truth
        `yes`, `1`, `true` and `t` agree, and so do their opposites.
    known
        Levels beyond those of real and holdout that count as known (a declared order).
    """
    fitted = [c.texts for s, c in cells.items() if s in FITTED_ON]
    pooled = pc.unique(pa.concat_arrays([*fitted, known] if known is not None else fitted))
    spelled = {
        s: c if s in FITTED_ON else _respelled(c, pooled, as_truth) for s, c in cells.items()
    }
    every = pc.unique(pa.concat_arrays([c.texts for c in spelled.values()] + [pooled]))
    texts = every.take(pc.array_sort_indices(every))
    return Coded(
        texts=texts,
        codes={s: _placed(c, texts) for s, c in spelled.items()},
        respelled={s: c.retouched for s, c in spelled.items() if s not in FITTED_ON},
        unseen={s: _outside(c, pooled) for s, c in spelled.items() if s not in FITTED_ON},
    )


def _respelled(cells: TextCells, pooled: pa.Array, as_truth: bool) -> TextCells:
    unknown = pc.invert(pc.is_in(cells.texts, value_set=pooled)).to_numpy(zero_copy_only=False)
    unchanged = TextCells(cells.texts, cells.index)
    if not unknown.any() or not len(pooled):
        return unchanged
    folds = _folded(pooled, as_truth)
    tally = pc.value_counts(folds)
    single = tally.field("values").filter(pc.equal(tally.field("counts"), 1))
    wanted = _folded(cells.texts, as_truth)
    place = pc.index_in(wanted, value_set=folds).fill_null(-1).to_numpy().astype(np.int64)
    agrees = unknown & pc.is_in(wanted, value_set=single).to_numpy(zero_copy_only=False)
    if not agrees.any():
        return unchanged
    chosen = pooled.take(pa.array(np.where(agrees, place, 0)))
    merged = pc.if_else(pa.array(agrees), chosen, cells.texts)
    texts = pc.unique(merged)
    again = pc.index_in(merged, value_set=texts).to_numpy().astype(np.int64)
    held = cells.index >= 0
    index = np.where(held, again[cells.index], -1)
    return TextCells(texts, index, int(agrees[cells.index[held]].sum()))


def _folded(texts: pa.Array, as_truth: bool) -> pa.Array:
    plain = pc.utf8_lower(pc.utf8_normalize(texts, form="NFKC"))
    plain = pc.replace_substring_regex(plain, pattern=_INVISIBLE, replacement="")
    plain = pc.replace_substring_regex(plain, pattern=_LEADING_ZEROS, replacement=r"\1\2")
    plain = by_value(plain)
    if not as_truth:
        return plain
    for word, meant in (("true", TRUE), ("false", FALSE)):
        same = pc.is_in(plain, value_set=pa.array(sorted(meant)))
        plain = pc.if_else(same, word, plain)
    return plain


def _placed(cells: TextCells, texts: pa.Array) -> NDArray[np.int64]:
    place = pc.index_in(cells.texts, value_set=texts).to_numpy().astype(np.int64)
    # The appended entry answers for index -1, which is missing.
    return np.append(place, -1)[cells.index]


def _outside(cells: TextCells, pooled: pa.Array) -> int:
    known = pc.is_in(cells.texts, value_set=pooled).to_numpy(zero_copy_only=False)
    return int((~np.append(known, True))[cells.index].sum())
