"""Rows of one table or one query, in batches: nothing is held here but the batch."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, Select, literal_column, select
from sqlalchemy import table as named_table
from sqlalchemy.engine import CursorResult

from audit.database.address import Selection
from audit.database.connect import reading
from audit.database.trouble import in_our_words

Partitions: TypeAlias = Callable[[int], Iterable[Sequence[Sequence[Any]]]]
"""Number of rows -> batches of at most so many."""
ResultT = TypeVar("ResultT")


def with_rows(selection: Selection, use: Callable[[Sequence[str], Partitions], ResultT]) -> ResultT:
    """Return what `use` makes of the names of the columns and of the rows, in batches.

    A server-side cursor hands the rows out, in a transaction that can write nothing.

    Raises
    ------
    DatabaseTrouble
        If the database cannot be reached or read; without a word of it on the rows.
    """

    def used() -> ResultT:
        with reading(selection.address) as connection:
            streamed = connection.execution_options(stream_results=True, no_parameters=True)
            with closing(_started(streamed, selection)) as result:
                return use(list(result.keys()), result.partitions)

    return in_our_words(used)


def _started(connection: Connection, selection: Selection) -> CursorResult[Any]:
    statement = selection.query or str(_whole(selection).compile(connection))
    # As it was written: neither a colon nor a per cent sign in it means anything to us.
    return connection.exec_driver_sql(statement)


def _whole(selection: Selection) -> Select[Any]:
    *schema, name = selection.table
    source = named_table(name, schema=schema[0] if schema else None)
    return select(literal_column("*")).select_from(source)
