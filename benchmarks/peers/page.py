"""The table of peers."""

from collections.abc import Mapping, Sequence
from math import isnan

from benchmarks.peers.bouts import Bout
from benchmarks.speed.contest import Place
from benchmarks.speed.page import NOTHING, number, ratio, table, took

HEADS = (
    "work",
    "who",
    "seconds",
    "range",
    "CPU s",
    "peak memory",
    "answer",
    "faster than the peer by",
)


def peers_table(bouts: Sequence[Bout]) -> str:
    """Return time, memory and answers of the peers and of ours, one piece of work after another."""
    lines = []
    for b in bouts:
        for i, place in enumerate((*b.ours, b.theirs)):
            lines.append(
                [
                    b.work if i == 0 else "",
                    place.name,
                    *took(place),
                    _answer(place.answer, b.shown) + (_agreement(b) if place is b.theirs else ""),
                    "" if place is b.theirs else ratio(b.theirs, place),
                ]
            )
    return table(HEADS, lines)


def _answer(answer: Mapping[str, float] | None, shown: Sequence[str]) -> str:
    if answer is None:
        return NOTHING
    told = [f"{_plain(name)} {answer[name]:.4g}" for name in shown if name in answer]
    return ", ".join(told) or NOTHING


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _agreement(b: Bout) -> str:
    if b.is_same is None:
        return ""
    return " (the same numbers)" if b.is_same else " (**other numbers**)"


def together(name: str, bouts: Sequence[Bout]) -> str:
    """Return a sentence on how long a peer takes for all its works one after the other."""
    places: list[Place] = [b.theirs for b in bouts]
    if not places or any(isnan(p.seconds) for p in places):
        return ""
    least = "more than " if any(p.stopped for p in places) else ""
    total = sum(p.seconds for p in places)
    ours = sum(b.ours[0].seconds for b in bouts)
    return (
        f"{name} takes {least}{number(total)} s for these {len(places)} pieces of work one after "
        f"the other, without reading files; ours takes {number(ours)} s."
    )
