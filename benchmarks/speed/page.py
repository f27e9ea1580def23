"""The tables of docs/benchmarks.md."""

import os
import platform
import re
from collections.abc import Sequence
from importlib.metadata import version
from math import isnan
from pathlib import Path

from audit.space.neighbours.kernel import level
from benchmarks.speed.contest import Place
from benchmarks.speed.tables import SEED

_LIBRARIES = ("synthgate", "numpy", "scipy", "scikit-learn", "faiss-cpu", "pandas", "pyarrow")
_LONGEST = 110
NOTHING = "–"


def circumstances(command: str) -> str:
    """Return what the numbers depend on.

    Parameters
    ----------
    command
        What repeats them.
    """
    versions = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    load, built = os.getloadavg()[0], level()
    engine = f"native, {built}" if built else "FAISS"
    return (
        f"`{command}` · {os.cpu_count()} cores ({_processor()}), Python "
        f"{platform.python_version()}, {versions} · engine: {engine} · seed {SEED} · load "
        f"before the run {load:.1f}."
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def programs_table(places: Sequence[Place]) -> str:
    """Return time and memory of whole programs."""
    heads = ["program", "seconds", "range", "CPU s", "peak memory"]
    return table(heads, [[p.name, *took(p)] for p in places])


def took(place: Place) -> list[str]:
    """Return seconds, range, processor seconds and memory, as they are shown."""
    return [seconds(place), spread(place), number(place.cpu), memory(place.peak)]


def seconds(place: Place) -> str:
    """Return the median, or the least it would have been."""
    if isnan(place.seconds):
        return NOTHING
    return f"{'> ' if place.stopped else ''}{number(place.seconds)}"


def spread(place: Place) -> str:
    """Return fastest and slowest turn, and how many there were."""
    if place.fate:
        return short(place.fate)
    if place.turns < 2:
        return "one turn"
    low, high = (number(s) for s in place.spread)
    return f"{low} to {high}, {place.turns} turns"


def ratio(slow: Place, fast: Place) -> str:
    """Return how many times as long the one takes as the other."""
    if isnan(slow.seconds) or isnan(fast.seconds) or fast.fate:
        return NOTHING
    times = slow.seconds / fast.seconds
    return f"{'> ' if slow.stopped else ''}{times:,.0f}x" if times >= 10 else f"{times:.1f}x"


def memory(size: int) -> str:
    """Return bytes as MiB."""
    return f"{size / 2**20:,.0f} MiB" if size else NOTHING


def number(x: float) -> str:
    """Return a time with three digits or so."""
    if isnan(x):
        return NOTHING
    return (
        f"{x:,.0f}"
        if x >= 100
        else f"{x:.1f}"
        if x >= 10
        else f"{x:.2f}"
        if x >= 0.1
        else f"{x:.3f}"
    )


def short(text: str) -> str:
    """Return foreign text so that it fits into a cell."""
    plain = re.sub(r"[^\w .,:;=()'/%+-]", " ", text)
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def put(page: str, part: str, text: str) -> str:
    """Return a page with the text between the marks of a part.

    Raises
    ------
    ValueError
        If the page has no such marks.
    """
    begin, end = f"<!-- {part}: begin -->", f"<!-- {part}: end -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"the page has no marks for {part}")
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"
