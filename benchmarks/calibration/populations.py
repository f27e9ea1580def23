"""The populations of the study, and releases drawn from them.

Real, holdout and synthetic people are independent draws of one population: a perfectly private
release. A leak of known kind and size puts what was made of real people in the place of synthetic
rows; a generator of known epsilon makes the whole table.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from audit.data.release import Release, release_from_frames
from audit.facts.measurement import SplitFacts
from audit.facts.project import Project
from audit.testing import planted_release
from audit.wire.project import project_from_bytes
from benchmarks.calibration.cells import SEED, Cell, Sizes
from benchmarks.calibration.invented import census, clustered, numeric, skewed
from benchmarks.calibration.leaks import leaked
from benchmarks.calibration.mechanisms import MECHANISMS, generated_release
from fixtures.generators.project import project as project_file
from fixtures.generators.releases import Source

__all__ = ["INVENTED", "POPULATIONS", "Cell", "Sizes", "draw_release", "has_adult"]


def draw_release(cell: Cell, draw: int) -> Release:
    """Draw one release; equal cells and numbers give equal releases.

    Draws of one number share their people over all leaks, and who is copied at a small leak is
    copied at every larger one.
    """
    if cell.kind in MECHANISMS:
        return generated_release(cell, draw)
    release = POPULATIONS[cell.population](cell.sizes, draw)
    return replace(release, synthetic=leaked(cell, draw, release)) if cell.leak else release


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
    "census": census,
    "numeric": numeric,
    "skewed": skewed,
    "clustered": clustered,
    "adult": _adult,
}
INVENTED = tuple(name for name in POPULATIONS if name != "adult")
"""Populations that need no data."""
