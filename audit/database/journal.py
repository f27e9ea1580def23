"""A table to which lines are appended and from which none is taken away.

The database refuses to change or delete a line; whoever owns the database can lift that, so each
line also holds the digest of the one before it, and removing or editing one breaks the chain.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
)

from audit.database.address import Address
from audit.database.connect import appending, reading
from audit.database.trouble import DatabaseTrouble, TakenError, in_our_words

NAME = "synthgate_ledger"
_TRIES = 20
_LOCK = 0x73796E7468
"""The advisory lock of PostgreSQL under which lines are appended."""
_LINES = Table(
    NAME,
    MetaData(),
    Column(
        "sequence",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("release", Text, nullable=False, index=True),
    Column("run_sha256", String(64), nullable=False),
    Column("verdict_sha256", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False, unique=True),
    Column("sha256", String(64), nullable=False, unique=True),
)
_REFUSED = "the ledger is append-only"
_GUARDS = {
    "sqlite": (
        f"CREATE TRIGGER {NAME}_no_update BEFORE UPDATE ON {NAME} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END",
        f"CREATE TRIGGER {NAME}_no_delete BEFORE DELETE ON {NAME} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END",
    ),
    "postgresql": (
        f"CREATE FUNCTION {NAME}_refuse() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$",
        f"CREATE TRIGGER {NAME}_no_change BEFORE UPDATE OR DELETE ON {NAME} "
        f"FOR EACH ROW EXECUTE FUNCTION {NAME}_refuse()",
        f"CREATE TRIGGER {NAME}_no_truncate BEFORE TRUNCATE ON {NAME} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {NAME}_refuse()",
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is stored."""

    sequence: int
    release: str
    run_sha256: str
    verdict_sha256: str
    body: str
    previous: str
    sha256: str


def prepare(address: Address) -> None:
    """Make the table if it is not there, and make sure that lines can be appended.

    Raises
    ------
    DatabaseTrouble
        If the database cannot be reached or written to.
    """
    _make_file(address)

    def prepared() -> None:
        with appending(address) as connection:
            _lock(connection)
            if not inspect(connection).has_table(NAME):
                _LINES.create(connection)
                for statement in _GUARDS[connection.dialect.name]:
                    connection.exec_driver_sql(statement)

    in_our_words(prepared)


def append(
    address: Address, release: str, make: Callable[[Line | None, tuple[Line, ...]], Line]
) -> Line:
    """Append the line that `make` makes, and return it.

    Parameters
    ----------
    make
        Called with the last line and all lines of the same release, while nobody else can append;
        called again where somebody did all the same.

    Raises
    ------
    DatabaseTrouble
        If the database cannot be reached or written to.
    """

    def appended() -> Line:
        with appending(address) as connection:
            _lock(connection)
            last = connection.execute(select(_LINES).order_by(_LINES.c.sequence.desc()).limit(1))
            head = last.first()
            same = _rows(connection, release)
            line = make(None if head is None else _line(head), same)
            connection.execute(insert(_LINES).values(_values(line)))
        return line

    for attempt in range(_TRIES):
        try:
            return in_our_words(appended)
        except TakenError:
            time.sleep(0.02 * (attempt + 1))
    raise DatabaseTrouble("others append to it without a pause")


def lines(address: Address, release: str | None = None) -> tuple[Line, ...]:
    """Return the lines of a release, or all, the oldest first; nothing can be written meanwhile.

    Raises
    ------
    DatabaseTrouble
        If the database cannot be read, or holds no such table.
    """
    if address.file is not None and not address.file.is_file():
        raise DatabaseTrouble("there is no such file")

    def read() -> tuple[Line, ...]:
        with reading(address) as connection:
            if not inspect(connection).has_table(NAME):
                raise DatabaseTrouble("it holds no ledger")
            return _rows(connection, release)

    return in_our_words(read)


def _rows(connection: Connection, release: str | None) -> tuple[Line, ...]:
    wanted = select(_LINES).order_by(_LINES.c.sequence)
    if release is not None:
        wanted = wanted.where(_LINES.c.release == release)
    return tuple(_line(row) for row in connection.execute(wanted))


def _line(row: Row[Any]) -> Line:
    return Line(**row._mapping)


def _values(line: Line) -> dict[str, object]:
    return {column.name: getattr(line, column.name) for column in _LINES.columns}


def _lock(connection: Connection) -> None:
    # SQLite holds the lock since the transaction began.
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _make_file(address: Address) -> None:
    """Make the file of a new SQLite ledger, readable by its owner only."""
    if address.file is None or address.file.exists():
        return
    reason = ""
    try:
        os.close(os.open(address.file, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        reason = str(error.strerror)
    if reason:
        raise DatabaseTrouble(f"the file cannot be made ({reason})")
