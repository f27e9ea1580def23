"""The tables of what an audit says of generators of known epsilon."""

from collections.abc import Iterator, Sequence
from math import isinf
from typing import TypeAlias

import numpy as np
from scipy.stats import binom

from audit.statistics.paired import epsilon_from_guesses
from audit.statistics.privacy_loss import epsilon_ceiling
from benchmarks.calibration.cells import Cell
from benchmarks.calibration.coverage import BAND, NOMINAL
from benchmarks.calibration.draws import Draw
from benchmarks.calibration.markdown import section, table
from benchmarks.calibration.mechanisms import MECHANISMS
from benchmarks.calibration.worlds import SOUND, Asked

PAIRED = "membership-worst-case.epsilon_lower_paired"
WORST = "membership-worst-case.epsilon_lower"
SINGLE = "each single attack"
REACHED = 0.8
"""Share of the largest bound possible that the real data must reach in the middle draw."""

PerDraw: TypeAlias = list[list[float]]
"""The bounds of one kind: one in each draw, or one of each attack in each draw."""


def private_tables(draws: Sequence[Draw], asked: Sequence[Asked]) -> str:
    """Return what audits of one release say, and what many releases of two worlds say."""
    rows = [
        _row(cell, bound, values)
        for cell, mine in _cells(draws)
        for bound, values in _bounds(mine).items()
    ]
    heads = ["generator", "bound", "true epsilon at most", "above it", "median", "largest", "draws"]
    asking = ["generator", "epsilon", "above it", "band", "median", "largest", "audits"]
    parts = [
        section("One release of each of many tables", [table(heads, rows)]),
        section("Many releases of two tables one person apart", [table(asking, _worlds(asked))]),
    ]
    return "\n\n".join(parts)


def _worlds(asked: Sequence[Asked]) -> list[list[str]]:
    return [
        [
            a.generator,
            f"{a.epsilon:g}",
            f"{a.exceeded:.0%}",
            f"{a.limit:.0%}" if a.generator in SOUND else "–",
            f"{np.median(a.bounds):.2f}",
            f"{max(a.bounds):.2f}",
            str(len(a.bounds)),
        ]
        for a in asked
    ]


def private_faults(draws: Sequence[Draw], asked: Sequence[Asked]) -> list[str]:
    """Return a line for each bound that is above the truth too often, or that saw nothing."""
    lines = []
    for cell, mine in _cells(draws):
        for bound, values in _bounds(mine).items():
            reached = float(np.median([max(of_draw) for of_draw in values]))
            if isinf(cell.leak) and reached < REACHED * _ceiling(cell, bound):
                lines.append(f"{bound}: the real data themselves reach {reached:.2f} only")
            if not isinf(cell.leak) and _exceeded(cell, values) > _limit(len(values)):
                lines.append(
                    f"{bound}: above the truth in {_exceeded(cell, values):.0%} of {len(values)} "
                    f"({cell.kind}, epsilon {cell.leak:g})"
                )
    wrong = [a for a in asked if a.generator in SOUND and a.is_beyond]
    return lines + [f"{a.generator}, {a.epsilon:g}: above it in {a.exceeded:.0%}" for a in wrong]


def _cells(draws: Sequence[Draw]) -> Iterator[tuple[Cell, list[Draw]]]:
    for cell in dict.fromkeys(d.cell for d in draws if d.cell.kind in MECHANISMS):
        yield cell, [d for d in draws if d.cell == cell]


def _bounds(draws: Sequence[Draw]) -> dict[str, PerDraw]:
    found: dict[str, PerDraw] = {WORST: [], PAIRED: [], SINGLE: []}
    for draw in draws:
        own = [s for s in draw.seen if "epsilon_lower" in s.measure and "subset" not in s.scope]
        for bound in (WORST, PAIRED):
            found[bound].append([s.value for s in own if s.measure == bound])
        found[SINGLE].append([s.value for s in own if s.measure not in (WORST, PAIRED)])
    told = {bound: [v for v in values if v] for bound, values in found.items()}
    return {bound: values for bound, values in told.items() if values}


def _truth(cell: Cell) -> float:
    """Return the most that replacing one person by another may cost: a removal and an addition."""
    return 2 * cell.leak


def _exceeded(cell: Cell, values: PerDraw) -> float:
    """Return the mean over draws of the share of bounds above the truth."""
    return float(np.mean([np.mean(np.array(v) > _truth(cell) + 1e-9) for v in values]))


def _limit(n: int) -> float:
    return float(binom.ppf(1 - BAND, n, NOMINAL)) / n


def _ceiling(cell: Cell, bound: str) -> float:
    """Return the largest bound that so many people can show."""
    counted = (cell.sizes.real - cell.sizes.real // 2, cell.sizes.holdout - cell.sizes.holdout // 2)
    if bound == PAIRED:
        return epsilon_from_guesses(min(counted), min(counted))
    return epsilon_ceiling(*counted)


def _row(cell: Cell, bound: str, values: PerDraw) -> list[str]:
    limited = not isinf(cell.leak)
    every = np.concatenate(values)
    return [
        f"{MECHANISMS[cell.kind].title}, epsilon {cell.leak:g}",
        bound if bound == SINGLE else f"`{bound}`",
        f"{_truth(cell):g}" if limited else "no limit",
        f"{_exceeded(cell, values):.1%} (band {_limit(len(values)):.1%})" if limited else "–",
        f"{np.median(every):.2f}",
        f"{every.max():.2f}",
        str(len(values)),
    ]
