"""Who is how fast: contestants take turns, so that a busy moment hits all of them alike."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

Answer = TypeVar("Answer")
_STOPWATCH = Path(__file__).with_name("stopwatch.py")


@dataclass(frozen=True)
class Timed:
    """One turn."""

    seconds: float
    """Wall clock."""
    answer: Any
    """What came out, to be compared; None where nothing is compared."""
    peak: int = 0
    """Largest memory in bytes; 0 where it is not measured (work done in this process)."""


@dataclass(frozen=True)
class Contestant:
    """Somebody who can do the work."""

    name: str
    take_turn: Callable[[], Timed]
    scale: float = 1.0
    """Where only a part of the work is done: the whole is so many times as much."""


@dataclass(frozen=True)
class Place:
    """What became of a contestant."""

    name: str
    seconds: float
    """Median over the turns, scaled to the whole work."""
    spread: tuple[float, float]
    """Fastest and slowest turn, scaled."""
    scale: float
    peak: int
    answer: Any
    """Of the last turn."""


def contest(contestants: Sequence[Contestant], *, turns: int) -> list[Place]:
    """Let everybody work in turns, and the first of a round be the last of the next.

    Parameters
    ----------
    turns
        How often each contestant works; the median counts.
    """
    done: dict[str, list[Timed]] = {c.name: [] for c in contestants}
    for turn in range(turns):
        shift = turn % len(contestants)
        for contestant in [*contestants[shift:], *contestants[:shift]]:
            done[contestant.name].append(contestant.take_turn())
    return [_placed(c, done[c.name]) for c in contestants]


def _placed(contestant: Contestant, turns: Sequence[Timed]) -> Place:
    seconds = [t.seconds * contestant.scale for t in turns]
    return Place(
        contestant.name,
        median(seconds),
        (min(seconds), max(seconds)),
        contestant.scale,
        max(t.peak for t in turns),
        turns[-1].answer,
    )


def here(work: Callable[[], Answer]) -> Callable[[], Timed]:
    """Return the turn of somebody who works in this process."""

    def turn() -> Timed:
        start = time.perf_counter()
        answer = work()
        return Timed(time.perf_counter() - start, answer)

    return turn


def elsewhere(
    command: Sequence[str | Path], *, fine: Sequence[int] = (0,), read: Path | None = None
) -> Callable[[], Timed]:
    """Return the turn of a program of its own, such as a peer under its own interpreter.

    Parameters
    ----------
    command
        What to start; its start-up is part of the time.
    fine
        Exit statuses that count as done.
    read
        A file that holds the answer when the program has ended.

    Raises
    ------
    RuntimeError
        If the program ends in any other way.
    """

    def turn() -> Timed:
        line = [sys.executable, _STOPWATCH, *command]
        done = subprocess.run([str(part) for part in line], capture_output=True, check=True)
        seen = json.loads(done.stdout)
        if seen["status"] not in fine:
            raise RuntimeError(f"{command[0]} ended with {seen['status']}: {seen['said']}")
        answer = None if read is None else read.read_bytes()
        return Timed(seen["seconds"], answer, seen["peak"])

    return turn
