"""Deadline and memory budget, looked at between batches."""

import time
from collections.abc import Callable
from pathlib import Path

from audit.errors import CheckError

_STATM = Path("/proc/self/statm")


class OutOfTime(CheckError):
    """The deadline of the run has passed."""


class OutOfMemory(CheckError):
    """The process uses more memory than it may."""


def watch(timeout: float | None, max_memory: int) -> Callable[[], None]:
    """Return a function that raises once the run is over time or over its memory budget."""
    deadline = None if timeout is None else time.monotonic() + timeout

    def checkpoint() -> None:
        if deadline is not None and time.monotonic() > deadline:
            raise OutOfTime("the time limit of the run was reached")
        if _resident() > max_memory:
            raise OutOfMemory(
                "the memory budget of the run was reached",
                "Allow more with --max-memory, or give less data.",
            )

    return checkpoint


def _resident() -> int:
    """Return the resident size in bytes; 0 where the system does not say."""
    try:
        import resource

        pages = int(_STATM.read_text().split()[1])
        return pages * resource.getpagesize()
    except (OSError, ImportError):
        return 0
