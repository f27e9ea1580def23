"""What reading did to the data, as preflight facts: codes, column names and counts."""

from collections.abc import Iterable
from dataclasses import dataclass

from audit.data.faults import Side
from audit.facts.measurement import PreflightFact, Severity

_SEVERITY = {
    # The synthetic table lacks columns of the real one: nobody can say what they would have shown.
    "columns_missing": Severity.BLOCKING,
    # Most cells of a column hold levels that no real person has: other codes, so no comparison.
    "levels_unknown": Severity.BLOCKING,
    # A column has the shares of the real one under other labels: the same, and harder to see.
    "levels_exchanged": Severity.BLOCKING,
    "no_comparable_column": Severity.BLOCKING,
    "columns_extra": Severity.WARNING,
    "columns_constant": Severity.WARNING,
    "cells_unparseable": Severity.WARNING,
    "cells_infinite": Severity.WARNING,
    "missing_words": Severity.WARNING,
    "mixed_types": Severity.WARNING,
    "levels_unseen": Severity.WARNING,
    "levels_respelled": Severity.WARNING,
    "numbers_rewritten": Severity.WARNING,
    "dates_rewritten": Severity.WARNING,
    "same_person_both_sides": Severity.WARNING,
    "reference_people_in_audit": Severity.WARNING,
    "metadata_unknown_keys": Severity.WARNING,
    "metadata_columns_unknown": Severity.WARNING,
    "metadata_type_unknown": Severity.WARNING,
    "metadata_sequence_key": Severity.WARNING,
    "identifiers_withheld": Severity.OK,
    "index_columns": Severity.OK,
    "texts_normalised": Severity.OK,
    "single_precision": Severity.OK,
    "resolution_coarse": Severity.OK,
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing done to one column of one side."""

    code: str
    side: Side
    column: str
    cells: int = 1


def notes_of(remarks: Iterable[Remark]) -> tuple[PreflightFact, ...]:
    """Gather remarks by code: the columns, and per side the number of cells concerned."""
    by_code: dict[str, list[Remark]] = {}
    for remark in remarks:
        if remark.cells:
            by_code.setdefault(remark.code, []).append(remark)
    notes = []
    for code, found in sorted(by_code.items()):
        numbers: dict[str, float] = {}
        for remark in found:
            numbers[remark.side] = numbers.get(remark.side, 0.0) + remark.cells
        columns = tuple(sorted({r.column for r in found}))
        notes.append(note(code, dict(sorted(numbers.items())), columns))
    return tuple(notes)


def note(code: str, numbers: dict[str, float], columns: tuple[str, ...] = ()) -> PreflightFact:
    """Return one preflight fact of this room."""
    return PreflightFact(code.replace("_", "-"), _SEVERITY[code], code, numbers, columns)
