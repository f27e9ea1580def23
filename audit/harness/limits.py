"""Deadlines and memory budget, looked at between batches."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from audit.errors import CheckError

_STATM = Path("/proc/self/statm")


class OutOfTime(CheckError):
    """The deadline of the run, or of one check, has passed."""


class OutOfMemory(CheckError):
    """The process uses more memory than it may."""


@dataclass(slots=True)
class Watch:
    """Raises, when it is called, once the run or the check at work is over its limits.

    One watch serves the whole run: what an earlier check keeps for the others may call it later,
    and must then meet the deadline of whoever is at work.
    """

    deadline: float | None
    """Of the run, on the monotonic clock."""
    max_memory: int
    _own: float | None = field(default=None, init=False)

    def begin(self, seconds: float | None = None) -> None:
        """Give what follows so many seconds, within those of the run; None for no limit."""
        self._own = None if seconds is None else time.monotonic() + seconds

    def __call__(self) -> None:
        """Raise if a limit is passed.

        Raises
        ------
        OutOfTime, OutOfMemory
            Which of them it is.
        """
        now = time.monotonic()
        if self.deadline is not None and now > self.deadline:
            raise OutOfTime("the time limit of the run was reached")
        if self._own is not None and now > self._own:
            raise OutOfTime("the time limit of the check was reached")
        if _resident() > self.max_memory:
            raise OutOfMemory(
                "the memory budget of the run was reached",
                "Allow more with --max-memory, or give less data.",
            )


def watch(timeout: float | None, max_memory: int) -> Watch:
    """Return what raises once the run is over time or over its memory budget."""
    return Watch(None if timeout is None else time.monotonic() + timeout, max_memory)


def _resident() -> int:
    """Return the resident size in bytes; 0 where the system does not say."""
    try:
        import resource

        pages = int(_STATM.read_text().split()[1])
        return pages * resource.getpagesize()
    except (OSError, ImportError):
        return 0
