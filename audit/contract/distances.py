"""Distances as such, for those who want to see them: quantiles and curves, of groups only.

They describe. A distance depends on the size of the table it is measured to, and a private release
may have small ones, so nothing is concluded from them.
"""

from collections.abc import Iterator

import numpy as np

from audit.contract.arms import FloatArray, IntArray, Side
from audit.contract.lab import Lab
from audit.facts.estimate import exactly
from audit.facts.figures import Ecdf
from audit.facts.measurement import Measurement
from audit.space.encode import RANK

QUANTILES = {"1": 0.01, "5": 0.05, "25": 0.25, "50": 0.5}
"""In per cent, and as shares."""
FEWEST = 11
"""People below a quantile, and records; fewer would be told apart."""
_CURVE_POINTS = 200
_PAIRS = (
    (Side.SYNTHETIC, Side.REAL),
    (Side.SYNTHETIC, Side.HOLDOUT),
    (Side.HOLDOUT, Side.REAL),
)


def distance_quantiles(lab: Lab) -> Iterator[Measurement]:
    """Yield quantiles of distances: synthetic to real and to holdout records, holdout to real.

    The last shows how near people come to the real ones who were never in the data.
    """
    for of, among in _PAIRS:
        if Side.HOLDOUT in (of, among) and not lab.has_holdout:
            continue
        found = lab.nearest_rows(of, among, RANK)
        people = lab.table(among).people[found.indices[:, 0]]
        yield from _quantiles(found.distances[:, 0], people, {"from": of.value, "to": among.value})


def _quantiles(
    distances: FloatArray, people: IntArray, scope: dict[str, str]
) -> Iterator[Measurement]:
    for name, part in QUANTILES.items():
        reach = float(np.quantile(distances, part, method="inverted_cdf"))
        inside = distances <= reach
        if min(inside.sum(), np.unique(people[inside]).size) < FEWEST:
            continue
        yield Measurement("distance", exactly(reach), distances.size, {**scope, "quantile": name})


def distance_curves(lab: Lab) -> Ecdf:
    """Return how many people lie within a distance of the release, and holdout of real people."""
    columns = lab.schema.comparable()
    sides = (Side.REAL, Side.HOLDOUT)
    arms = {side: lab.arm(side) for side in sides}
    gaps = [
        _nearest_of(lab.nearest_synthetic(arms[s], columns, RANK).distances[:, 0], arms[s].person)
        for s in sides
    ]
    arm = arms[Side.HOLDOUT]
    strangers = lab.nearest_rows(Side.HOLDOUT, Side.REAL, RANK).distances[arm.rows, 0]
    gaps.append(_nearest_of(strangers, arm.person))
    grid = _grid(np.concatenate(gaps))
    real, holdout, reference = (
        tuple(map(float, np.searchsorted(g, grid, side="right") / g.size)) for g in gaps
    )
    return Ecdf(
        id="distance-to-closest-record",
        x=tuple(map(float, grid)),
        real=real,
        holdout=holdout,
        n_real=gaps[0].size,
        n_holdout=gaps[1].size,
        reference=reference,
        n_reference=gaps[2].size,
    )


def _nearest_of(distances: FloatArray, person: IntArray) -> FloatArray:
    """Return the smallest distance of each person, ascending."""
    nearest = np.full(int(person.max()) + 1, np.inf)
    np.minimum.at(nearest, person, distances)
    return np.sort(nearest)


def _grid(pooled: FloatArray) -> FloatArray:
    steps = np.unique(np.geomspace(1e-3, 1.0, _CURVE_POINTS // 2))
    at = np.concatenate([steps, np.linspace(0, 1, _CURVE_POINTS // 2)])
    return np.unique(np.quantile(np.sort(pooled), at))
