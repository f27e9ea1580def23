"""Cells of one column of every table, read by its plan into numbers, codes, or both."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from audit.data.cells import Cells, NumberCells, TextCells, TimeCells, as_text, text_cells
from audit.data.faults import Fault, Faulty, Side
from audit.data.levels import Coded, code_jointly
from audit.data.notes import Remark
from audit.data.numerals import by_value, read_numerals
from audit.data.pooling import FITTED_ON, Pool
from audit.data.quantities import (
    Quantities,
    as_moments,
    as_numbers,
    moments_in_any_order,
    numbers_in_any_notation,
)
from audit.data.recoded import is_recoded
from audit.data.resolution import in_common_clock, in_common_digits, in_single_precision
from audit.data.typing import TypePlan
from audit.facts.schema import Kind

MOST_UNPARSEABLE = 0.01
"""A larger share of cells that do not parse is a conflict of types, not a few bad cells."""
_LEVELS_REPEAT = 5


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TypedColumn:
    """One column of every table."""

    numbers: Mapping[Side, NDArray[np.float64]] = field(default_factory=dict)
    """Shape (n,), NaN where missing; empty unless the kind is numeric."""
    codes: Mapping[Side, NDArray[np.int64]] = field(default_factory=dict)
    """Shape (n,), -1 where missing; empty for most numeric kinds."""
    texts: pa.Array | None = None
    """The level of each code, ascending."""
    remarks: tuple[Remark, ...] = ()


def read_column(
    name: str, plan: TypePlan, cells: Mapping[Side, Cells], pool: Pool, *, coded: bool = False
) -> TypedColumn:
    """Read one column of every table.

    Parameters
    ----------
    name
        For the remarks.
    plan, pool
        Of this column.
    cells
        Per side.
    coded
        Code the column even if its kind is numeric (its verbatim return is tested).

    Raises
    ------
    Faulty
        With one fault per side that does not fit the plan.
    """
    if plan.kind in (Kind.CONTINUOUS, Kind.INTEGER, Kind.DATETIME):
        column = _read_numeric(name, plan, cells)
        if not coded:
            return column
        # Coded as read, so that one value has one spelling.
        read = {s: _as_cells(v, plan) for s, v in column.numbers.items()}
        by_code = _read_coded(name, plan, read, pool)
        return replace(column, codes=by_code.codes, texts=by_code.texts)
    return _read_coded(name, plan, cells, pool)


def _as_cells(values: NDArray[np.float64], plan: TypePlan) -> Cells:
    return TimeCells(values, aware=False) if plan.kind is Kind.DATETIME else NumberCells(values)


def _read_numeric(name: str, plan: TypePlan, cells: Mapping[Side, Cells]) -> TypedColumn:
    is_time = plan.kind is Kind.DATETIME
    parsed = _moments(cells, plan) if is_time else _numbers(cells)
    faults = [f for s, p in parsed.items() for f in _conflict(s, p, plan)]
    if faults:
        raise Faulty(*faults)
    rewritten = "dates_rewritten" if is_time else "numbers_rewritten"
    remarks = [
        *(Remark("cells_unparseable", s, name, p.n_unparseable) for s, p in parsed.items()),
        *(Remark("cells_infinite", s, name, p.n_infinite) for s, p in parsed.items()),
        *(Remark("missing_words", s, name, p.n_words) for s, p in parsed.items()),
        *(Remark(rewritten, s, name, p.n_rewritten) for s, p in parsed.items()),
    ]
    values = {s: p.values for s, p in parsed.items()}
    single = [s for s, c in cells.items() if isinstance(c, NumberCells) and c.single]
    if single and plan.kind is Kind.CONTINUOUS:
        # The coarsest file decides, or a copy would hide behind its own rounding.
        values = {s: in_single_precision(v) for s, v in values.items()}
        remarks += [Remark("single_precision", s, name, len(values[s])) for s in single]
    in_common = in_common_clock if is_time else in_common_digits
    coarsened = in_common(values, FITTED_ON)
    remarks += [Remark("resolution_coarse", s, name, len(values[s])) for s in coarsened.coarse]
    return TypedColumn(numbers=coarsened.values, remarks=tuple(remarks))


def _numbers(cells: Mapping[Side, Cells]) -> dict[Side, Quantities]:
    """Read numbers: real and holdout plainly, the others in the notation that they use."""
    fitted = {s: as_numbers(c) for s, c in cells.items() if s in FITTED_ON}
    known = np.unique(np.concatenate([p.values for p in fitted.values()]))
    return {s: fitted.get(s) or numbers_in_any_notation(c, known) for s, c in cells.items()}


def _moments(cells: Mapping[Side, Cells], plan: TypePlan) -> dict[Side, Quantities]:
    """Read points in time: by the plan, and tables beside real and holdout in their own order."""
    planned = {s: as_moments(c, plan.datetime_format, plan.date_order) for s, c in cells.items()}
    known = np.unique(np.concatenate([p.values for s, p in planned.items() if s in FITTED_ON]))
    read = {
        s: p if s in FITTED_ON else moments_in_any_order(cells[s], known, p)
        for s, p in planned.items()
    }
    if len(frozenset[bool]().union(*(p.zones for p in read.values()))) > 1:
        raise Faulty(Fault("", "mixes times with and without a time zone", "Write one of both."))
    return read


def _conflict(side: Side, parsed: Quantities, plan: TypePlan) -> tuple[Fault, ...]:
    present = int((~np.isnan(parsed.values)).sum()) + parsed.n_unparseable
    if parsed.n_unparseable <= MOST_UNPARSEABLE * present:
        return ()
    stated = "is declared" if plan.declared else "is, by real and holdout,"
    what = f"{stated} {plan.kind}, but {parsed.n_unparseable} of {present} cells of {side} are not"
    return (Fault("", what, "Write it alike in all tables, or declare another kind."),)


def _read_coded(name: str, plan: TypePlan, cells: Mapping[Side, Cells], pool: Pool) -> TypedColumn:
    written = {s: as_text(c) for s, c in cells.items()}
    texts = _spelled_alike(written, plan, pool)
    words = {s: _n_missing(texts[s]) - _n_missing(t) for s, t in written.items()}
    order = _order_of(plan, texts) if plan.kind is Kind.ORDINAL else None
    coded = code_jointly(texts, as_truth=plan.kind is Kind.BOOLEAN, known=order)
    remarks = [Remark("levels_respelled", s, name, n) for s, n in coded.respelled.items()]
    remarks += [Remark("missing_words", s, name, n) for s, n in words.items()]
    if plan.kind.is_nominal or plan.kind is Kind.ORDINAL:
        remarks += _unseen(name, coded, pool)
    if plan.kind is Kind.CATEGORICAL and "synthetic" in coded.codes:
        known = np.concatenate([c for s, c in coded.codes.items() if s in FITTED_ON])
        released = coded.codes["synthetic"]
        exchanged = is_recoded(known, released)
        remarks += [Remark("levels_exchanged", "synthetic", name, len(released) * exchanged)]
    numbers = _ranks(coded, order) if order is not None else {}
    return TypedColumn(numbers, coded.codes, coded.texts, tuple(remarks))


def _spelled_alike(
    cells: Mapping[Side, TextCells], plan: TypePlan, pool: Pool
) -> dict[Side, TextCells]:
    """Give each number its one spelling where the column holds nothing else; `NA` is missing.

    In a column of words `NA` may be a word (Namibia). Where real and holdout have empty cells and
    no such word, it is how another table writes an empty cell.
    """
    if plan.by_value:
        return {s: _spelled(c) for s, c in cells.items()}
    fitted = [read_numerals(c.texts) for s, c in cells.items() if s in FITTED_ON]
    if not pool.has_missing or any(f.is_missing_word.any() for f in fitted):
        return dict(cells)
    return {s: c if s in FITTED_ON else _without_words(c) for s, c in cells.items()}


def _spelled(cells: TextCells) -> TextCells:
    spelled = by_value(cells.texts)
    numerals = read_numerals(spelled)
    return _holding(cells, spelled, numerals.is_missing_word | numerals.is_infinite)


def _without_words(cells: TextCells) -> TextCells:
    words = read_numerals(cells.texts).is_missing_word
    return _holding(cells, cells.texts, words) if words.any() else cells


def _holding(cells: TextCells, texts: pa.Array, missing: NDArray[np.bool_]) -> TextCells:
    """Return the cells with other texts for the same levels, some of which mean missing."""
    kept = pc.unique(texts.filter(pa.array(~missing)))
    place = pc.index_in(texts, value_set=kept).fill_null(-1).to_numpy().astype(np.int64)
    return TextCells(kept, np.append(place, -1)[cells.index], cells.retouched)


def _order_of(plan: TypePlan, texts: Mapping[Side, TextCells]) -> pa.Array:
    """Return the levels, lowest first: as declared, else by number, else by alphabet."""
    pooled = pc.unique(pa.concat_arrays([c.texts for s, c in texts.items() if s in FITTED_ON]))
    if plan.order is None:
        by = read_numerals(pooled).values if plan.by_value else None
        places = pc.array_sort_indices(pooled if by is None else pa.array(by))
        return pooled.take(places)
    listed = text_cells(pa.array(plan.order, pa.string()))
    order = _spelled(listed).texts if plan.by_value else listed.texts
    outside = pc.invert(pc.is_in(pooled, value_set=order)).to_numpy(zero_copy_only=False)
    if outside.any():
        what = f"has {int(outside.sum())} level(s) that its declared order lacks"
        raise Faulty(Fault("", what, "List every level of real and holdout."))
    return order


def _ranks(coded: Coded, order: pa.Array) -> dict[Side, NDArray[np.float64]]:
    rank = pc.index_in(coded.texts, value_set=order).cast(pa.float64())
    # A level outside the order has no rank; nor has a missing one (code -1, the appended entry).
    by_code = np.append(rank.to_numpy(zero_copy_only=False), np.nan)
    return {s: by_code[c] for s, c in coded.codes.items()}


def _unseen(name: str, coded: Coded, pool: Pool) -> list[Remark]:
    remarks = []
    # A sample of the same population brings about as many new levels as single people have
    # (Good 1953); halfway from there to nothing but new levels, the codes are others.
    single = int((pool.counts == 1).sum())
    repeats = pool.n_present >= _LEVELS_REPEAT * pool.n_levels
    natural = 0.0 if repeats else single / max(pool.n_present, 1)
    for side, count in coded.unseen.items():
        present = int((coded.codes[side] >= 0).sum())
        mostly = side == "synthetic" and count > present * (1 + natural) / 2
        code = "levels_unknown" if mostly else "levels_unseen"
        remarks.append(Remark(code, side, name, count))
    return remarks


def _n_missing(cells: TextCells) -> int:
    return int((cells.index < 0).sum())
