"""Small releases made by hand, row by row."""

from collections.abc import Mapping, Sequence

import numpy as np

from audit.contract.lab import Lab
from audit.data.profile import ColumnProfile
from audit.data.release import Release
from audit.data.table import Table, new_table
from audit.facts.measurement import InputFacts, SplitFacts
from audit.facts.schema import Column, Kind, Role, Schema

NUMBER, WHOLE, DATE = Kind.CONTINUOUS, Kind.INTEGER, Kind.DATETIME
LEVEL, FLAG, GRADE = Kind.CATEGORICAL, Kind.BOOLEAN, Kind.ORDINAL
KEY, TEXT = Kind.IDENTIFIER, Kind.TEXT
KNOWN = frozenset({Role.QUASI_IDENTIFIER, Role.SENSITIVE})

RANDOM = SplitFacts("random", "declared")

Columns = Mapping[str, Sequence[float | None]]


def column(name: str, kind: Kind, roles: frozenset[Role] | None = None) -> Column:
    named = kind in (KEY, TEXT)
    return Column(name, kind, roles or (frozenset({Role.DIRECT_IDENTIFIER}) if named else KNOWN))


def schema_of(kinds: Mapping[str, Kind], roles: Mapping[str, frozenset[Role]] = {}) -> Schema:
    return Schema(tuple(column(n, k, roles.get(n)) for n, k in kinds.items()))


def table_of(schema: Schema, columns: Columns, people: Sequence[int] | None = None) -> Table:
    """Return a table; None is a missing value. Rows come back in canonical order."""
    numbers, codes = {}, {}
    for name, values in columns.items():
        kind = schema[name].kind
        if kind.is_numeric:
            numbers[name] = np.array([np.nan if v is None else v for v in values], dtype=float)
        if not kind.is_numeric or kind is GRADE:
            codes[name] = np.array([-1 if v is None else v for v in values], dtype=np.int64)
    owners = None if people is None else np.array(people, dtype=np.int64)
    return new_table(schema, numbers=numbers, codes=codes, people=owners)


def release_of(
    kinds: Mapping[str, Kind],
    real: Columns,
    synthetic: Columns,
    holdout: Columns | None = None,
    *,
    roles: Mapping[str, frozenset[Role]] = {},
    people: Mapping[str, Sequence[int]] = {},
    dense: Sequence[str] = (),
    split: SplitFacts = RANDOM,
) -> Release:
    schema = schema_of(kinds, roles)
    sides = {"real": real, "synthetic": synthetic}
    if holdout is not None:
        sides["holdout"] = holdout
    tables = {s: table_of(schema, c, people.get(s)) for s, c in sides.items()}
    return Release(
        real=tables["real"],
        synthetic=tables["synthetic"],
        holdout=tables.get("holdout"),
        schema=schema,
        profiles={n: ColumnProfile(0, 0, 0.0, 0.0, n in dense, 0.0) for n in kinds},
        notes=(),
        digests={s: InputFacts(t.n_rows, len(schema), None) for s, t in tables.items()},
        content_digest="by hand",
        name="by hand",
        unit="person" if people else "row",
        split=split,
    )


def lab_of(*tables: object, seed: int = 0, **options: object) -> Lab:
    return Lab(release_of(*tables, **options), seed=seed, memory=1 << 26)
