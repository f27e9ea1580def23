"""Typed columns put together: persons, tables, and what to say about columns left out."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.data.agreement import Agreement
from audit.data.columns import ReadColumns
from audit.data.faults import Fault, Faulty, Side
from audit.data.groups import NO_GROUPS, Groups
from audit.data.notes import Remark, note, notes_of
from audit.data.people import NOBODY, ROW, People, people_of
from audit.data.sources import Source
from audit.data.table import Table, keys_of_levels, new_table
from audit.facts.measurement import PreflightFact
from audit.facts.schema import Kind, Role, Schema


@dataclass(frozen=True, slots=True)
class Persons:
    """The people of all tables, or why they cannot be told apart."""

    people: People
    faults: tuple[Fault, ...] = ()


def persons_in(unit: str, columns: ReadColumns) -> Persons:
    """Tell persons apart by the column `unit`, if it was read."""
    if unit == ROW or unit not in columns.read:
        return Persons(NOBODY)
    try:
        return Persons(people_of(columns.read[unit].typed.codes))
    except Faulty as refused:
        return Persons(NOBODY, refused.faults)


def tables_of(
    schema: Schema,
    columns: ReadColumns,
    people: People,
    sides: Sequence[Side],
    groups: Groups = NO_GROUPS,
) -> dict[Side, Table]:
    """Return the table of each side, without the rows of people who yield to another table."""
    typed = {c.name: columns.read[c.name].typed for c in schema}
    level_keys = {
        n: keys_of_levels(t.texts.to_pylist()) for n, t in typed.items() if t.texts is not None
    }
    tables = {}
    for side in sides:
        kept = people.kept.get(side, slice(None))
        numbers = {n: t.numbers[side][kept] for n, t in typed.items() if side in t.numbers}
        codes = {n: t.codes[side][kept] for n, t in typed.items() if side in t.codes}
        persons = people.numbers.get(side)
        tables[side] = new_table(
            schema,
            numbers=numbers,
            codes=codes,
            level_keys=level_keys,
            people=None if persons is None else persons[kept],
            groups={n: rows[kept] for n, rows in groups.rows.get(side, {}).items()},
        )
    return tables


def notes_on(
    agreement: Agreement, columns: ReadColumns, schema: Schema, sources: Sequence[Source]
) -> tuple[PreflightFact, ...]:
    """Return what reading did to the cells, and which columns it left out."""
    remarks = [r for n in agreement.shared for r in columns.read[n].remarks]
    remarks += [Remark("index_columns", s.side, n) for s in sources for n in s.sheet.index_columns]
    notes = [*notes_of(remarks)]
    keys = tuple(n for n in agreement.withheld if _is_key(columns, n))
    others = tuple(n for n in agreement.withheld if n not in keys)
    extra = {s: float(len(names)) for s, names in agreement.extra.items() if names}
    if keys:
        notes.append(note("identifiers_withheld", {"columns": float(len(keys))}, keys))
    if others:
        notes.append(note("columns_missing", {"columns": float(len(others))}, others))
    if extra:
        every = tuple(sorted({n for names in agreement.extra.values() for n in names}))
        notes.append(note("columns_extra", extra, every))
    if not schema.comparable():
        notes.append(note("no_comparable_column", {"columns": float(len(schema))}))
    return tuple(notes)


def _is_key(columns: ReadColumns, name: str) -> bool:
    column = columns.read[name].column
    return (
        column.kind is Kind.IDENTIFIER
        or column.has(Role.DIRECT_IDENTIFIER)
        or column.has(Role.EXCLUDED)
    )
