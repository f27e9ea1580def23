"""What a check of others may do to a run: fail, and nothing else.

Whatever a plug-in raises becomes one error that holds type and place, so that no message of it,
which may quote a cell, goes anywhere. What it prints goes nowhere. What it yields must be what its
card says, in words that are names or numbers.
"""

import io
import os
import re
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from audit.contract.check import Check, NothingToTry, Yield
from audit.contract.lab import Lab
from audit.errors import CheckError, PluginError, TerminatedError
from audit.facts.figures import Bars, Ecdf, Heatmap, Roc
from audit.facts.measurement import Caveat, Measurement
from audit.harness.limits import OutOfMemory, OutOfTime
from audit.text import safe_text

T = TypeVar("T")
IsTheirs: TypeAlias = Callable[[Path], bool]
"""Whether a file is one of the plug-in."""
_FOR_THE_PROCESS = (KeyboardInterrupt, TerminatedError)
"""Meant for the whole process, whoever is at work."""
_FOR_THE_HARNESS = (NothingToTry, OutOfTime, OutOfMemory, MemoryError)
"""Why a check is skipped, rather than failed."""
_SAFE = (PluginError,)
"""Said by the contract of a class, when it is defined and no record was read."""
_WORD = re.compile(r"-?[A-Za-z0-9][A-Za-z0-9_.+-]{0,39}")
_PACKAGE = Path(__file__).parent.parent


class CrashedError(CheckError):
    """A check of others crashed; the message is type and place."""


class WrongYieldError(TypeError):
    """Something was yielded that is no measurement, figure or caveat."""


class UnnamedMeasurementError(ValueError):
    """A measurement was yielded that the card does not name."""


class FreeTextError(ValueError):
    """A scope or a label holds more than a column, a parameter's name or a number."""


def contained(check: type[Check], is_theirs: IsTheirs) -> type[Check]:
    """Return a check that does the same and cannot take the run with it.

    Parameters
    ----------
    is_theirs
        Where its crashes are looked for.
    """
    methods: dict[str, Any] = {
        "__module__": check.__module__,
        "__qualname__": check.__qualname__,
        "__doc__": check.__doc__,
        "run": _run_of(check, is_theirs),
    }
    if hasattr(check, "outcomes"):
        methods["outcomes"] = _outcomes_of(check, is_theirs)
    metaclass: Any = type(check)
    made: type[Check] = metaclass(check.__name__, (check,), methods)
    return made


def _run_of(check: type[Check], is_theirs: IsTheirs) -> Callable[..., Iterator[Yield]]:
    def run(self: Check, lab: Lab) -> Iterator[Yield]:
        columns = frozenset(c.name for c in lab.schema)
        return iter(held(lambda: _fitting(check.run(self, lab), self, columns), is_theirs))

    return run


def _outcomes_of(check: Any, is_theirs: IsTheirs) -> Callable[..., object]:  # noqa: ANN401
    def outcomes(self: Check, lab: Lab) -> object:
        return held(lambda: check.outcomes(self, lab), is_theirs)

    return outcomes


def held(work: Callable[[], T], is_theirs: IsTheirs) -> T:
    """Do the work of a plug-in.

    Raises
    ------
    CrashedError
        Whatever it raised, as type and place; nothing of what it said.
    """
    try:
        with silent():
            return work()
    except (*_FOR_THE_PROCESS, *_FOR_THE_HARNESS, *_SAFE, CrashedError):
        raise
    except BaseException as crash:
        # SystemExit too: it would end the audit with an exit code of the plug-in's own.
        where = place(crash, is_theirs)
    raise CrashedError(where)


def place(crash: BaseException, is_theirs: IsTheirs) -> str:
    """Return the type of an error and the innermost line of the plug-in, else of this package."""
    kind = safe_text(type(crash).__name__, 60)
    frames = traceback.extract_tb(crash.__traceback__)
    theirs = [f for f in frames if is_theirs(Path(os.path.realpath(f.filename)))]
    # This module stands around whatever they do, and says nothing of it.
    others = [f for f in frames if f.filename != __file__]
    ours = [f for f in others if Path(f.filename).is_relative_to(_PACKAGE)]
    if not (theirs or ours):
        return kind
    inner = (theirs or ours)[-1]
    return f"{kind} at {safe_text(Path(inner.filename).name, 60)}:{inner.lineno}"


@contextmanager
def silent() -> Iterator[None]:
    """Let nothing be printed: a line of output may be a record."""
    nowhere = _Nowhere()
    with redirect_stdout(nowhere), redirect_stderr(nowhere):
        yield


class _Nowhere(io.TextIOBase):
    """Takes everything and keeps nothing; never closed, so that no thread writes too late."""

    def write(self, text: str, /) -> int:
        return len(text)


def _fitting(yielded: Iterable[object], check: Check, columns: frozenset[str]) -> list[Yield]:
    return [_fit(item, check, columns) for item in yielded]


def _fit(item: object, check: Check, columns: frozenset[str]) -> Yield:
    if not isinstance(item, Measurement | Caveat | Bars | Ecdf | Roc | Heatmap):
        raise WrongYieldError
    if isinstance(item, Measurement) and item.name not in check.card.measures:
        raise UnnamedMeasurementError
    for word in _words(item):
        if word not in columns and not _WORD.fullmatch(word):
            raise FreeTextError
    return item


def _words(item: Yield) -> Iterator[str]:
    """Yield what a measurement, figure or caveat says of what it is about."""
    if isinstance(item, Measurement):
        yield from (*item.scope.keys(), *item.scope.values())
    elif isinstance(item, Caveat):
        yield from (*item.numbers, *item.columns)
    else:
        yield item.id
    if isinstance(item, Bars):
        yield from (bar.label for bar in item.bars)
    if isinstance(item, Heatmap):
        yield from (item.measure, *item.rows, *item.columns)
