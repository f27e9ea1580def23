"""Data copying: records nearer to real people than people are to each other.

What the adversary does
-----------------------
Nothing; this is a measurement of the release. How near is suspiciously near is taken from people
themselves: the distance that one in twenty of all people, real and holdout together, has to the
nearest other person. Of the records that lie so near to anybody it is counted how many lie nearest
to a real person, as a share of all records. Without a leak they are divided as the people are.

The Mann-Whitney statistic of the literature is told beside it: do records lie nearer to real people
than holdout people do? Over everybody, and averaged over cells of alike people, which are fitted on
real and holdout people together. It is positive where records lie farther, and a release of which
most is blurred and little is copied looks safe by it: it describes. Numbers are compared on ranks,
one encoding: the worst case over scales is told by the closest record.

What a high value means
-----------------------
More records lie within the reach of a real person than of people who were never in the data.

What a low value does not mean
------------------------------
A copy of somebody in a crowd is as near as people in a crowd are.

Cost
----
None beyond the searches of other checks, and one k-means of at most 10,000 people.

References
----------
Meehan, Chaudhuri and Dasgupta, A Non-Parametric Test to Detect Data-Copying in Generative Models,
AISTATS 2020.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from audit.contract.arms import BoolArray, FloatArray, Side
from audit.contract.check import Check, Yield
from audit.contract.distances import FEWEST
from audit.contract.lab import Lab
from audit.contract.pool import NearestPooled, nearest_others, nearest_pooled, pool_points
from audit.contract.relabelled import CONFIDENCE, share_measured
from audit.contract.tails import carried_by
from audit.facts.estimate import Estimate, exactly
from audit.facts.measurement import Card, Family, Measurement, Need
from audit.models.cells import MixedRows, cells
from audit.space.encode import RANK
from audit.space.points import Points
from audit.statistics.rank_gap import mann_whitney_z
from audit.statistics.rates import clopper_pearson

NEAR = 0.05
"""Share of people whose distance to the nearest other person is called near."""


@dataclass(frozen=True)
class DataCopying(Check):
    """Records within the reach of real people."""

    card: ClassVar[Card] = Card(
        id="data-copying",
        version=1,
        title="Records lie nearer to real people than people lie to each other",
        family=Family.DISTANCE,
        threat=None,
        references=("Meehan, Chaudhuri and Dasgupta, AISTATS 2020",),
        measures=("left_tail", "near_share", "mann_whitney_z"),
        needs=frozenset({Need.HOLDOUT, Need.TWO_COLUMNS}),
        clears=False,
    )
    n_cells: int = 10

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Count the records within reach, then describe all distances."""
        found = nearest_pooled(lab, lab.schema.comparable(), RANK)
        others = nearest_others(lab, RANK).distances[:, 0]
        reach = np.quantile(others, NEAR, method="inverted_cdf")
        yield _left_tail(found, found.distances <= reach, lab)
        records = lab.nearest_rows(Side.SYNTHETIC, Side.REAL, RANK).distances[:, 0]
        strangers = lab.nearest_rows(Side.HOLDOUT, Side.REAL, RANK).distances[:, 0]
        near = records <= np.quantile(strangers, NEAR, method="inverted_cdf")
        yield Measurement("near_share", exactly(float(near.mean())), records.size)
        z = mann_whitney_z(records, strangers)
        yield Measurement("mann_whitney_z", exactly(z), records.size + strangers.size)
        yield from self._by_cells(lab, records, strangers)

    def _by_cells(self, lab: Lab, records: FloatArray, strangers: FloatArray) -> Iterator[Yield]:
        """Yield the mean over cells, each counting by the holdout people in it."""
        columns = lab.schema.comparable()
        sides = (Side.SYNTHETIC, Side.HOLDOUT)
        of_record, of_stranger = cells(
            _rows(pool_points(lab, columns, RANK)),
            tuple(_rows(lab.points(s, columns, RANK)) for s in sides),
            n_cells=self.n_cells,
            seed=int(lab.stream("cells").integers(2**32)),
        )
        total, people = 0.0, 0
        for cell in range(self.n_cells):
            inside, beside = records[of_record == cell], strangers[of_stranger == cell]
            if min(inside.size, beside.size) >= FEWEST:
                total += beside.size * mann_whitney_z(inside, beside)
                people += beside.size
        if people:
            scope = {"cells": str(self.n_cells)}
            yield Measurement("mann_whitney_z", exactly(total / people), people, scope)


def _rows(points: Points) -> MixedRows:
    return MixedRows(points.numbers, points.codes)


def _left_tail(found: NearestPooled, inside: BoolArray, lab: Lab) -> Measurement:
    """Return the share of records that are near somebody, and nearest to a real person."""
    n, part = inside.size, float(inside.mean())
    if not inside.any():
        high = clopper_pearson(0, n).high
        nobody = Estimate(0.0, 0.0, high, CONFIDENCE, "Clopper-Pearson")
        return Measurement("left_tail", nobody, n, null_value=0.0, p_value=1.0, p_safe_side=1.0)
    m = share_measured(
        "left_tail", carried_by(found, inside, {}), found.is_real, lab.stream("relabel")
    )
    e = m.estimate
    return replace(
        m,
        estimate=Estimate(
            e.value * part, (e.low or 0.0) * part, (e.high or 0.0) * part, e.confidence, e.method
        ),
        n=n,
        null_value=(m.null_value or 0.0) * part,
        detectable=(m.detectable or 0.0) * part,
    )
