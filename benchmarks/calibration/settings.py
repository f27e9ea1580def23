"""Which releases the study draws, how many of each, and how long that takes."""

from collections.abc import Iterable, Iterator, Sequence
from math import inf
from typing import NamedTuple

from benchmarks.calibration.cells import COPIES, Cell, Sizes
from benchmarks.calibration.leaks import LEAKS
from benchmarks.calibration.mechanisms import BOUNDED, MECHANISMS
from benchmarks.calibration.populations import has_adult

PARTS = ("null", "private", "power")
USUAL = Sizes(400, 400, 400)
MEDIUM = Sizes(1_000, 500, 1_000)
LARGE = Sizes(2_000, 1_000, 2_000)
"""The smallest at which the tail at 1 % is graded."""
ADULT = (Sizes(2_000, 2_000, 2_000), Sizes(10_000, 5_000, 10_000))
"""At the larger one a private release can be met; the smaller one is too small to tell."""
UNUSUAL = (
    ("planted", Sizes(120, 120, 120)),
    ("planted", Sizes(400, 100, 400)),
    ("hospital", Sizes(100, 400, 400)),
    ("numeric", Sizes(400, 400, 2_000)),
)
"""Few people, four times as many on one side, and a release of five times as many."""
ALIKE = ("planted", "hospital", "census", "numeric", "skewed", "clustered")
AT_LARGER_SIZES = ("planted", "hospital", "census")
SECONDS_OF = {USUAL: 6.5, MEDIUM: 10.5, LARGE: 13.0, ADULT[0]: 25.0, ADULT[1]: 100.0}
"""Of one core per draw, measured."""
SECONDS_OF_BOUNDS = 2.0
CERTAIN = 5
"""Draws of the real data themselves: each must be found out."""


class Amounts(NamedTuple):
    """How many releases of each kind."""

    draws: int = 40
    medium: int = 30
    large: int = 10
    adult: int = 14
    rungs: int = 10
    releases: int = 40


def wanted(parts: Sequence[str], amounts: Amounts) -> Iterator[tuple[Cell, int]]:
    """Yield every cell and number, so that an early stop leaves the cells of a part alike."""
    of = {"null": private_cells, "private": generated_cells, "power": leaky_cells}
    yielded: set[tuple[Cell, int]] = set()
    for part in (p for p in PARTS if p in parts):
        cells = of[part](amounts)
        for number in range(max(cells.values(), default=0)):
            for cell, most in cells.items():
                if number < most and (cell, number) not in yielded:
                    yielded.add((cell, number))
                    yield cell, number


def private_cells(amounts: Amounts) -> dict[Cell, int]:
    """Return the settings without a leak, and how often each is drawn."""
    cells = {Cell(population, USUAL): amounts.draws for population in ALIKE}
    cells |= {Cell(*setting): amounts.draws for setting in UNUSUAL}
    cells |= {Cell(population, MEDIUM): amounts.medium for population in AT_LARGER_SIZES}
    cells[Cell("planted", LARGE)] = amounts.large
    if has_adult():
        cells |= {Cell("adult", sizes): amounts.adult for sizes in ADULT}
    return cells


def leaky_cells(amounts: Amounts) -> dict[Cell, int]:
    """Return each rung of each ladder; the private releases at its foot are of the same people."""
    cells = {Cell("planted", USUAL): amounts.rungs}
    for kind, leak in LEAKS.items():
        cells |= {Cell("planted", USUAL, size, kind): amounts.rungs for size in leak.sizes}
    verbatim = [(population, MEDIUM) for population in ("planted",) if amounts.medium]
    verbatim += [("adult", ADULT[0])] if has_adult() and amounts.adult else []
    for setting in verbatim:
        cells |= {Cell(*setting, size): amounts.rungs for size in (0.0, *LEAKS[COPIES].sizes)}
    return cells


def generated_cells(amounts: Amounts) -> dict[Cell, int]:
    """Return each generator with each epsilon."""
    return {
        Cell(BOUNDED, USUAL, epsilon, kind): min(amounts.releases, CERTAIN)
        if epsilon == inf
        else amounts.releases
        for kind, mechanism in MECHANISMS.items()
        for epsilon in mechanism.epsilons
    }


def seconds(cell: Cell) -> float:
    """Return about how many seconds of one core a draw takes."""
    return SECONDS_OF_BOUNDS if cell.kind in MECHANISMS else SECONDS_OF.get(cell.sizes, 6.5)


def plan(keys: Iterable[tuple[Cell, int]]) -> str:
    """Return what is to be drawn, a line for each setting, and about how long it takes."""
    counts: dict[Cell, int] = {}
    for cell, _ in keys:
        counts[cell] = counts.get(cell, 0) + 1
    lines = [
        f"{n:4} x {seconds(c):5.1f} s  {c.population} {c.sizes}  {c.kind} {c.leak:g}"
        for c, n in counts.items()
    ]
    private = sum(n for c, n in counts.items() if c.is_private)
    minutes = sum(n * seconds(c) for c, n in counts.items()) / 60
    total = f"{sum(counts.values())} draws, {private} of them private, about {minutes:.0f} minutes"
    return "\n".join([*lines, f"{total} of one core"])
