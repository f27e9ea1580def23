"""Authenticity: records that lie nearer to a person than any other person does.

What the adversary does
-----------------------
Nothing; this is a measurement of the release. A synthetic record is called unauthentic where it
lies nearer to its nearest person than anybody else does. Persons and neighbours are those of real
and holdout people together, so the same is asked of both: for how many people does the release hold
such a record? Without a leak as often for real as for holdout people. Ties count half.

The share of unauthentic records among all, with real people alone as neighbours, is what the
literature prints; it describes, and says nothing without the same number for people who were never
in the data. Numbers are compared on ranks, one encoding: the worst case over scales is told by the
closest record.

What a high value means
-----------------------
More real than holdout people have a record of the release for their nearest neighbour.

What a low value does not mean
------------------------------
A release with one person in twenty copied verbatim may still hold more authentic records than one
without a copy.

Cost
----
One search of all people among themselves, shared with other checks.

References
----------
Alaa et al., How Faithful is your Synthetic Data?, ICML 2022.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.arms import FloatArray, Side
from audit.contract.check import Check, Yield
from audit.contract.lab import Lab
from audit.contract.pool import NearestPooled, nearest_others, nearest_pooled
from audit.contract.relabelled import excess_measured
from audit.contract.ties import nearer
from audit.facts.estimate import exactly
from audit.facts.measurement import Card, Family, Measurement, Need
from audit.space.encode import RANK


@dataclass(frozen=True)
class Authenticity(Check):
    """Real people with a record nearer than anybody else, beside holdout people."""

    card: ClassVar[Card] = Card(
        id="authenticity",
        version=1,
        title="Records lie nearer to a real person than any other person does",
        family=Family.DISTANCE,
        threat=None,
        references=("Alaa et al., ICML 2022",),
        measures=("excess", "unauthentic_share"),
        needs=frozenset({Need.HOLDOUT, Need.TWO_COLUMNS}),
        clears=False,
    )

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Count people who have such a record, then describe the records."""
        found = nearest_pooled(lab, lab.schema.comparable(), RANK)
        others = nearest_others(lab, RANK).distances[:, 0]
        values = crowded(found, others)
        yield excess_measured("excess", values, found.is_real, lab.stream("relabel"))
        yield _classic(lab)


def crowded(found: NearestPooled, others: FloatArray) -> FloatArray:
    """Return 1 per person who has a record nearer than anybody else, one half at a tie.

    Parameters
    ----------
    others
        Distance of each pooled row to the nearest row of another person, shape (n_rows,).

    Returns
    -------
    FloatArray
        Shape (n_people,).
    """
    pool, tied = found.pool, found.tied
    closest = np.full(pool.firsts.size, np.inf)
    np.minimum.at(closest, tied.group, found.distances[tied.query])
    per_row = np.repeat(closest, np.diff(pool.starts))
    met = np.isfinite(per_row)
    values = np.zeros(per_row.size)
    values[met] = nearer(per_row[met], others[met])
    return pool.any_of(values)


def _classic(lab: Lab) -> Measurement:
    """Return the share of records nearer to a real person than any other real person is."""
    nearest = lab.nearest_rows(Side.SYNTHETIC, Side.REAL, RANK)
    own = lab.nearest_rows(Side.REAL, Side.REAL, RANK).distances[:, 0]
    gap, person = nearest.distances[:, 0], nearest.indices[:, 0]
    share = float((gap < own[person]).mean())
    return Measurement("unauthentic_share", exactly(share), gap.size)
