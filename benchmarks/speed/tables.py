"""Tables to work on: seeded mixed ones, and UCI Adult where it is at hand."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from audit.data.release import read_release
from audit.data.table import Table
from audit.facts.project import Project
from audit.space.encode import Encoding, encode, fit_scale
from audit.space.points import Points

SEED = 7
LEVELS = (2, 3, 5, 8, 16, 30, 50)
_NUMBERS = 8
_CATEGORIES = len(LEVELS)

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]


class Work(NamedTuple):
    """Rows to be looked up, and the rows among which the nearest is wanted."""

    queries: Points
    among: Points


class Columns(NamedTuple):
    """One table."""

    numbers: dict[str, Floats]
    codes: dict[str, Codes]


class Three(NamedTuple):
    """A release: three tables of equal columns."""

    real: Columns
    holdout: Columns
    synthetic: Columns


class Sides(NamedTuple):
    """Two tables of equal columns."""

    queries: Columns
    among: Columns

    def encoded(self, encoding: Encoding) -> Work:
        """Return both as points on one scale, as an audit does."""
        scale = fit_scale([self.queries.numbers, self.among.numbers])
        names = sorted([*self.queries.numbers, *self.queries.codes])

        def points(table: Columns) -> Points:
            return encode(table.numbers, table.codes, columns=names, scale=scale, encoding=encoding)

        return Work(points(self.queries), points(self.among))


def mixed(n: int) -> Sides:
    """Return two tables of n rows and 15 columns, of which about one row in a hundred is in both.

    Six measurements, a date and a running number; seven categories with 2 to 50 levels; gaps in
    one measurement and two categories. All depend on one another.
    """
    one, other = _independent(n, streams=(1, 2))
    return Sides(one, _with_copies(other, of=one))


def made_release(n: int) -> Three:
    """Return three such tables; one synthetic row in a hundred is that of a real person."""
    real, holdout, synthetic = _independent(n, streams=(4, 5, 6))
    return Three(real, holdout, _with_copies(synthetic, of=real))


def without_gaps(table: Columns) -> Columns:
    """Return a table with something in every cell, for whoever cannot work with gaps."""
    numbers = {n: np.where(np.isnan(x), np.nanmedian(x), x) for n, x in table.numbers.items()}
    return Columns(numbers, {n: np.maximum(c, 0) for n, c in table.codes.items()})


def _independent(n: int, *, streams: Sequence[int]) -> list[Columns]:
    law = np.random.default_rng([SEED, 0])
    mixing = law.normal(size=(_NUMBERS + _CATEGORIES, _NUMBERS + _CATEGORIES))
    return [_drawn(n, mixing, np.random.default_rng([SEED, stream])) for stream in streams]


def _with_copies(table: Columns, *, of: Columns) -> Columns:
    """Return the table with one row in a hundred overwritten by one of another table."""
    n = len(next(iter(table.numbers.values())))
    rng = np.random.default_rng([SEED, 3])
    copied, place = rng.permutation(n)[: n // 100], rng.permutation(n)[: n // 100]
    for name, numbers in table.numbers.items():
        numbers[place] = of.numbers[name][copied]
    for name, codes in table.codes.items():
        codes[place] = of.codes[name][copied]
    return table


def _drawn(n: int, mixing: Floats, rng: np.random.Generator) -> Columns:
    hidden = rng.normal(size=(n, len(mixing))) @ mixing
    even = norm.cdf(hidden / np.sqrt((mixing**2).sum(axis=0)))
    shapes: tuple[Callable[[Floats], Floats], ...] = (
        lambda u: (90 * u).round(),
        lambda u: np.exp(2 * u).round(3),
        lambda u: norm.ppf(np.clip(u, 1e-6, 1 - 1e-6)).round(3),
        lambda u: (u**4 * 1e5).round(),
        lambda u: (10 * u).round(1),
        lambda u: np.where(u < 0.05, np.nan, (100 * u).round(1)),
        lambda u: (1_500 * u).round() * 86_400e6,
        lambda u: (1e8 * u).round(),
    )
    numbers = {f"n{i}": np.asarray(shape(even[:, i])) for i, shape in enumerate(shapes)}
    codes = {}
    for i, levels in enumerate(LEVELS):
        code = (levels * even[:, _NUMBERS + i] ** 1.5).astype(np.int64)
        if i in (3, 5):
            code[rng.random(n) < 0.04] = -1
        codes[f"c{i}"] = code
    return Columns(numbers, codes)


def adult(data: Path) -> Sides:
    """Return real and holdout people of UCI Adult together, and its synthetic records."""
    folder = data / "adult"
    project = Project(real=ADULT["real"], synthetic=ADULT["synthetic"], holdout=ADULT["holdout"])
    release = read_release(project, base=folder)
    assert release.holdout is not None
    pool = release.real.stacked(release.holdout)
    used = {c.name for c in release.schema.comparable()}

    def columns(table: Table) -> Columns:
        numbers = {n: v for n, v in table.numbers.items() if n in used}
        return Columns(numbers, {n: v for n, v in table.codes.items() if n in used})

    return Sides(columns(pool), columns(release.synthetic))


ADULT = {"real": "real.csv", "holdout": "holdout.csv", "synthetic": "synthetic_ctgan.csv"}
CENSUS = {**ADULT, "synthetic": "synthetic_mostly.csv"}
