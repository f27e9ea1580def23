"""Groups of people as somebody declared them: which records belong, side by side.

What a group asks for is written by a person; what is found goes into the tables as a yes or no per
record and nowhere else. A misspelt column or level would make an empty group in silence, so both
are faults; a message quotes what was declared, never a cell.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from audit.data.cells import text_cells
from audit.data.columns import ReadColumn, ReadColumns
from audit.data.faults import Fault, Faulty, Side, quoted
from audit.data.levels import meant
from audit.data.moments import read_moments
from audit.data.pooling import FITTED_ON
from audit.facts.project import Condition
from audit.facts.schema import Kind, Role
from audit.text import safe_text

_DAY = 86_400e6
"""Microseconds; a day that is the last one counts to its end."""
_IS_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HINT = "Spell columns and levels of a group as the real table does."
_LISTED = 8
_NUMERIC = (Kind.CONTINUOUS, Kind.INTEGER)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Groups:
    """Who belongs to which group, or why that cannot be said."""

    rows: Mapping[Side, Mapping[str, NDArray[np.bool_]]] = field(default_factory=dict)
    """Per side that holds people and per group, shape (n,)."""
    faults: tuple[Fault, ...] = ()


NO_GROUPS = Groups()
"""Nothing was declared."""


def groups_in(
    declared: Mapping[str, Sequence[Condition]],
    columns: ReadColumns,
    held: Mapping[Side, Sequence[str]],
) -> Groups:
    """Find the records of each declared group.

    Parameters
    ----------
    declared
        Group -> what a record must hold, all of it. A missing value holds nothing.
    columns
        As read; those that could not be read have faults of their own.
    held
        Names of the columns of each table.
    """
    sides = [s for s in FITTED_ON if s in held]
    rows: dict[Side, dict[str, NDArray[np.bool_]]] = {s: {} for s in sides}
    faults: list[Fault] = []
    for group, conditions in declared.items():
        found: dict[Side, list[NDArray[np.bool_]]] = {s: [] for s in sides}
        for condition in conditions:
            try:
                for side, mask in _held(condition, columns, held, sides).items():
                    found[side].append(mask)
            except Faulty as refused:
                where = f"group {safe_text(group, 30)}: "
                faults += [Fault("", f"{where}{f}", f.hint) for f in refused.faults]
        for side, masks in found.items():
            if masks:
                rows[side][group] = np.logical_and.reduce(masks)
    return Groups(rows, tuple(faults))


def _held(
    condition: Condition,
    columns: ReadColumns,
    held: Mapping[Side, Sequence[str]],
    sides: Sequence[Side],
) -> dict[Side, NDArray[np.bool_]]:
    name = condition.column
    lacking = [s for s in sides if name not in held[s]]
    if lacking:
        raise Faulty(*(Fault(s, f"has no column {quoted(name)}", _HINT) for s in lacking))
    read = columns.read.get(name)
    if read is None:
        # The column has a fault of its own.
        return {}
    kind = read.column.kind
    if kind in (Kind.IDENTIFIER, Kind.TEXT) or read.column.has(Role.DIRECT_IDENTIFIER):
        raise Faulty(Fault("", f"column {quoted(name)} names people or holds free text"))
    if condition.levels:
        return _by_levels(condition, read, sides)
    return _by_bounds(condition, read, sides)


def _by_levels(
    condition: Condition, read: ReadColumn, sides: Sequence[Side]
) -> dict[Side, NDArray[np.bool_]]:
    kind, typed = read.column.kind, read.typed
    if kind is Kind.DATETIME:
        what = f"column {quoted(condition.column)} holds dates"
        raise Faulty(Fault("", what, "Give from, to or both."))
    values: dict[Side, NDArray[Any]] = {
        s: typed.numbers[s] if typed.texts is None else typed.codes[s] for s in sides
    }
    if typed.texts is None:
        wanted = [_number(level, condition) for level in condition.levels]
    else:
        wanted = _codes(condition.levels, typed.texts, as_truth=kind is Kind.BOOLEAN)
    pooled = np.concatenate(list(values.values()))
    present = np.isin(wanted, pooled[pooled >= 0] if typed.texts is not None else pooled)
    absent = [
        level for level, is_held in zip(condition.levels, present, strict=True) if not is_held
    ]
    if absent:
        column = quoted(condition.column)
        what = f"no record of real or holdout has {_said(absent)} in column {column}"
        raise Faulty(Fault("", what, _HINT))
    return {s: np.isin(v, wanted) for s, v in values.items()}


def _codes(levels: Sequence[str], texts: pa.Array, *, as_truth: bool) -> list[float]:
    """Return the code of each declared level, -1 where there is none."""
    written = text_cells(pa.array(list(levels), pa.string()))
    agreed = pc.index_in(meant(written.texts, texts, as_truth=as_truth), value_set=texts)
    code = np.append(agreed.fill_null(-1).to_numpy().astype(np.float64), -1.0)
    return [float(c) for c in code[written.index]]


def _by_bounds(
    condition: Condition, read: ReadColumn, sides: Sequence[Side]
) -> dict[Side, NDArray[np.bool_]]:
    kind, lowest, highest = read.column.kind, condition.lowest, condition.highest
    if kind is not Kind.DATETIME and kind not in _NUMERIC:
        what = f"column {quoted(condition.column)} holds no numbers and no dates"
        raise Faulty(Fault("", what, "Give a list of levels."))
    value = _moment if kind is Kind.DATETIME else _number
    low = -np.inf if lowest is None else value(lowest, condition)
    high = np.inf if highest is None else value(highest, condition)
    if kind is Kind.DATETIME and highest is not None and _IS_DAY.fullmatch(highest.strip()):
        high += _DAY - 1
    if low > high:
        what = f"from lies beyond to in column {quoted(condition.column)}"
        raise Faulty(Fault("", what, "Exchange the two."))
    return {s: (read.typed.numbers[s] >= low) & (read.typed.numbers[s] <= high) for s in sides}


def _number(text: str, condition: Condition) -> float:
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        what = f"{_said([text])} is no number, as column {quoted(condition.column)} holds"
        raise Faulty(Fault("", what))
    return value


def _moment(text: str, condition: Condition) -> float:
    found = float(read_moments(pa.array([text.strip()], pa.string())).microseconds[0])
    if np.isnan(found):
        what = f"{_said([text])} is no date, as column {quoted(condition.column)} holds"
        raise Faulty(Fault("", what, "Write it as 2026-01-01."))
    return found


def _said(levels: Sequence[str]) -> str:
    """Return what somebody declared; nothing that stands in a table."""
    shown = ", ".join(f"`{safe_text(level, 60).replace('`', '')}`" for level in levels[:_LISTED])
    return shown if len(levels) <= _LISTED else f"{shown} and {len(levels) - _LISTED} more"
