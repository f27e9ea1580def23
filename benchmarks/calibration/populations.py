"""Four populations, and releases drawn from them.

Real, holdout and synthetic people are independent draws of one population: a perfectly private
release. A leak of known size puts copies of real people in the place of synthetic rows.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.data.release import Release, release_from_frames
from audit.facts.measurement import SplitFacts
from audit.facts.project import Project
from audit.harness.planting import plan_copies
from audit.testing import planted_release
from audit.wire.project import project_from_bytes
from fixtures.generators.project import project as project_file
from fixtures.generators.releases import Source

SEED = 20_261_031
"""Of the whole study; every draw has its own stream under it."""


class Sizes(NamedTuple):
    """People of each table."""

    real: int
    holdout: int
    synthetic: int

    def __str__(self) -> str:
        return " + ".join(f"{n:,}" for n in self)


class Cell(NamedTuple):
    """One setting of the study."""

    population: str
    sizes: Sizes
    leak: float = 0.0
    """Share of the real people of whom a verbatim copy is released, under a new identifier."""


def draw_release(cell: Cell, draw: int) -> Release:
    """Draw one release; equal cells and numbers give equal releases.

    Draws of one number share their people over all leaks, and who is copied at a small leak is
    copied at every larger one.
    """
    release = POPULATIONS[cell.population](cell.sizes, draw)
    n_copied = round(cell.leak * cell.sizes.real)
    rng = np.random.default_rng([SEED, draw, 1])
    plan = plan_copies(cell.sizes.synthetic, release.real.people, n_copied, rng=rng)
    clean = release.synthetic
    leaked = clean.replace_rows(plan.replaced, release.real, plan.by)
    # Identifiers stay those of the synthetic rows: a copy that names its person needs no attack.
    keys = {c.name for c in release.schema.replayable()}
    leaked = leaked.with_values(
        numbers={n: v for n, v in clean.numbers.items() if n in keys},
        codes={n: v for n, v in clean.codes.items() if n in keys},
    )
    synthetic = replace(leaked.in_canonical_order(), people=np.arange(cell.sizes.synthetic))
    return replace(release, synthetic=synthetic)


def _planted(sizes: Sizes, draw: int) -> Release:
    """Return the release on which checks are tried: 8 columns, all known and all secret."""
    whole = planted_release(seed=SEED + draw, n=max(sizes))
    assert whole.holdout is not None
    # Rows stand in the order of a hash of their content, so the first ones are a random sample.
    return replace(
        whole,
        real=whole.real.take(np.arange(sizes.real)),
        synthetic=whole.synthetic.take(np.arange(sizes.synthetic)),
        holdout=whole.holdout.take(np.arange(sizes.holdout)),
    )


def _hospital(sizes: Sizes, draw: int) -> Release:
    """Return the invented hospital of the fixtures: 18 columns with declared roles."""
    source = Source(max(sizes), SEED + draw)
    pools = zip(("real", "holdout", "fresh"), sizes, strict=True)
    real, holdout, fresh = (source.people(pool).head(n) for pool, n in pools)
    declared = project_from_bytes(project_file("fresh").encode(), "audit.yaml")
    return release_from_frames(real, fresh, holdout, project=declared)


CENSUS: Mapping[str, int] = {
    "sex": 2,
    "marital": 5,
    "education": 6,
    "work": 4,
    "occupation": 8,
    "region": 6,
    "origin": 8,
    "income": 2,
}
"""Columns and number of levels: coarse enough for many people to be alike in everything."""
_CLASSES = 6


def _census(sizes: Sizes, draw: int) -> Release:
    """Return an invented census: categories only, dependent, with many ties and equal rows."""
    law = np.random.default_rng([SEED, 2])
    tables = {name: _levels_by_class(n, law) for name, n in CENSUS.items()}
    rng = np.random.default_rng([SEED, draw, 3])
    # The holdout comes second here and the release third, in the order of the sizes.
    frames = [pd.DataFrame(_census_people(n, tables, rng)) for n in sizes]
    project = Project(name="census", split=SplitFacts("random", "declared"))
    return release_from_frames(frames[0], frames[2], frames[1], project=project)


def _levels_by_class(n_levels: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the shares of the levels in each hidden class, shape (classes, levels)."""
    frequency = 1.0 / np.arange(1, n_levels + 1) ** 1.3
    shares = frequency * rng.gamma(1.5, size=(_CLASSES, n_levels))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _census_people(
    n: int, tables: Mapping[str, NDArray[np.float64]], rng: np.random.Generator
) -> dict[str, list[Any]]:
    hidden = rng.integers(_CLASSES, size=n)
    columns = {}
    for name, shares in tables.items():
        steps = np.cumsum(shares[hidden], axis=1)
        level = (steps < rng.random(n)[:, None]).sum(axis=1)
        columns[name] = [f"{name}-{min(x, shares.shape[1] - 1):02d}" for x in level]
    return columns


def has_adult() -> bool:
    """Whether the census data of 1994 are at hand; they are not part of the project."""
    return "SYNTHGATE_DATA" in os.environ


@cache
def _adult_people() -> pd.DataFrame:
    folder = Path(os.environ["SYNTHGATE_DATA"]) / "adult"
    return pd.concat([pd.read_csv(folder / f"{side}.csv") for side in ("real", "holdout")])


def _adult(sizes: Sizes, draw: int) -> Release:
    """Return disjoint random samples of the people of Adult, all columns known and secret."""
    people = _adult_people().sample(sum(sizes), random_state=SEED + draw)
    cuts = np.cumsum(sizes)[:2]
    real, holdout, fresh = (
        people.iloc[start:stop] for start, stop in zip([0, *cuts], [*cuts, sum(sizes)], strict=True)
    )
    project = Project(name="adult", split=SplitFacts("random", "declared"))
    return release_from_frames(real, fresh, holdout, project=project)


POPULATIONS: Mapping[str, Callable[[Sizes, int], Release]] = {
    "planted": _planted,
    "hospital": _hospital,
    "census": _census,
    "adult": _adult,
}
INVENTED = tuple(name for name in POPULATIONS if name != "adult")
"""Populations that need no data."""
