"""Made tables as CSV files, which ours and the peers read alike."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from math import isnan
from pathlib import Path

from audit.facts.project import ColumnPlan, Project
from audit.facts.schema import Kind, Role
from benchmarks.speed.tables import Columns, Three


def write_release(release: Three, folder: Path) -> Mapping[str, str]:
    """Write three tables and return where they are, by side."""
    paths = {side: folder / f"{side}.csv" for side in Three._fields}
    for (_, path), table in zip(paths.items(), release, strict=True):
        write_table(table, path)
    return {side: str(path) for side, path in paths.items()}


def write_table(table: Columns, path: Path) -> None:
    """Write one table; every number is read back as the same double."""
    columns = [
        *([_number(x) for x in values.tolist()] for values in table.numbers.values()),
        *(["" if c < 0 else f"L{c}" for c in codes.tolist()] for codes in table.codes.values()),
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*table.numbers, *table.codes])
        writer.writerows(zip(*columns, strict=True))


def _number(x: float) -> str:
    return "" if isnan(x) else str(int(x)) if x.is_integer() else repr(x)


def project_of(files: Mapping[str, str], *, numbers: list[str], codes: list[str]) -> Project:
    """Return the project of made tables; kinds are declared, roles are not."""
    kinds = {**dict.fromkeys(numbers, Kind.CONTINUOUS), **dict.fromkeys(codes, Kind.CATEGORICAL)}
    plans = {name: ColumnPlan(kind=kind) for name, kind in kinds.items()}
    return replace(project_of_files(files), columns=plans)


def project_of_files(files: Mapping[str, str]) -> Project:
    """Return the project of tables of which nothing is declared."""
    return Project(real=files["real"], holdout=files["holdout"], synthetic=files["synthetic"])


def roles_of(known: list[str], secrets: list[str]) -> dict[str, ColumnPlan]:
    """Return a plan by which some of the known columns are wanted too."""
    quasi = frozenset({Role.QUASI_IDENTIFIER})
    wanted = frozenset({Role.SENSITIVE})
    return {n: ColumnPlan(roles=quasi | wanted if n in secrets else quasi) for n in known}
