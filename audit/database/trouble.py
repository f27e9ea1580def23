"""What went wrong in a database, told by its code and never in its own words."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError

_DRIVER = "psycopg"
_CODES: Mapping[str, str] = {
    # PostgreSQL, appendix A of its manual; two characters name a class.
    "28": "the login was refused",
    "3D": "there is no such database",
    "42P01": "there is no such table",
    "42703": "there is no such column",
    "42501": "the login may not do that",
    "42": "the statement is not understood",
    "25006": "nothing may be written there",
    "53": "the database ran out of memory, disk or connections",
    "57": "the database ended the connection",
    "22": "a value cannot be computed or converted",
    "P0001": "the database refused it",
    # SQLite, by the name of the code.
    "SQLITE_CANTOPEN": "the file cannot be opened",
    "SQLITE_NOTADB": "the file is no SQLite database",
    "SQLITE_CORRUPT": "the file is damaged",
    "SQLITE_READONLY": "nothing may be written there",
    "SQLITE_PERM": "nothing may be written there",
    "SQLITE_FULL": "the disk is full",
    "SQLITE_IOERR": "the file cannot be read or written",
    "SQLITE_BUSY": "another program keeps it locked",
    "SQLITE_CONSTRAINT": "the database refused it",
    "SQLITE_ERROR": "there is no such table or column, or the statement is not understood",
}
_UNREACHABLE = "it cannot be reached, or refuses the login"
_UNREADABLE = "the driver cannot read what it holds"
_OF_VALUES = ("DataError", "InterfaceError", "NotSupportedError", "ProgrammingError")
ResultT = TypeVar("ResultT")


class DatabaseTrouble(Exception):  # noqa: N818 - a carrier between this room and its callers
    """Why a database could not be used, in our words, and what helps."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class TakenError(Exception):
    """Somebody else wrote the same place first."""


def in_our_words(action: Callable[[], ResultT]) -> ResultT:
    """Return what `action` returns; what the database says of an error is left behind.

    Raises
    ------
    TakenError
        If a key was taken.
    DatabaseTrouble
        If the database or its driver failed.
    """
    told: Exception
    try:
        return action()
    except IntegrityError:
        told = TakenError()
    except ModuleNotFoundError as missing:
        told = _missing(str(missing.name))
    except NoSuchModuleError:
        told = DatabaseTrouble("databases of this kind are not read")
    except (SQLAlchemyError, sqlite3.Error, ValueError, OverflowError) as error:
        told = DatabaseTrouble(_told(error))
    # Raised out here, so that nothing leads from it to the error of the library.
    raise told


def _missing(module: str) -> DatabaseTrouble:
    if module.partition(".")[0] != _DRIVER:
        return DatabaseTrouble("a library is missing")
    return DatabaseTrouble(
        "the driver for PostgreSQL is not installed",
        "Install it with: pip install 'synthgate[postgres]'",
    )


def _told(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return _CODES.get(state) or _CODES.get(str(state)[:2]) or "the database refused it"
    name = str(getattr(cause, "sqlite_errorname", ""))
    if name:
        first = "_".join(name.split("_")[:2])
        return _CODES.get(first, "the database failed")
    # Where the server told no code it was not reached; all else fails in the driver.
    kind = type(cause)
    is_lost = kind.__module__.startswith(_DRIVER) and kind.__name__ not in _OF_VALUES
    return _UNREACHABLE if is_lost else _UNREADABLE
