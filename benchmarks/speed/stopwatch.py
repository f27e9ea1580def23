"""Run one program within a limit, and say what it took, as a line of JSON.

A program of its own because the memory of a child counts from that of the process that forked it.

    python stopwatch.py SECONDS PROGRAM ARGUMENT...

At the limit the program and all that it started are killed. SECONDS may be `inf`.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from typing import IO

TOLD, SAID = 1_000_000, 2_000
"""Bytes kept of the end of standard output and of standard error."""


class Limit:
    """Kills a process group when the time is over."""

    def __init__(self, seconds: float, group: int) -> None:
        self.hit = False
        self._group = group
        self._timer = threading.Timer(seconds, self._strike)
        self._timer.daemon = True
        if seconds < threading.TIMEOUT_MAX:
            self._timer.start()

    def _strike(self) -> None:
        self.hit = True
        kill(self._group)

    def lift(self) -> None:
        """Let the program be: it has ended."""
        self._timer.cancel()


def kill(group: int) -> None:
    """End a process group, if it is still there."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def tail(file: IO[bytes], size: int) -> str:
    """Return the end of what was written."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - size))
    return file.read().decode(errors="replace")


def main() -> None:
    seconds, *command = sys.argv[1:]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=err, start_new_session=True)
        limit = Limit(float(seconds), child.pid)
        try:
            _, status, usage = os.wait4(child.pid, 0)
        finally:
            limit.lift()
            # Whatever the program left behind, and the program itself after Ctrl-C.
            kill(child.pid)
        took = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        seen = {
            "seconds": took,
            "cpu": usage.ru_utime + usage.ru_stime,
            "peak": usage.ru_maxrss * 1024,
            "status": child.returncode,
            "stopped": limit.hit,
            "told": tail(out, TOLD),
            "said": tail(err, SAID),
        }
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
