"""What the project and the metadata say of the columns, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit.data.agreement import Agreement
from audit.data.faults import Fault, Faulty, Side, listed, quoted
from audit.data.metadata import Metadata, choose_table
from audit.data.notes import note
from audit.data.people import ROW
from audit.data.roles import merged_plans
from audit.facts.measurement import PreflightFact
from audit.facts.project import ColumnPlan, Project


@dataclass(frozen=True, slots=True)
class Statements:
    """One plan per column, whoever stated it."""

    plans: Mapping[str, ColumnPlan]
    notes: tuple[PreflightFact, ...] = ()
    faults: tuple[Fault, ...] = ()


def statements_of(project: Project, metadata: Metadata | None, names: Sequence[str]) -> Statements:
    """Join what the project and the metadata state about the columns of the real table."""
    if metadata is None:
        return Statements(merged_plans(project.columns, {}))
    try:
        table = choose_table(metadata, project.name, names)
    except Faulty as refused:
        faults = tuple(Fault("metadata", f.what, f.hint) for f in refused.faults)
        return Statements(merged_plans(project.columns, {}), faults=faults)
    strange = tuple(sorted(set(table.columns) - set(names)))
    known = {n: p for n, p in table.columns.items() if n in set(names)}
    entity = table.sequence_key if project.unit == ROW else None
    notes = (
        *_note_if("metadata_unknown_keys", float(metadata.n_unknown_keys), ()),
        *_note_if("metadata_columns_unknown", float(len(strange)), strange),
        *_note_if("metadata_type_unknown", float(len(table.untyped)), table.untyped),
        *_note_if("metadata_sequence_key", float(entity is not None), (entity,) if entity else ()),
    )
    return Statements(merged_plans(project.columns, known), notes)


def _note_if(code: str, number: float, columns: tuple[str, ...]) -> tuple[PreflightFact, ...]:
    return (note(code, {"count": number}, columns),) if number else ()


def unknown_names(
    project: Project, agreement: Agreement, names: Mapping[Side, Sequence[str]]
) -> tuple[Fault, ...]:
    """Return names that no table has: a misspelt name would lose its role in silence."""
    real = frozenset(names["real"])
    faults = []
    strange = [n for n in project.columns if n not in real]
    if strange:
        faults.append(Fault("", f"the real table lacks the declared column(s) {listed(strange)}"))
    if project.unit != ROW and project.unit not in real:
        faults.append(Fault("", f"the real table lacks the unit of privacy {quoted(project.unit)}"))
    elif project.unit != ROW and project.unit not in names.get("holdout", (project.unit,)):
        faults.append(Fault("holdout", f"lacks the unit of privacy {quoted(project.unit)}"))
    astray = [n for n in project.split.strata if n not in agreement.shared]
    if astray:
        faults.append(Fault("", f"the tables do not share the strata {listed(astray)}"))
    return tuple(faults)
