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
from audit.data.moments import read_moments
from audit.data.notes import Remark
from audit.data.numerals import by_value, read_numerals
from audit.data.pooling import FITTED_ON, Pool
from audit.data.quantities import Quantities, as_moments, as_numbers, rounded_to_single
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
        by_code = _read_coded(name, plan, cells, pool)
        return replace(column, codes=by_code.codes, texts=by_code.texts)
    return _read_coded(name, plan, cells, pool)


def _read_numeric(name: str, plan: TypePlan, cells: Mapping[Side, Cells]) -> TypedColumn:
    if plan.kind is Kind.DATETIME:
        _refuse_mixed_zones(plan, cells)
        parsed = {s: as_moments(c, plan.datetime_format) for s, c in cells.items()}
    else:
        parsed = {s: as_numbers(c) for s, c in cells.items()}
    faults = [f for s, p in parsed.items() for f in _conflict(s, p, plan)]
    if faults:
        raise Faulty(*faults)
    values = {s: p.values for s, p in parsed.items()}
    single = [s for s, c in cells.items() if isinstance(c, NumberCells) and c.single]
    remarks = [
        *(Remark("cells_unparseable", s, name, p.n_unparseable) for s, p in parsed.items()),
        *(Remark("cells_infinite", s, name, p.n_infinite) for s, p in parsed.items()),
        *(Remark("missing_words", s, name, p.n_words) for s, p in parsed.items()),
    ]
    if single and plan.kind is Kind.CONTINUOUS:
        # The coarsest file decides, or a copy would hide behind its own rounding.
        values = {s: rounded_to_single(v) for s, v in values.items()}
        remarks += [Remark("single_precision", s, name, len(values[s])) for s in single]
    return TypedColumn(numbers=values, remarks=tuple(remarks))


def _refuse_mixed_zones(plan: TypePlan, cells: Mapping[Side, Cells]) -> None:
    zones: set[bool] = set()
    for c in cells.values():
        if isinstance(c, TimeCells):
            zones.add(c.aware)
        elif isinstance(c, TextCells):
            read = read_moments(c.texts, plan.datetime_format)
            zones |= set(read.is_aware[read.is_moment].tolist())
    if len(zones) > 1:
        raise Faulty(Fault("", "mixes times with and without a time zone", "Write one of both."))


def _conflict(side: Side, parsed: Quantities, plan: TypePlan) -> tuple[Fault, ...]:
    present = int((~np.isnan(parsed.values)).sum()) + parsed.n_unparseable
    if parsed.n_unparseable <= MOST_UNPARSEABLE * present:
        return ()
    stated = "is declared" if plan.declared else "is, by real and holdout,"
    what = f"{stated} {plan.kind}, but {parsed.n_unparseable} of {present} cells of {side} are not"
    return (Fault("", what, "Write it alike in all tables, or declare another kind."),)


def _read_coded(name: str, plan: TypePlan, cells: Mapping[Side, Cells], pool: Pool) -> TypedColumn:
    written = {s: as_text(c) for s, c in cells.items()}
    texts = {s: _spelled(t, plan) for s, t in written.items()}
    words = {s: _n_missing(texts[s]) - _n_missing(t) for s, t in written.items()}
    order = _order_of(plan, texts) if plan.kind is Kind.ORDINAL else None
    coded = code_jointly(texts, as_truth=plan.kind is Kind.BOOLEAN, known=order)
    remarks = [Remark("levels_respelled", s, name, n) for s, n in coded.respelled.items()]
    remarks += [Remark("missing_words", s, name, n) for s, n in words.items()]
    if plan.kind.is_nominal or plan.kind is Kind.ORDINAL:
        remarks += _unseen(name, coded, pool)
    numbers = _ranks(coded, order) if order is not None else {}
    return TypedColumn(numbers, coded.codes, coded.texts, tuple(remarks))


def _spelled(cells: TextCells, plan: TypePlan) -> TextCells:
    """Give numbers their one spelling where the column holds nothing else; `NA` is missing."""
    if not plan.by_value:
        return cells
    spelled = by_value(cells.texts)
    numerals = read_numerals(spelled)
    missing = pa.array(numerals.is_missing_word | numerals.is_infinite)
    texts = pc.unique(spelled.filter(pc.invert(missing)))
    place = pc.index_in(spelled, value_set=texts).fill_null(-1).to_numpy().astype(np.int64)
    return TextCells(texts, np.append(place, -1)[cells.index], cells.retouched)


def _order_of(plan: TypePlan, texts: Mapping[Side, TextCells]) -> pa.Array:
    """Return the levels, lowest first: as declared, else by number, else by alphabet."""
    pooled = pc.unique(pa.concat_arrays([c.texts for s, c in texts.items() if s in FITTED_ON]))
    if plan.order is None:
        by = read_numerals(pooled).values if plan.by_value else None
        places = pc.array_sort_indices(pooled if by is None else pa.array(by))
        return pooled.take(places)
    order = _spelled(text_cells(pa.array(plan.order, pa.string())), plan).texts
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
    repeats = pool.n_present >= _LEVELS_REPEAT * pool.n_levels
    for side, count in coded.unseen.items():
        present = int((coded.codes[side] >= 0).sum())
        mostly = side == "synthetic" and repeats and 2 * count > present
        code = "levels_unknown" if mostly else "levels_unseen"
        remarks.append(Remark(code, side, name, count))
    return remarks


def _n_missing(cells: TextCells) -> int:
    return int((cells.index < 0).sum())
