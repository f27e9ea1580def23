"""Identifiability: people to whom the release comes nearer than any other person does.

What the adversary does
-----------------------
Nothing; this is a measurement of the release. A person is called identifiable where the nearest
synthetic record is nearer than the nearest other person. Others are those of real and holdout
people together, equally many for everybody, so the same is asked of both sides: without a leak it
holds as often for real as for holdout people. Ties count half.

Each column counts by one over its entropy, so that a match in a telling value counts more than one
in a common value; the entropy is that of real and holdout people together, numbers in twenty
classes of rank. Numbers are compared on ranks, one encoding. The share of identifiable real people
among real people alone is what the literature prints, with these weights and with equal ones; it
describes. A fresh sample of the population reaches about one half, so no limit on it means
anything.

What a high value means
-----------------------
The release comes nearer to real people than to people like them.

What a low value does not mean
------------------------------
Noise lowers the share as well as privacy does.

Cost
----
Two searches of all people, among the records and among themselves, and one of real people.

References
----------
Yoon, Drumright and van der Schaar, Anonymization through data synthesis using generative
adversarial networks (ADS-GAN), IEEE JBHI 24(8), 2020.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.arms import FloatArray, Side
from audit.contract.check import Check, Yield
from audit.contract.information import information_weights, weighted_points
from audit.contract.lab import Lab
from audit.contract.pool import near_others, stacked_points, whole_pool
from audit.contract.relabelled import excess_measured
from audit.contract.ties import nearer
from audit.facts.estimate import exactly
from audit.facts.measurement import Card, Family, Measurement, Need
from audit.space.encode import RANK
from audit.space.neighbours.answer import Owners
from audit.space.points import Points


@dataclass(frozen=True)
class Identifiability(Check):
    """Real people nearer to a record than to anybody else, beside holdout people."""

    card: ClassVar[Card] = Card(
        id="identifiability",
        version=1,
        title="The release comes nearer to real people than any other person does",
        family=Family.DISTANCE,
        threat=None,
        references=("Yoon, Drumright and van der Schaar, IEEE JBHI 2020",),
        measures=("excess", "identifiable_share"),
        needs=frozenset({Need.HOLDOUT, Need.TWO_COLUMNS}),
        clears=False,
    )

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Compare everybody with the release and with everybody else."""
        weights = information_weights(lab)
        points = {s: weighted_points(lab, s, weights) for s in Side}
        pool = whole_pool(lab)
        rows = stacked_points([points[Side.REAL], points[Side.HOLDOUT]]).take(pool.stacked)
        to_records = lab.search(rows, points[Side.SYNTHETIC]).distances[:, 0]
        to_others = near_others(lab, rows, pool, k=1).distances[:, 0]
        values = pool.any_of(nearer(to_records, to_others))
        yield excess_measured("excess", values, pool.is_real, lab.stream("relabel"))
        n_real = lab.table(Side.REAL).n_rows
        gaps = to_records[np.argsort(pool.stacked)[:n_real]]
        yield from _classic(lab, points[Side.REAL], gaps)


def _classic(lab: Lab, real: Points, gaps: FloatArray) -> Iterator[Yield]:
    """Yield the share among real people alone, with columns weighted and not.

    Parameters
    ----------
    gaps
        Weighted distance of each real row to the nearest synthetic record.
    """
    people = lab.table(Side.REAL).people
    own = Owners(people, people)
    among = lab.search(real, real, owners=own).distances[:, 0]
    plain = [
        lab.nearest_rows(Side.REAL, s, RANK).distances[:, 0] for s in (Side.SYNTHETIC, Side.REAL)
    ]
    for name, closer in (("entropy", gaps < among), ("equal", plain[0] < plain[1])):
        met = lab.people(Side.REAL).any_of(closer)
        share = exactly(float(met.mean()))
        yield Measurement("identifiable_share", share, met.size, {"weights": name})
