"""Where every error ends: a sentence for the user and an exit code, never a record value.

What a library says of an error may quote a cell, so of an error that is not ours only the type
and the place in our own code are shown.
"""

import logging
import os
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from audit.cli.signals import Requests
from audit.errors import AuditError, TerminatedError
from audit.text import safe_text

CRASH = 1
NOT_COMPLETED = 4
INTERRUPTED = 130
_PACKAGE = Path(__file__).parent.parent


def guarded(action: Callable[[], object]) -> int:
    """Run `action` and return the exit code of the process; errors are told on stderr."""
    requests = Requests()
    try:
        with _silent_libraries(requests), requests.heard():
            action()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else (CRASH if ended.code else 0)
    except AuditError as error:
        _tell(error.message, error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        _tell("interrupted", "")
        return INTERRUPTED
    except TerminatedError as request:
        _tell(request.word, "")
        return request.exit_code
    except MemoryError:
        _tell("memory ran out", "Give less data, or lower --max-memory or --jobs.")
        return NOT_COMPLETED
    except Exception as error:
        return _crashed(error)
    except BaseException as error:
        # A library may raise what is no Exception; Python would print it with its message.
        return _crashed(error)
    return 0


def _crashed(error: BaseException) -> int:
    _tell(f"internal error: {place(error)}", "Please report this line; it holds no data.")
    return CRASH


def place(error: BaseException) -> str:
    """Return type and place of an error, without its message.

    The place is the innermost line of this package; the type is a class name.
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if Path(f.filename).is_relative_to(_PACKAGE)]
    kind = safe_text(type(error).__name__)
    if not ours:
        return kind
    inner = ours[-1]
    where = Path(inner.filename).relative_to(_PACKAGE.parent).as_posix()
    return f"{kind} at {where}:{inner.lineno}"


def _tell(message: str, hint: str) -> None:
    """Write message and hint to stderr, line by line through the gate for foreign text."""
    lines = [safe_text(line, longest=1000) for line in message.splitlines()]
    lines[0] = f"synthgate: {lines[0]}" if lines else "synthgate: failed"
    lines += [f"  {safe_text(line, longest=1000)}" for line in hint.splitlines()]
    sys.stderr.write("\n".join(lines) + "\n")


@contextmanager
def _silent_libraries(requests: Requests) -> Iterator[None]:
    """Keep warnings, log lines, lost exceptions and core dumps of libraries from quoting cells."""
    hooks, disabled = (threading.excepthook, sys.unraisablehook), logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    threading.excepthook = _thread_crashed
    sys.unraisablehook = partial(_callback_crashed, requests)
    _forbid_core_dumps()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        threading.excepthook, sys.unraisablehook = hooks
        logging.disable(disabled)


def _thread_crashed(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None:
        _tell(f"internal error in a thread: {place(crash.exc_value)}", "")


def _callback_crashed(requests: Requests, crash: "sys.UnraisableHookArgs") -> None:
    """Tell of an exception that nobody can catch, unless it was the request to end."""
    lost = crash.exc_value
    if lost is not None and not requests.unheard(lost):
        _tell(f"internal error in a callback: {place(lost)}", "")


def _forbid_core_dumps() -> None:
    """A core file would hold the tables."""
    if os.name == "posix":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))
