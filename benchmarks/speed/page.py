"""The tables of docs/benchmarks.md."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.speed.contest import Place
from benchmarks.speed.neighbours import Checked
from benchmarks.speed.tables import SEED

_LIBRARIES = ("synthgate", "numpy", "scipy", "scikit-learn", "faiss-cpu", "pandas", "pyarrow")


def circumstances() -> str:
    """Return what the numbers depend on."""
    versions = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({_processor()}), Python {platform.python_version()}, {versions}; "
        f"seed {SEED}; load before the run {load:.1f}."
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def neighbours_table(rows: Sequence[tuple[str, str, Sequence[Checked]]]) -> str:
    """Return seconds, ratios and exactness; rows are (table, metric, contestants, ours first)."""
    lines = []
    for table, metric, checked in rows:
        ours = checked[0].place.seconds
        for c in checked:
            ratio = "" if c is checked[0] else f"{c.place.seconds / ours:.1f}x"
            part = "" if c.place.scale == 1 else f", from 1/{c.place.scale:.0f} of the rows"
            zeros = "–" if c.zeros is None else f"{c.zeros:.1%}"
            lines.append(
                [
                    table,
                    metric,
                    f"{c.place.name}{part}",
                    f"{c.place.seconds:.2f}",
                    f"{c.place.spread[0]:.2f} to {c.place.spread[1]:.2f}",
                    ratio,
                    f"{c.exact:.2%}",
                    zeros,
                ]
            )
    heads = ["rows", "metric", "who", "seconds", "range", "ours is faster by"]
    return _table([*heads, "nearest found", "copies at distance 0"], lines)


def programs_table(places: Sequence[Place]) -> str:
    """Return seconds and memory of whole programs."""
    rows = [
        [
            p.name,
            f"{p.seconds:.2f}",
            f"{p.spread[0]:.2f} to {p.spread[1]:.2f}",
            f"{p.peak / 2**20:,.0f} MiB",
        ]
        for p in places
    ]
    return _table(["program", "seconds", "range", "peak memory"], rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
