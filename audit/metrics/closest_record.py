"""Closest record: are synthetic records nearer to real people than to people never in the data?

What the adversary does
-----------------------
Nothing; this is a measurement of the release. For every synthetic record the nearest person is
looked for among real and holdout people together. Without a leak a real person is nearest as often
as there are real people in the pool. The same is counted for the one and five per cent of
synthetic records that lie nearest to anybody, where copies would be.

Without a holdout, real people are compared with themselves: is a person's nearest neighbour more
often a synthetic record than another real one?

What a high value means
-----------------------
The release follows the real people more closely than people like them.

What a low value does not mean
------------------------------
Releases with unremarkable distances have been attacked with success. A distance raises an alarm
and never clears a release.

Cost
----
One nearest-neighbour search over all synthetic records.

References
----------
Platzer and Reutterer, Holdout-Based Empirical Assessment of Mixed-Type Synthetic Data, Frontiers
in Big Data 4, 2021. Yao et al., The DCR Delusion, arXiv 2505.01524. Pilgram et al., Patterns 6(10),
101320, 2025.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.arms import FloatArray, Side
from audit.contract.check import Check, NothingToTry, Yield
from audit.contract.lab import Lab
from audit.contract.pool import NearestPooled, nearest_pooled
from audit.facts.estimate import Estimate
from audit.facts.figures import Ecdf
from audit.facts.measurement import Card, Caveat, Family, Measurement, Need
from audit.facts.reasons import CaveatCode
from audit.space.encode import RANK
from audit.space.neighbours.answer import Owners
from audit.space.neighbours.search import nearest
from audit.statistics.exchangeability import share_test
from audit.statistics.rates import Z95

CONFIDENCE = 0.95
_TAILS = {"tail_share_1pct": 0.01, "tail_share_5pct": 0.05}
_CURVE_POINTS = 200
FEWEST_IN_TAIL = 11
"""No share of fewer records is told: it would be about single people."""


@dataclass(frozen=True)
class ClosestRecord(Check):
    """Distance to the closest record, against its own null."""

    card: ClassVar[Card] = Card(
        id="closest-record",
        version=1,
        title="Synthetic records lie nearer to real people than to others",
        family=Family.DISTANCE,
        threat=None,
        references=("Platzer and Reutterer 2021", "Yao et al., arXiv 2505.01524"),
        measures=("share", "tail_share_1pct", "tail_share_5pct"),
        needs=frozenset({Need.TWO_COLUMNS}),
        clears=False,
    )

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Compare with holdout people, or with real people among themselves."""
        if not lab.has_holdout:
            yield from _within_real(lab)
            return
        found = nearest_pooled(lab, lab.schema.comparable(), RANK)
        rng = lab.stream("relabel")
        yield _share(found, None, "share", rng)
        for name, part in _TAILS.items():
            reach = np.quantile(found.distances, part, method="inverted_cdf")
            near = found.distances <= reach
            if near.sum() < FEWEST_IN_TAIL:
                yield Caveat(CaveatCode.TAIL_TOO_SMALL, {"records": float(near.sum())})
                continue
            yield _share(found, near, name, rng)
        yield _curves(lab)


def _share(
    found: NearestPooled, among: np.ndarray | None, name: str, rng: np.random.Generator
) -> Measurement:
    fit = share_test(found.weights(among), found.is_real, rng=rng)
    # A sum of weights that add up to 1 may exceed it by a rounding.
    value = min(1.0, fit.value)
    low, high = max(0.0, value - Z95 * fit.sd), min(1.0, value + Z95 * fit.sd)
    # With few records the normal law is too narrow: an end lies beyond the null only where the
    # relabelling itself finds the share significant on that side.
    if fit.p_risky > 1 - CONFIDENCE:
        low = min(low, fit.null)
    if fit.p_safe > 1 - CONFIDENCE:
        high = max(high, fit.null)
    return Measurement(
        name=name,
        estimate=Estimate(value, low, high, CONFIDENCE, "normal, relabelling variance"),
        n=int(found.distances.size if among is None else among.sum()),
        null_value=fit.null,
        p_value=fit.p_risky,
        p_safe_side=fit.p_safe,
        detectable=(Z95 + 0.8416) * fit.sd,
    )


def _curves(lab: Lab) -> Ecdf:
    columns = lab.schema.comparable()
    gaps = {}
    for side in (Side.REAL, Side.HOLDOUT):
        nearness = -lab.nearest_synthetic(lab.arm(side), columns, RANK).distances[:, 0]
        gaps[side] = np.sort(-lab.arm(side).best_of(nearness))
    pooled = np.sort(np.concatenate(list(gaps.values())))
    steps = np.unique(np.geomspace(1e-3, 1.0, _CURVE_POINTS // 2))
    grid = np.unique(
        np.quantile(pooled, np.concatenate([steps, np.linspace(0, 1, _CURVE_POINTS // 2)]))
    )
    curves = {s: np.searchsorted(g, grid, side="right") / g.size for s, g in gaps.items()}
    return Ecdf(
        id="distance-to-closest-record",
        x=tuple(map(float, grid)),
        real=tuple(map(float, curves[Side.REAL])),
        holdout=tuple(map(float, curves[Side.HOLDOUT])),
        n_real=gaps[Side.REAL].size,
        n_holdout=gaps[Side.HOLDOUT].size,
    )


def _within_real(lab: Lab) -> Iterator[Yield]:
    """Ask whether a real person's nearest neighbour is synthetic more often than it should be.

    If synthetic and real rows were draws of one population, the nearest of the other rows would
    be synthetic with probability n_s / (n_s + n_t - 1). Ties count half.
    """
    yield Caveat(CaveatCode.CONTROL_BY_LEAVE_ONE_OUT)
    columns, table = lab.schema.comparable(), lab.table(Side.REAL)
    # One row of each person: nobody's nearest neighbour is another row of the same person.
    rows = np.unique(table.people, return_index=True)[1]
    if rows.size < 2:
        raise NothingToTry("a single person has no neighbours among real people")
    real = lab.points(Side.REAL, columns, RANK).take(rows)
    everybody = lab.people(Side.REAL)
    to_synthetic = lab.nearest_synthetic(everybody, columns, RANK).distances[rows, 0]
    own = np.arange(len(real))
    to_real = nearest(real, real, owners=Owners(own, own), memory=lab.memory).distances[:, 0]
    nearer: FloatArray = (to_synthetic < to_real) + 0.5 * (to_synthetic == to_real)
    n_t, n_s = len(real), lab.release.synthetic.n_rows
    value, null = float(nearer.mean()), n_s / (n_s + n_t - 1)
    # Pairs of rows that are each other's nearest neighbour are counted together at worst, which
    # doubles the variance of independent counts.
    sd = float(np.sqrt(2 * null * (1 - null) / n_t))
    yield Measurement(
        name="share",
        estimate=Estimate(
            value,
            max(0.0, value - Z95 * sd),
            min(1.0, value + Z95 * sd),
            CONFIDENCE,
            "normal, leave-one-out in real",
        ),
        n=n_t,
        null_value=null,
    )
