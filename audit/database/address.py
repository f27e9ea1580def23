"""Addresses of databases: `sqlite:///people.db#table=people`, `postgresql://host/db#query=...`.

The part before `#` says which database, the part behind it what to read of it: `table=NAME`,
`table=SCHEMA.NAME` or `query=SELECT ...`, to the letter. An address may hold a password, so only
`shown` is ever printed or stored.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from audit.text import safe_text

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SQLITE = "sqlite:///"
_POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")
_DATABASE = re.compile(r"//[^/?#]*/([A-Za-z0-9_.-]{1,63})(?:\?|$)")
_PART = re.compile(r'(?:"((?:[^"]|"")+)"|([^".]+))')
_HINT = (
    "Write sqlite:///FILE#table=NAME, or postgresql://USER@HOST/DATABASE#table=NAME; "
    "#query=SELECT ... reads what a query returns. Export anything else to CSV or Parquet."
)


class AddressFault(Exception):  # noqa: N818 - a carrier between this room and its callers
    """An address that cannot be used; it is not repeated."""

    def __init__(self, what: str, hint: str = _HINT) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """Which database. Only `shown` may be printed."""

    url: str
    """For PostgreSQL: may hold a password."""
    file: Path | None = None
    """For SQLite."""
    shown: str = ""
    """The kind of database and its own name: no host, user, password or folder."""

    def __repr__(self) -> str:
        return f"Address({self.shown})"


@dataclass(frozen=True, slots=True, repr=False)
class Selection:
    """What is read of a database."""

    address: Address
    table: tuple[str, ...] = ()
    """The name of a table, its schema before it where one is named."""
    query: str = ""

    def __repr__(self) -> str:
        return f"Selection({self.shown})"

    @property
    def shown(self) -> str:
        """What may be printed: a query may hold a value, and is not."""
        what = f"table {safe_text('.'.join(self.table), 60)}" if self.table else "a query"
        return f"{what} of {self.address.shown}"


def is_address(text: str) -> bool:
    """Tell an address from a path."""
    return _ADDRESS.match(text) is not None


def address_of(text: str, *, base: Path | None = None) -> Address:
    """Return the database that `text` names; a bare path is an SQLite file.

    Parameters
    ----------
    base
        Where the relative path of an SQLite file starts; the current folder by default.

    Raises
    ------
    AddressFault
        If it is the address of something else.
    """
    scheme = text.partition(":")[0].lower()
    if not is_address(text):
        return _sqlite(text, base)
    if scheme == "sqlite" and text.lower().startswith(_SQLITE):
        return _sqlite(text[len(_SQLITE) :].partition("?")[0], base)
    if scheme in _POSTGRESQL:
        rest = text.partition(":")[2]
        named = _DATABASE.match(rest)
        # A name of other letters may be the rest of a password with a slash in it.
        shown = f"the PostgreSQL database {named[1]}" if named else "a PostgreSQL database"
        return Address(f"postgresql+psycopg:{rest}", None, shown)
    if scheme == "sqlite":
        raise AddressFault("names no SQLite file")
    raise AddressFault("is an address that cannot be read: neither SQLite nor PostgreSQL")


def selection_of(text: str, *, base: Path | None = None) -> Selection:
    """Return what `text` says is to be read.

    Raises
    ------
    AddressFault
        If it names no table and no query, or another kind of database.
    """
    where, mark, what = text.partition("#")
    address = address_of(where, base=base)
    key, equals, value = what.partition("=")
    if not mark or not equals or key not in ("table", "query") or not value.strip():
        raise AddressFault("does not say which table is to be read")
    if key == "query":
        return Selection(address, query=_one_query(value))
    parts = tuple(m[1].replace('""', '"') if m[1] else m[2] for m in _PART.finditer(value))
    if not 1 <= len(parts) <= 2 or not all(part.strip() for part in parts):
        raise AddressFault("does not say which table is to be read")
    return Selection(address, table=parts)


def absolute(text: str, base: Path) -> str:
    """Return the address with the path of an SQLite file made absolute; others stay as they are."""
    where, mark, what = text.partition("#")
    if not where.lower().startswith(_SQLITE):
        return text
    file, question, options = where[len(_SQLITE) :].partition("?")
    return f"{_SQLITE}{base / file}{question}{options}{mark}{what}"


def without_password(text: str) -> str:
    """Return the address without the passwords that it holds; the driver finds them elsewhere."""
    where, mark, what = text.partition("#")
    where = re.sub(r"(://[^/?@]*?):[^/?@]*@", r"\1@", where)
    where = re.sub(r"(?i)([?&])[a-z]*password=[^&]*(&|$)", r"\1", where).rstrip("?&")
    return f"{where}{mark}{what}"


def file_of(text: str, *, base: Path) -> Path | None:
    """Return the SQLite file that an address names, if it names one."""
    try:
        return address_of(text.partition("#")[0], base=base).file
    except AddressFault:
        return None


def _sqlite(name: str, base: Path | None) -> Address:
    if not name or name == ":memory:" or "\0" in name:
        raise AddressFault("names no SQLite file")
    file = (base or Path.cwd()) / name
    return Address("", file, f"the SQLite file {safe_text(file.name, 60)}")


def _one_query(text: str) -> str:
    """Return a query that can only read; the connection enforces it again."""
    query = text.strip().removesuffix(";").rstrip()
    if not re.match(r"(?i)(select|with)\b", query):
        raise AddressFault("holds a query that does not begin with SELECT")
    if ";" in query or "\0" in query:
        raise AddressFault(
            "holds a query with a semicolon",
            "Give one query; where a text needs a semicolon, make a view and read that.",
        )
    return query
