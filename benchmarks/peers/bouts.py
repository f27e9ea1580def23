"""One piece of work, done by a peer and by us in turns."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from pathlib import Path

from benchmarks.peers.environments import interpreter, pinned, program
from benchmarks.speed.contest import Contestant, Place, contest
from benchmarks.speed.turns import Failed, Timed, accounted

OURS = Path(__file__).resolve().parents[1] / "speed" / "ours.py"
SEED = 7
_EQUAL = 1e-9
"""Relative difference of two numbers that count as the same."""


@dataclass(frozen=True)
class Effort:
    """How long a comparison may take."""

    turns: int
    patience: float
    """Seconds after which no new round begins."""
    limit: float
    """Seconds for one turn, reading and imports included."""
    is_quick: bool = False
    """Whether the largest pieces of work are left out."""


FULL = Effort(turns=5, patience=12.0, limit=240.0)
QUICK = Effort(turns=3, patience=5.0, limit=120.0, is_quick=True)


@dataclass(frozen=True)
class Peer:
    """A tool and how it is reached."""

    name: str
    python: Path | None
    """None if it could not be installed."""
    fate: str = ""

    @property
    def title(self) -> str:
        """Name and version."""
        return pinned(self.name)

    def turn(self, asked: Mapping[str, object], *, limit: float) -> Callable[[], Timed]:
        """Return its turn at a piece of work."""
        if self.python is None:
            return self._absent
        return accounted(self.python, program(self.name), asked, limit=limit)

    def _absent(self) -> Timed:
        raise Failed(self.fate)


def reached(name: str) -> Peer:
    """Return a peer, installed if need be and if it can be."""
    try:
        return Peer(name, interpreter(name))
    except Failed as failure:
        return Peer(name, None, str(failure))


@dataclass(frozen=True)
class Task:
    """What we are asked for."""

    name: str
    """Who: `synthgate`, and which check or search."""
    asked: Mapping[str, object]


@dataclass(frozen=True)
class Bout:
    """What became of everybody."""

    work: str
    theirs: Place
    ours: list[Place]
    shown: tuple[str, ...]
    """Which parts of the answers are told."""
    is_same: bool | None
    """Whether the answers that must be alike are the same numbers; None where none must be."""


def bout(
    work: str,
    peer: Peer,
    theirs: Mapping[str, object],
    ours: Sequence[Task],
    *,
    effort: Effort,
    shown: tuple[str, ...],
    alike: int = 0,
) -> Bout:
    """Let a peer and us do one piece of work in turns.

    Parameters
    ----------
    theirs
        What the peer's program is asked for.
    ours
        What we are asked for; the first is the same work in the narrowest sense.
    shown
        Parts of the answers that are told.
    alike
        So many of ours, the first ones, must come to the numbers of the peer.
    """
    us = Path(sys.executable)
    everybody = [
        *(Contestant(t.name, accounted(us, OURS, t.asked, limit=effort.limit)) for t in ours),
        Contestant(peer.title, peer.turn(theirs, limit=effort.limit)),
    ]
    *mine, other = contest(everybody, turns=effort.turns, patience=effort.patience)
    compared = [other.answer, *(place.answer for place in mine[:alike])]
    finished = alike > 0 and all(answer is not None for answer in compared)
    is_same = all(same(other.answer, answer) for answer in compared[1:]) if finished else None
    return Bout(work, other, mine, shown, is_same)


def same(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    """Tell whether an answer holds all numbers of one, the same but for rounding."""
    return one.keys() <= other.keys() and all(
        isclose(one[name], other[name], rel_tol=_EQUAL, abs_tol=_EQUAL) for name in one
    )
