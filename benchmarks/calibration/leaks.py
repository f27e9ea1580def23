"""Leaks of known kind and size, planted into a private release.

All rungs of one ladder share their people, their places and their noise: a larger leak is the
smaller one and more. Identifiers stay those of the synthetic rows, since a copy that names its
person needs no attack.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from audit.data.release import Release
from audit.data.table import Table
from audit.facts.schema import Kind
from audit.harness.planting import (
    Planting,
    blend_numbers,
    disguise_numbers,
    jitter_codes,
    jitter_numbers,
    plan_copies,
    plan_named,
    redraw_attributes,
    smoothed_numbers,
)
from benchmarks.calibration.cells import COPIES, SEED, Cell
from benchmarks.calibration.nearness import NEIGHBOURS, nearest_others, remoteness

DAY = 86_400e6
"""In microseconds, as dates are held."""
MOVED_BY = 37 * DAY
STRETCHED = 1.01

Rows = NDArray[np.int64]
Plan = Callable[[Release, float, np.random.Generator], Planting]
Disguise = Callable[[Release, float, np.random.Generator], Table]


@dataclass(frozen=True)
class Leak:
    """A way to leak people, and the rungs of its ladder."""

    title: str
    sizes: tuple[float, ...]
    """Rising."""
    plan: Plan
    """Which synthetic rows give way to which real ones."""
    disguise: Disguise
    """The real table as it is released, row by row."""
    said: Callable[[float], str] = "{:.1%}".format
    """How a size is written."""


def leaked(cell: Cell, draw: int, release: Release) -> Table:
    """Return the synthetic table of a private release with the leak of a cell in it."""
    leak = LEAKS[cell.kind]
    plan = leak.plan(release, cell.leak, np.random.default_rng([SEED, draw, 1]))
    source = leak.disguise(release, cell.leak, np.random.default_rng([SEED, draw, 9]))
    clean = release.synthetic
    planted = clean.replace_rows(plan.replaced, source, plan.by)
    keys = {c.name for c in release.schema.replayable()}
    return planted.with_values(
        numbers={n: v for n, v in clean.numbers.items() if n in keys},
        codes={n: v for n, v in clean.codes.items() if n in keys},
    ).in_canonical_order()


# --- who ------------------------------------------------------------------------------------------


def _people(release: Release, share: float, rng: np.random.Generator) -> Planting:
    people = release.real.people
    return plan_copies(
        release.synthetic.n_rows, people, round(share * release.real.n_people), rng=rng
    )


def _with_replacement(release: Release, share: float, rng: np.random.Generator) -> Planting:
    n = release.synthetic.n_rows
    drawn = rng.integers(release.real.n_rows, size=n)
    return plan_named(n, drawn, round(share * n), rng=rng)


def _rarest(release: Release, number: float, rng: np.random.Generator) -> Planting:
    order = np.argsort(-remoteness(release), kind="stable")
    return plan_named(release.synthetic.n_rows, order, round(number), rng=rng)


def _everybody(release: Release, _: float, rng: np.random.Generator) -> Planting:
    return _people(release, 1.0, rng)


# --- in what disguise -----------------------------------------------------------------------------


def _verbatim(release: Release, _: float, __: np.random.Generator) -> Table:
    return release.real


def _jittered(release: Release, _: float, rng: np.random.Generator) -> Table:
    """Every number by up to 5 % of its interquartile range, and one category on average."""
    real, coded = release.real, _coded(release.real)
    numbers = {
        n: _written(real, n, jitter_numbers(v, scale=_spread(v), rng=rng))
        for n, v in _numeric(real).items()
    }
    codes = {n: jitter_codes(v, real.n_levels(n), 1 / len(coded), rng) for n, v in coded.items()}
    return real.with_values(numbers=numbers, codes=codes)


def _redrawn(release: Release, _: float, rng: np.random.Generator, *, k: int) -> Table:
    """All but k attributes of each person; those k are of some synthetic record.

    Of a few people they are equal by chance, as they may be.
    """
    real, other = release.real, release.synthetic
    names = [*_numeric(real), *_coded(real)]
    donors = rng.integers(other.n_rows, size=real.n_rows)
    drop = dict(zip(names, redraw_attributes(real.n_rows, len(names), k, rng=rng).T, strict=True))
    return real.with_values(
        numbers={
            n: np.where(drop[n], other.numbers[n][donors], v) for n, v in _numeric(real).items()
        },
        codes={n: np.where(drop[n], other.codes[n][donors], v) for n, v in _coded(real).items()},
    )


def _between_neighbours(release: Release, _: float, rng: np.random.Generator) -> Table:
    """A point on the way from each person to one of the five nearest (Chawla et al. 2002)."""
    real = release.real
    near = nearest_others(real)[np.arange(real.n_rows), rng.integers(NEIGHBOURS, size=real.n_rows)]
    way = rng.random(real.n_rows)
    return real.with_values(
        numbers={
            n: _written(real, n, blend_numbers(v, v[near], way)) for n, v in _numeric(real).items()
        },
        codes={n: np.where(way < 0.5, v, v[near]) for n, v in _coded(real).items()},
    )


def _overfitted(release: Release, narrowness: float, rng: np.random.Generator) -> Table:
    """A draw of a kernel density around each person; categories are redrawn as often."""
    real, width = release.real, 1 / narrowness
    numbers = {
        n: _written(real, n, smoothed_numbers(v, width, rng=rng)) for n, v in _numeric(real).items()
    }
    codes = {}
    for name, values in _coded(real).items():
        luck, donors = rng.random(real.n_rows), rng.permutation(real.n_rows)
        codes[name] = np.where(luck < width, values[donors], values)
    return real.with_values(numbers=numbers, codes=codes)


def _pseudonymised(release: Release, _: float, __: np.random.Generator) -> Table:
    """Dates moved by 37 days, numbers stretched by a hundredth; categories as they are."""
    real = release.real
    dates = {c.name for c in real.schema if c.kind is Kind.DATETIME}
    return real.with_values(
        numbers={
            n: disguise_numbers(v, factor=1.0, shift=MOVED_BY)
            if n in dates
            else _written(real, n, disguise_numbers(v, factor=STRETCHED, shift=0.0))
            for n, v in _numeric(real).items()
        }
    )


def _numeric(table: Table) -> dict[str, NDArray[np.float64]]:
    """Return the numbers that are compared; an ordinal column keeps its order in its codes."""
    shared = [c.name for c in table.schema.comparable() if c.name in table.numbers]
    return {n: table.numbers[n] for n in shared if n not in table.codes}


def _coded(table: Table) -> dict[str, NDArray[np.int64]]:
    shared = [c.name for c in table.schema.comparable() if c.name in table.codes]
    return {n: table.codes[n] for n in shared if n not in table.numbers}


def _spread(values: NDArray[np.float64]) -> float:
    low, high = np.nanquantile(values, [0.25, 0.75])
    return float(high - low)


def _written(table: Table, name: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round as the population is written down: decimals would tell a planted row from others."""
    kind = table.schema[name].kind
    if kind is Kind.DATETIME:
        return np.asarray(np.rint(values / DAY) * DAY)
    # Adding 0 turns -0 into 0: the keys of rows tell them apart.
    return np.asarray(np.round(values, 0 if kind is Kind.INTEGER else 3) + 0.0)


SHARES = (0.005, 0.01, 0.02, 0.05, 0.2)
LARGE_SHARES = (0.05, 0.2, 1.0)

LEAKS: Mapping[str, Leak] = {
    COPIES: Leak("verbatim copies of people", SHARES, _people, _verbatim),
    "jittered": Leak("jittered copies of people", SHARES, _people, _jittered),
    **{
        f"redrawn-{k}": Leak(
            f"copies with {k} attribute{'s' if k > 1 else ''} of another record",
            LARGE_SHARES,
            _people,
            partial(_redrawn, k=k),
        )
        for k in (1, 2, 4)
    },
    "smote": Leak(
        "SMOTE, by share of the people from whom a row was drawn",
        LARGE_SHARES,
        _people,
        _between_neighbours,
    ),
    "bootstrap": Leak(
        "a bootstrap of the real rows, by share of the release",
        LARGE_SHARES,
        _with_replacement,
        _verbatim,
    ),
    "density": Leak(
        "a kernel density around the real rows, by bandwidth in standard deviations",
        (1.0, 2.0, 4.0, 10.0),
        _everybody,
        _overfitted,
        lambda narrowness: f"{1 / narrowness:g}",
    ),
    "clone": Leak(
        "a pseudonymised clone: dates moved by 37 days, numbers times 1.01",
        LARGE_SHARES,
        _people,
        _pseudonymised,
    ),
    "rarest": Leak(
        "verbatim copies of the most remote people",
        (1.0, 3.0, 10.0),
        _rarest,
        _verbatim,
        "{:.0f}".format,
    ),
}
"""By kind. Numbers of people and shares of them are of the real people."""
