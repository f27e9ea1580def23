"""Tables as CSV files, which ours and the peers read alike."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isnan
from pathlib import Path

import numpy as np

from audit.facts.project import ColumnPlan, Project
from audit.facts.schema import Kind, Role
from benchmarks.speed.tables import SEED, Columns, Three


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


def roles_of(known: Sequence[str], secrets: Sequence[str]) -> dict[str, ColumnPlan]:
    """Return a plan by which some columns are known and some are wanted; a column may be both."""
    names = {Role.QUASI_IDENTIFIER: known, Role.SENSITIVE: secrets}
    return {
        column: ColumnPlan(roles=frozenset(r for r, of in names.items() if column in of))
        for column in dict.fromkeys([*known, *secrets])
    }


def write_parts(
    files: Mapping[str, Path],
    folder: Path,
    *,
    rows: Mapping[str, int],
    columns: Sequence[str] | None = None,
) -> Mapping[str, str]:
    """Write some rows of tables, drawn evenly from a fixed seed, and return where they are.

    Parameters
    ----------
    files
        By side.
    rows
        How many of each side, all where there are fewer; a side that is not named stays whole.
    columns
        Which ones; None for all.
    """
    paths = {}
    for i, (side, file) in enumerate(files.items()):
        with file.open(encoding="utf-8", newline="") as source:
            header, *lines = csv.reader(source)
        places = [header.index(c) for c in columns or header]
        drawn = np.arange(len(lines))
        if side in rows:
            drawn = np.sort(np.random.default_rng([SEED, 8, i]).permutation(drawn)[: rows[side]])
        paths[side] = folder / f"{side}.csv"
        with paths[side].open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target)
            writer.writerows([r[j] for j in places] for r in [header, *(lines[i] for i in drawn)])
    return {side: str(path) for side, path in paths.items()}
