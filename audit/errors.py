"""Every error that a user can cause or meet, each with its exit code.

Messages name columns, counts and line numbers, never a cell: a message ends up in logs.
"""

import signal
from typing import ClassVar


class AuditError(Exception):
    """Something the user must know: what is wrong, and in `hint` what to do about it."""

    exit_code: ClassVar[int] = 4

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        """One sentence or, for a file with several faults, one fault per line."""
        self.hint = hint
        """What to do; printed once, after the message."""


class UsageError(AuditError):
    """The command line or the arguments contradict one another."""

    exit_code = 2


class DataError(AuditError):
    """A table, its metadata or the project file cannot be used."""

    exit_code = 3


class PolicyError(AuditError):
    """A policy is faulty, or does not fit the context or this version."""

    exit_code = 3


class PluginError(AuditError):
    """A plug-in cannot be loaded: a check has no valid card, or its id is taken."""

    exit_code = 3


class CheckError(AuditError):
    """A check could not be completed."""

    exit_code = 4


class RenderError(AuditError):
    """Something that was asked for by name could not be written."""

    exit_code = 4


class IntegrityError(AuditError):
    """A stored artefact does not match what it is bound to."""

    exit_code = 5


class TerminatedError(BaseException):
    """The process was asked to end; not an `Exception`, so that nobody swallows it.

    Nor is it a `KeyboardInterrupt`: CPython ends a process in which one passed through `exec` of a
    text (as dataclasses and scipy do) by the signal itself, whoever caught it later.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def exit_code(self) -> int:
        """The code by which shells tell a process that a signal ended."""
        return 128 + self.number

    @property
    def word(self) -> str:
        """What happened, for the user."""
        return "interrupted" if self.number == signal.SIGINT else "terminated"
