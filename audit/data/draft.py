"""A first draft of the columns section of `audit.yaml`, for a person to confirm."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from audit.data.columns import read_columns
from audit.data.faults import Fault, Faulty, refusal
from audit.data.named import read_named
from audit.data.people import ROW
from audit.facts.project import ColumnPlan
from audit.facts.schema import Kind, Role

# Words of column names; whole words only, so that `percentage` is no `age`.
_KNOWN_OF_PEOPLE = (
    "age sex gender race ethnicity ethnic birth birthday dob born zip postcode postal plz city",
    "town county state region country nationality citizenship native marital education school",
    "occupation job profession employer household children religion language height",
)
_WANTED_OF_PEOPLE = (
    "diagnosis icd disease condition disorder treatment therapy drug medication hiv cancer test",
    "result lab income salary wage earnings debt loan credit balance score grade conviction crime",
    "orientation party vote death mortality smoking alcohol",
)
_NAMES_OF_PEOPLE = (
    "name firstname lastname surname forename email mail phone mobile telephone fax ssn passport",
    "iban address street username login ip",
)


def draft_columns(table: str | Path) -> Mapping[str, ColumnPlan]:
    """Return the kind and suggested roles of each column of one table, no values.

    The kind comes from the cells, the roles from the words of the name; a column without a telling
    name has no role suggested, and keeps the worst case until a person says otherwise.

    Raises
    ------
    DataError
        The file cannot be used.
    """
    faults: tuple[Fault, ...] = ()
    try:
        sheet = read_named("real", str(table), base=Path.cwd()).sheet
    except Faulty as refused:
        faults = refused.faults
    if faults:
        raise refusal(faults)
    columns = read_columns(sheet.names, {"real": sheet}, {}, ROW)
    if columns.faults:
        raise refusal(columns.faults)
    return {n: _draft_of(n, read.column.kind) for n, read in columns.read.items()}


def _draft_of(name: str, kind: Kind) -> ColumnPlan:
    words = set(re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower()))
    roles: set[Role] = set()
    if kind is Kind.IDENTIFIER or (_any_of(_NAMES_OF_PEOPLE, words) and not kind.is_numeric):
        roles.add(Role.DIRECT_IDENTIFIER)
    else:
        if _any_of(_KNOWN_OF_PEOPLE, words):
            roles.add(Role.QUASI_IDENTIFIER)
        if _any_of(_WANTED_OF_PEOPLE, words):
            roles.add(Role.SENSITIVE)
    return ColumnPlan(kind=kind, roles=frozenset(roles) or None, stated_by="draft")


def _any_of(lines: Sequence[str], words: set[str]) -> bool:
    return any(word in words for line in lines for word in line.split())
