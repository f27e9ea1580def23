"""All columns of all tables: planned on real and holdout, then read everywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from audit.data.cells import Cells, TextCells
from audit.data.faults import Fault, Faulty, Side, quoted
from audit.data.notes import Remark
from audit.data.pooling import pool_of
from audit.data.reading import TypedColumn, read_column
from audit.data.roles import column_of
from audit.data.sheet import Sheet
from audit.data.typing import TypePlan, plan_column, typing_remarks
from audit.facts.project import ColumnPlan
from audit.facts.schema import Column, Kind, Role, Schema


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ReadColumn:
    """One column: what it is, and its cells in every table that has it."""

    column: Column
    typed: TypedColumn
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ReadColumns:
    """What became of the columns asked for; faulty ones are left out."""

    read: Mapping[str, ReadColumn]
    faults: tuple[Fault, ...]


def read_columns(
    names: Sequence[str], sheets: Mapping[Side, Sheet], stated: Mapping[str, ColumnPlan], unit: str
) -> ReadColumns:
    """Type and read some columns of all tables, gathering the faults of each.

    Parameters
    ----------
    names
        Columns of the real table; a table that lacks one is left out of it.
    sheets
        Per side.
    stated
        What the project and the metadata say, per column.
    unit
        The column that names the person, or `row`.
    """
    read: dict[str, ReadColumn] = {}
    faults: list[Fault] = []
    for name in names:
        cells = {s: sheet.cells[name] for s, sheet in sheets.items() if name in sheet.cells}
        try:
            read[name] = _read(name, cells, stated.get(name, ColumnPlan()), is_unit=name == unit)
        except Faulty as refused:
            faults += [_placed(name, f) for f in refused.faults]
        except MemoryError:
            raise
        except pa.ArrowException as refused:
            # Its text may quote a cell; its name cannot.
            faults.append(_placed(name, Fault("", f"cannot be read ({type(refused).__name__})")))
    return ReadColumns(read, tuple(faults))


def _read(
    name: str, cells: Mapping[Side, Cells], stated: ColumnPlan, *, is_unit: bool
) -> ReadColumn:
    pool = pool_of(cells)
    excluded = stated.roles is not None and Role.EXCLUDED in stated.roles
    try:
        plan = plan_column(pool, stated, is_unit=is_unit)
        column = column_of(name, plan, stated, is_unit=is_unit)
        coded = column in Schema((column,)).replayable()
        typed = read_column(name, plan, cells, pool, coded=coded)
    except Faulty:
        if not excluded:
            raise
        # What nothing looks at may hold anything.
        plan = TypePlan(Kind.CATEGORICAL)
        column = column_of(name, plan, stated, is_unit=is_unit)
        typed = read_column(name, plan, cells, pool)
    retouched = [
        Remark("texts_normalised", s, name, c.retouched)
        for s, c in cells.items()
        if isinstance(c, TextCells)
    ]
    remarks = () if excluded else (*typing_remarks(name, pool, plan), *typed.remarks, *retouched)
    return ReadColumn(column, typed, remarks)


def _placed(name: str, fault: Fault) -> Fault:
    side = f"{fault.where}: " if fault.where else ""
    return Fault("", f"{side}column {quoted(name)} {fault.what}", fault.hint)
