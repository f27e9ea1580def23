"""SDV metadata, in all of its layouts, as plans for columns.

A kind from metadata counts as declared; a role only where the metadata says that the column is
personal (`pii`). `unknown` is no statement: such a column is typed from the data like any other,
because leaving it out would be a way around the audit.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.data.faults import Fault, Faulty, quoted
from audit.facts.project import ColumnPlan
from audit.facts.schema import Kind, Role
from audit.text import safe_text

_TOP_KEYS = {"tables", "relationships", "METADATA_SPEC_VERSION"}
_TABLE_KEYS = {
    "columns",
    "primary_key",
    "alternate_keys",
    "sequence_key",
    "sequence_index",
    "column_relationships",
    "METADATA_SPEC_VERSION",
}
_COLUMN_KEYS = {
    "sdtype",
    "pii",
    "computer_representation",
    "datetime_format",
    "order",
    "order_by",
    "regex_format",
}
_PLAIN = {
    "boolean": Kind.BOOLEAN,
    "datetime": Kind.DATETIME,
    "id": Kind.IDENTIFIER,
}
_MOST_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class TableMetadata:
    """What the metadata says of one table."""

    columns: Mapping[str, ColumnPlan]
    sequence_key: str | None
    untyped: tuple[str, ...]
    """Columns of the type `unknown`."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What one metadata file says."""

    tables: Mapping[str, TableMetadata]
    n_unknown_keys: int
    """Keys that no layout of SDV has; ignored."""


def parse_metadata(data: bytes) -> Metadata:
    """Read the bytes of an SDV metadata file.

    Raises
    ------
    Faulty
        With every fault of its structure.
    """
    content = _json_of(data)
    if not isinstance(content, dict):
        raise Faulty(Fault("", "is no SDV metadata: it must be a JSON object"))
    # SDV itself decides by `tables`, not by the version: old demo files carry the wrong one.
    tables = content.get("tables", {"table": content})
    if "fields" in content or (isinstance(tables, dict) and _any_has(tables, "fields")):
        hint = "Load it with SDV 1.x (upgrade_metadata) and save it again."
        raise Faulty(Fault("", "is SDV metadata from before version 1.0", hint))
    if not isinstance(tables, dict) or not tables or not _any_has(tables, "columns"):
        raise Faulty(Fault("", "is no SDV metadata: no table in it has `columns`"))
    faults: list[Fault] = []
    unknown = len(set(content) - _TOP_KEYS) if "tables" in content else 0
    parsed: dict[str, TableMetadata] = {}
    for name, table in tables.items():
        try:
            parsed[name] = _table_of(table)
        except Faulty as refused:
            faults += [Fault("", f"table {quoted(name)} {f.what}", f.hint) for f in refused.faults]
            continue
        unknown += len(set(table) - _TABLE_KEYS)
        unknown += sum(len(set(c) - _COLUMN_KEYS) for c in table["columns"].values())
    if faults:
        raise Faulty(*faults)
    return Metadata(parsed, unknown)


def choose_table(metadata: Metadata, name: str, columns: Sequence[str]) -> TableMetadata:
    """Return the table called `name`, or the only one, or the one whose columns fit best.

    Raises
    ------
    Faulty
        Two tables fit equally well, or none does.
    """
    tables = metadata.tables
    if len(tables) == 1:
        return next(iter(tables.values()))
    if name in tables:
        return tables[name]
    wanted = set(columns)
    fit = {
        n: len(wanted & set(t.columns)) / len(wanted | set(t.columns)) for n, t in tables.items()
    }
    best = [n for n, f in fit.items() if f == max(fit.values())]
    if len(best) != 1 or fit[best[0]] < 0.5:
        hint = "Name the release as the table is named in the metadata."
        raise Faulty(Fault("", f"describes {len(tables)} tables and none of them is this", hint))
    return tables[best[0]]


def _json_of(data: bytes) -> object:
    content: object = None
    problem = ""
    if len(data) > _MOST_BYTES:
        problem = "is too large for metadata"
    else:
        try:
            content = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once_each)
        except json.JSONDecodeError as refused:
            problem = f"is no JSON (line {refused.lineno})"
        except UnicodeDecodeError:
            problem = "is not UTF-8"
        except RecursionError:
            problem = "is nested too deeply"
    if problem:
        raise Faulty(Fault("", problem))
    return content


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    if twice:
        raise Faulty(Fault("", f"has the key {quoted(twice[0])} twice in one object"))
    return dict(pairs)


def _any_has(tables: Mapping[str, Any], key: str) -> bool:
    return any(isinstance(t, dict) and key in t for t in tables.values())


def _table_of(table: object) -> TableMetadata:
    if not isinstance(table, dict) or not isinstance(table.get("columns"), dict):
        raise Faulty(Fault("", "has no `columns`"))
    faults: list[Fault] = []
    plans: dict[str, ColumnPlan] = {}
    for name, column in table["columns"].items():
        try:
            plans[name] = _plan_of(column)
        except Faulty as refused:
            faults += [Fault("", f"column {quoted(name)} {f.what}", f.hint) for f in refused.faults]
    if faults:
        raise Faulty(*faults)
    for key in _keys_of(table):
        known = plans.get(key, ColumnPlan())
        plans[key] = ColumnPlan(Kind.IDENTIFIER, known.roles, stated_by="metadata")
    sequence_key = table.get("sequence_key")
    untyped = tuple(n for n, c in table["columns"].items() if c["sdtype"] == "unknown")
    return TableMetadata(plans, sequence_key if isinstance(sequence_key, str) else None, untyped)


def _keys_of(table: Mapping[str, Any]) -> list[str]:
    """Columns that are a key by themselves; a part of a composite key is an attribute."""
    alternates = table.get("alternate_keys") or []
    keys = [table.get("primary_key"), table.get("sequence_key")]
    keys += alternates if isinstance(alternates, list) else [alternates]
    return [k for k in keys if isinstance(k, str)]


def _plan_of(column: object) -> ColumnPlan:
    sdtype = column.get("sdtype") if isinstance(column, dict) else None
    if not isinstance(column, dict) or not isinstance(sdtype, str):
        raise Faulty(Fault("", "has no `sdtype`"))
    if sdtype == "unknown":
        return ColumnPlan(stated_by="metadata")
    if sdtype == "numerical":
        whole = str(column.get("computer_representation", "")).startswith(("Int", "UInt"))
        return ColumnPlan(Kind.INTEGER if whole else Kind.CONTINUOUS, stated_by="metadata")
    if sdtype == "categorical":
        return _categorical(column)
    if sdtype in _PLAIN:
        written = column.get("datetime_format")
        if written is not None and not isinstance(written, str):
            raise Faulty(Fault("", "has a `datetime_format` that is no text"))
        return ColumnPlan(_PLAIN[sdtype], datetime_format=written, stated_by="metadata")
    # Every other type of SDV names something personal: an address, a name, a phone number.
    if column.get("pii", True) is False:
        return ColumnPlan(stated_by="metadata")
    personal = frozenset({Role.DIRECT_IDENTIFIER})
    return ColumnPlan(Kind.IDENTIFIER, personal, stated_by="metadata")


def _categorical(column: Mapping[str, Any]) -> ColumnPlan:
    order, order_by = column.get("order"), column.get("order_by")
    if order is None and order_by is None:
        return ColumnPlan(Kind.CATEGORICAL, stated_by="metadata")
    if order is None:
        if order_by not in ("numerical_value", "alphabetical"):
            raise Faulty(Fault("", f"has an `order_by` of {safe_text(order_by, 30)!r}"))
        return ColumnPlan(Kind.ORDINAL, stated_by="metadata")
    if not isinstance(order, list) or not order or any(isinstance(v, list | dict) for v in order):
        raise Faulty(Fault("", "has an `order` that is no list of levels"))
    return ColumnPlan(Kind.ORDINAL, order=tuple(str(v) for v in order), stated_by="metadata")
