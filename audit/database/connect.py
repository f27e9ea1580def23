"""Connections to SQLite and PostgreSQL: for reading alone, or for appending."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from audit.database.address import Address
from audit.database.trouble import DatabaseTrouble

_PATIENCE = 30
"""Seconds to wait for a lock."""
_CONNECT = 10
"""Seconds to wait for a server."""


@contextmanager
def reading(address: Address) -> Iterator[Connection]:
    """Open a database so that nothing can be written to it."""
    engine = _to_file(address.file, "ro") if address.file else _to_server(address)
    if address.file is None:
        event.listen(engine, "connect", _for_reading_alone)
        engine = engine.execution_options(postgresql_readonly=True)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def appending(address: Address) -> Iterator[Connection]:
    """Open a database in one transaction that holds the only right to write until it ends."""
    engine = _to_file(address.file, "rwc") if address.file else _to_server(address)
    if address.file is not None:
        event.listen(engine, "begin", _begin_at_once)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _to_file(file: Path, mode: str) -> Engine:
    # Asked for by address, not by path alone: a path that does not exist is not created.
    place = f"file:{quote(str(file.absolute()))}?mode={mode}"

    def opened() -> sqlite3.Connection:
        # Transactions are begun below; the driver would begin them late.
        connection = sqlite3.connect(place, uri=True, timeout=_PATIENCE, isolation_level=None)
        if mode == "ro":
            connection.execute("PRAGMA query_only = ON")
        return connection

    return create_engine("sqlite://", creator=opened, poolclass=NullPool)


def _to_server(address: Address) -> Engine:
    url: URL | None
    try:
        url = make_url(address.url)
    except (ArgumentError, ValueError):
        url = None
    if url is None:
        raise DatabaseTrouble("its address is not understood")
    return create_engine(
        url,
        poolclass=NullPool,
        connect_args={"connect_timeout": _CONNECT, "application_name": "synthgate"},
        hide_parameters=True,
    )


def _for_reading_alone(connection: DBAPIConnection, _: object) -> None:
    """Whatever a later transaction asks for, the server refuses to write."""
    cursor = connection.cursor()
    cursor.execute("SET default_transaction_read_only = on")
    cursor.close()
    connection.commit()


def _begin_at_once(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
