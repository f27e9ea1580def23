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
_GROUPED = r"^[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?$"
_ACCENTS = r"\p{Mn}"
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
    regard to width and invisible characters, then to case, notation of numbers, and accents, and
    taken for the known level that agrees, if it is the only one: copies must not hide behind
    spelling. Levels of real and holdout are never merged.

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


def meant(texts: pa.Array, known: pa.Array, *, as_truth: bool = False) -> pa.Array:
    """Take each unknown text for the only known level that agrees with it, the strictest way first.

    Known levels that agree with one another differ for a reason: none of them is chosen, and the
    text stays as it is.
    """
    found, ours, theirs = texts, texts, known
    for fold in (_without_width, _without_case, _without_notation, _without_accents):
        unknown = pc.invert(pc.is_in(found, value_set=known))
        if not pc.any(unknown).as_py() or not len(known):
            break
        theirs, ours = fold(theirs), fold(ours)
        if fold is _without_notation and as_truth:
            theirs, ours = _as_truth(theirs), _as_truth(ours)
        agreed = pc.coalesce(_only_one(ours, theirs, known), found)
        found = pc.if_else(unknown, agreed, found)
    return found


def _respelled(cells: TextCells, pooled: pa.Array, as_truth: bool) -> TextCells:
    texts = cells.texts
    taken = meant(texts, pooled, as_truth=as_truth)
    changed = pc.not_equal(taken, texts).to_numpy(zero_copy_only=False)
    if not changed.any():
        return TextCells(texts, cells.index)
    distinct = pc.unique(taken)
    place = pc.index_in(taken, value_set=distinct).to_numpy().astype(np.int64)
    held = cells.index >= 0
    return TextCells(
        texts=distinct,
        index=np.where(held, place[cells.index], -1),
        retouched=int(changed[cells.index[held]].sum()),
    )


def _only_one(wanted: pa.Array, folds: pa.Array, pooled: pa.Array) -> pa.Array:
    """Return the level whose fold is wanted, where one and only one has it, else null."""
    tally = pc.value_counts(folds)
    single = tally.field("values").filter(pc.equal(tally.field("counts"), 1))
    place = pc.index_in(wanted, value_set=folds)
    return pc.if_else(pc.is_in(wanted, value_set=single), pooled.take(place), None)


def _without_width(texts: pa.Array) -> pa.Array:
    plain = pc.utf8_normalize(texts, form="NFKC")
    return pc.replace_substring_regex(plain, pattern=_INVISIBLE, replacement="")


def _without_case(texts: pa.Array) -> pa.Array:
    if pc.all(pc.string_is_ascii(texts)).as_py():
        return pc.utf8_lower(texts)
    # Upper case first: it has no second form of a letter, as a final sigma or a dotless i is.
    return pa.array([t.upper().casefold() for t in texts.to_pylist()], pa.string())


def _without_notation(texts: pa.Array) -> pa.Array:
    grouped = pc.match_substring_regex(texts, pattern=_GROUPED)
    plain = pc.if_else(grouped, pc.replace_substring(texts, pattern=",", replacement=""), texts)
    return by_value(pc.replace_substring_regex(plain, pattern=_LEADING_ZEROS, replacement=r"\1\2"))


def _without_accents(texts: pa.Array) -> pa.Array:
    if pc.all(pc.string_is_ascii(texts)).as_py():
        return texts
    apart = pc.utf8_normalize(texts, form="NFKD")
    return pc.replace_substring_regex(apart, pattern=_ACCENTS, replacement="")


def _as_truth(texts: pa.Array) -> pa.Array:
    for word, meant in (("true", TRUE), ("false", FALSE)):
        same = pc.is_in(texts, value_set=pa.array(sorted(meant)))
        texts = pc.if_else(same, word, texts)
    return texts


def _placed(cells: TextCells, texts: pa.Array) -> NDArray[np.int64]:
    place = pc.index_in(cells.texts, value_set=texts).to_numpy().astype(np.int64)
    # The appended entry answers for index -1, which is missing.
    return np.append(place, -1)[cells.index]


def _outside(cells: TextCells, pooled: pa.Array) -> int:
    known = pc.is_in(cells.texts, value_set=pooled).to_numpy(zero_copy_only=False)
    return int((~np.append(known, True))[cells.index].sum())
