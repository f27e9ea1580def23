"""Signals that ask the command to end, and what makes sure that it hears them.

A handler can only raise where the program happens to be, and there are places that an exception
does not leave: functions called back from C (threadpoolctl walks over the loaded libraries in one),
`__del__`, `hasattr` in C, `except BaseException` in a library. So a request to end is repeated
until the command has ended.

A signal that the process was started to ignore stays ignored: `nohup` and shells that start it in
the background rely on that.
"""

import _thread
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from audit.errors import TerminatedError

SOON = 0.05
"""Seconds after which a request that went unheard is repeated."""
PATIENCE = 2.0
"""Seconds after which it is repeated where nobody knows: enough to clear files away."""


class Requests:
    """Requests to end: turned into `TerminatedError`, and repeated for as long as it takes."""

    def __init__(self) -> None:
        self._asked: int | None = None
        self._open = False
        self._sending = threading.Lock()

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Listen, in the main thread, until the block ends; a request decides how it ends.

        Raises
        ------
        TerminatedError
            If the process was asked to end, even if a library made another error of it, or none.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        former = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)}
        ours = {n: f for n, f in former.items() if f is not signal.SIG_IGN and f is not None}
        self._open = True
        for number in ours:
            signal.signal(number, self._handle)
        try:
            yield
        except BaseException:
            if self._asked is None:
                raise
        finally:
            self._close()
            for number, handler in ours.items():
                signal.signal(number, handler)
        if self._asked is not None:
            raise TerminatedError(self._asked)

    def unheard(self, lost: BaseException | None) -> bool:
        """Whether an exception that led nowhere was a request; if so it is repeated soon."""
        if not isinstance(lost, TerminatedError):
            return False
        self._repeat_after(SOON)
        return True

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if not self._open:
            return
        self._asked = self._asked or number
        self._repeat_after(PATIENCE)
        raise TerminatedError(self._asked)

    def _repeat_after(self, seconds: float) -> None:
        # Not by `threading`, whose locks may be held by what was interrupted.
        with suppress(RuntimeError):
            _thread.start_new_thread(self._repeat, (seconds,))

    def _repeat(self, seconds: float) -> None:
        time.sleep(seconds)
        with self._sending:
            if self._open and self._asked is not None:
                _send_to_main_thread(self._asked)

    def _close(self) -> None:
        """Let nothing be sent from here on: the handlers of others would get it."""
        self._open = False
        with self._sending:
            pass


def _send_to_main_thread(number: int) -> None:
    """Send a signal where handlers run, so that it also ends a wait."""
    if sys.platform == "win32":
        signal.raise_signal(number)
    else:
        main = threading.main_thread().ident
        if main is not None:
            signal.pthread_kill(main, number)
