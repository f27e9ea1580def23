"""Who is how fast: contestants take turns, so that a busy moment hits all of them alike."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, nan
from statistics import median
from typing import Any

from benchmarks.speed.turns import Failed, Timed


@dataclass(frozen=True)
class Contestant:
    """Somebody who can do the work."""

    name: str
    take_turn: Callable[[], Timed]
    scale: float = 1.0
    """Where only a part of the work is done: the whole is so many times as much."""


@dataclass(frozen=True)
class Place:
    """What became of a contestant. Seconds are those of the whole work, scaled where need be."""

    name: str
    seconds: float
    """Wall clock, median over the turns. A lower bound where the contestant was stopped; NaN
    where it never finished a turn for another reason."""
    spread: tuple[float, float]
    """Fastest and slowest turn."""
    cpu: float
    """Processor time, median over the turns."""
    peak: int
    """Largest memory of any turn, in bytes; of the part, where only a part was done."""
    scale: float
    turns: int
    answer: Any
    """Of the last turn that was finished."""
    fate: str = ""
    """Why it did not finish, in a few words; empty if it did."""
    stopped: bool = False
    """Whether it was stopped at the limit."""
    version: str = ""


def contest(contestants: Sequence[Contestant], *, turns: int, patience: float = inf) -> list[Place]:
    """Let everybody work in turns, and the first of a round be the last of the next.

    Whoever is stopped or fails takes no further turn.

    Parameters
    ----------
    turns
        How often each contestant works; the median counts.
    patience
        Seconds after which no new round begins.
    """
    done: dict[str, list[Timed]] = {c.name: [] for c in contestants}
    fates: dict[str, str] = {}
    start = time.monotonic()
    for turn in range(turns):
        if turn and time.monotonic() - start > patience:
            break
        shift = turn % len(contestants)
        for contestant in [*contestants[shift:], *contestants[:shift]]:
            if contestant.name in fates:
                continue
            try:
                timed = contestant.take_turn()
            except Failed as failure:
                fates[contestant.name] = str(failure)
                continue
            done[contestant.name].append(timed)
            if timed.stopped:
                fates[contestant.name] = f"stopped after {timed.seconds:.0f} s"
    return [_placed(c, done[c.name], fates.get(c.name, "")) for c in contestants]


def _placed(contestant: Contestant, turns: Sequence[Timed], fate: str) -> Place:
    seconds = [t.seconds * contestant.scale for t in turns] or [nan]
    finished = [t for t in turns if not t.stopped]
    return Place(
        name=contestant.name,
        seconds=median(seconds),
        spread=(min(seconds), max(seconds)),
        cpu=median([t.cpu * contestant.scale for t in turns] or [nan]),
        peak=max((t.peak for t in turns), default=0),
        scale=contestant.scale,
        turns=len(turns),
        answer=finished[-1].answer if finished else None,
        fate=fate,
        stopped=any(t.stopped for t in turns),
        version=next((t.version for t in turns if t.version), ""),
    )
