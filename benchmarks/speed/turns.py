"""What a turn is: work in this process, or in a program of its own under a limit."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any, TypeVar

Answer = TypeVar("Answer")
_STOPWATCH = Path(__file__).with_name("stopwatch.py")
_ACCOUNT = Path(__file__).with_name("account.py")


class Failed(RuntimeError):  # noqa: N818 - says what became of the program
    """A contestant could not do the work."""


@dataclass(frozen=True)
class Timed:
    """One turn."""

    seconds: float
    """Wall clock; the limit where the turn was stopped at it."""
    answer: Any
    """What came out, to be compared; None where nothing is compared."""
    cpu: float = 0.0
    """Processor seconds, of all threads and processes together."""
    peak: int = 0
    """Largest memory in bytes; 0 where it is not measured (work done in this process)."""
    stopped: bool = False
    """Whether the limit was reached."""
    version: str = ""


def here(work: Callable[[], Answer]) -> Callable[[], Timed]:
    """Return the turn of somebody who works in this process."""

    def turn() -> Timed:
        start, cpu = time.perf_counter(), time.process_time()
        answer = work()
        return Timed(time.perf_counter() - start, answer, time.process_time() - cpu)

    return turn


def elsewhere(
    command: Sequence[str | Path],
    *,
    fine: Sequence[int] = (0,),
    read: Path | None = None,
    limit: float = inf,
) -> Callable[[], Timed]:
    """Return the turn of a program of its own, from its start to its end.

    Parameters
    ----------
    command
        What to start; its start-up is part of the time.
    fine
        Exit statuses that count as done.
    read
        A file that holds the answer when the program has ended.
    limit
        Seconds after which the program and all that it started are killed.

    Raises
    ------
    Failed
        By the turn, if the program ends in any other way.
    """

    def turn() -> Timed:
        seen = _watched(command, limit)
        if seen["stopped"]:
            return Timed(limit, None, seen["cpu"], seen["peak"], stopped=True)
        if seen["status"] not in fine:
            raise Failed(f"{command[0]} ended with {seen['status']}: {seen['said'][-500:]}")
        answer = None if read is None else read.read_bytes()
        return Timed(seen["seconds"], answer, seen["cpu"], seen["peak"])

    return turn


def accounted(
    interpreter: Path, program: Path, asked: Mapping[str, object], *, limit: float = inf
) -> Callable[[], Timed]:
    """Return the turn of a program that `account.py` measures.

    Reading of files and imports are not in its time, but within the limit.

    Parameters
    ----------
    interpreter
        Whose libraries the program sees.
    program
        A file with the functions `prepared` and `told`.
    asked
        Handed to both.

    Raises
    ------
    Failed
        By the turn, with the last line of what the program said.
    """
    command = (interpreter, _ACCOUNT, program, json.dumps(dict(asked)))

    def turn() -> Timed:
        seen = _watched(command, limit)
        if seen["stopped"]:
            return Timed(limit, None, seen["cpu"], seen["peak"], stopped=True)
        if seen["status"] != 0:
            raise Failed(_last_line(seen["said"]) or f"ended with {seen['status']}")
        told = json.loads(_last_line(seen["told"]))
        return Timed(
            told["seconds"],
            told["value"],
            told["cpu_seconds"],
            told["peak_bytes"],
            version=told["version"],
        )

    return turn


def _watched(command: Sequence[str | Path], limit: float) -> dict[str, Any]:
    line = [sys.executable, _STOPWATCH, limit, *command]
    done = subprocess.run([str(part) for part in line], capture_output=True, check=True)
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""
