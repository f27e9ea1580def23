"""Neighbour ratio: records that lie much nearer to one person than to anybody else.

What the adversary does
-----------------------
Nothing; this is a measurement of the release. For every synthetic record the distance to the
nearest person is divided by the distance to the second nearest, over real and holdout people
together. A ratio near 0 points at one person who stands alone; where two people stand at the same
place the ratio is 1, also where both distances are 0. Of the records with the smallest ratios it is
counted whether the nearest person is a real one: without a leak this is so as often as there are
real people in the pool.

The five per cent smallest ratios make the share, the smallest one per cent are told apart. All
three scales of numbers are tried (ranks, shares of the range, standard deviations); the worst of
them speaks for the release, and the lower end and the p-value allow for the choice.

What a high value means
-----------------------
Records that point at a single person point at people in the data more often than at others.

What a low value does not mean
------------------------------
The ratio sees copies of people who stand alone, and misses those in a crowd. The mean ratio, which
other tools report, falls as people are copied and says little by itself: it describes.

Cost
----
None beyond the search for the closest record.

References
----------
Platzer and Reutterer, Frontiers in Big Data 4, 2021. Lowe, Distinctive Image Features from
Scale-Invariant Keypoints, IJCV 60, 2004 (the ratio). Pilgram et al., Patterns 6(10), 101320, 2025.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.arms import FloatArray, Side
from audit.contract.check import Check, Yield
from audit.contract.lab import Lab
from audit.contract.pool import nearest_pooled
from audit.contract.relabelled import worst_share
from audit.contract.second import second_people
from audit.contract.tails import TAILS, tail_cases
from audit.contract.ties import same
from audit.facts.estimate import exactly
from audit.facts.measurement import Card, Caveat, Family, Measurement, Need
from audit.space.encode import ENCODINGS, RANK

_NAMES = {"tail_share_5pct": "share", "tail_share_1pct": "tail_share_1pct"}


@dataclass(frozen=True)
class NeighbourRatio(Check):
    """Whose are the records that point at one person?"""

    card: ClassVar[Card] = Card(
        id="neighbour-ratio",
        version=1,
        title="Records that point at one person point at real people",
        family=Family.DISTANCE,
        threat=None,
        references=("Platzer and Reutterer 2021", "Lowe 2004"),
        measures=("share", "tail_share_1pct", "mean_ratio"),
        needs=frozenset({Need.HOLDOUT, Need.TWO_COLUMNS}),
        clears=False,
    )

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Compare whose the smallest ratios are, then describe the mean ratio."""
        columns = lab.schema.comparable()
        found = {e.name: nearest_pooled(lab, columns, e) for e in ENCODINGS}
        is_real = next(iter(found.values())).is_real
        rng = lab.stream("relabel")
        ratios = {e: (f, ratio(f.distances, f.second)) for e, f in found.items()}
        for tail, name in _NAMES.items():
            cases = tail_cases(ratios, TAILS[tail])
            if isinstance(cases, Caveat):
                yield cases
            else:
                yield from worst_share(name, cases, is_real, rng)
        yield from _means(lab)


def ratio(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the ratio of two distances, 1 where they are the same, be it 0; shape (n,)."""
    equal = same(first, second)
    # A second person at infinity is one who does not exist: nothing is pointed at.
    known = np.isfinite(second) & ~equal
    return np.divide(first, second, out=np.ones_like(first), where=known)


def _means(lab: Lab) -> Iterator[Yield]:
    """Yield the mean ratio to real people of synthetic records and of holdout people."""
    for of in (Side.SYNTHETIC, Side.HOLDOUT):
        first, second = second_people(lab, of, Side.REAL, RANK)
        if np.isfinite(second).all():
            mean = float(ratio(first, second).mean())
            scope = {"from": of.value, "to": Side.REAL.value}
            yield Measurement("mean_ratio", exactly(mean), first.size, scope)
