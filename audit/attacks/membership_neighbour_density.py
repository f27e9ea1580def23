"""Membership by neighbour density: how many of the nearest records are synthetic.

What the adversary does
-----------------------
Among the nearest records of a person, synthetic ones and other people together, the adversary
counts the synthetic ones. If the release treats everybody alike they make up their share of the
whole; around people it was made from they may be more. Counts are smoothed by half a record and
corrected for the sizes of the two tables, for several sizes of the neighbourhood.

What a high value means
-----------------------
The release is denser around people in the data than around people who were never in it.

What a low value does not mean
------------------------------
A single copy is one neighbour among many and hardly counts; the attacks by distance look for
those. No attack that was run proves that none exists.

Cost
----
Two nearest-neighbour searches for each encoding, shared with the other attacks.

References
----------
Ward et al., Data Plagiarism Index, arXiv 2406.13012.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.adversary import SCORING_MEASURES, ScoringAttack
from audit.contract.arms import Arm, FloatArray
from audit.contract.lab import Lab
from audit.contract.reference import DEEP, Surroundings, neighbourhoods, surroundings
from audit.facts.measurement import Card, Family, Need, ThreatModel
from audit.space.encode import BY_NAME


@dataclass(frozen=True)
class MembershipNeighbourDensity(ScoringAttack):
    """More synthetic neighbours than the crowd explains means in the data."""

    card: ClassVar[Card] = Card(
        id="membership-neighbour-density",
        version=1,
        title="Whoever has many synthetic records among the nearest is taken for a member",
        family=Family.MEMBERSHIP,
        threat=ThreatModel(
            knows="the full record of a person, and a list of candidates to compare it with",
            sees="the synthetic records",
            wins="people in the data are ranked above people who were never in it",
        ),
        references=("Ward et al., Data Plagiarism Index, arXiv 2406.13012",),
        measures=SCORING_MEASURES,
        needs=frozenset({Need.HOLDOUT}),
    )
    neighbours: tuple[int, ...] = (5, 10, 20, 50)

    def variants(self, lab: Lab) -> tuple[Mapping[str, str], ...]:
        """Return one scope per encoding and size of the neighbourhood."""
        sizes = neighbourhoods(self.neighbours, lab)
        return tuple({"encoding": e.name, "k": str(k)} for e in DEEP for k in sizes)

    def scores(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> FloatArray:
        """Return the log ratio of synthetic records to other people among the k nearest."""
        k, encoding = int(scope["k"]), BY_NAME[scope["encoding"]]
        synthetic = synthetic_among(surroundings(arm, encoding, lab), k)
        return np.asarray(np.log((synthetic + 0.5) / (k - synthetic + 0.5)), dtype=np.float64)


def synthetic_among(around: Surroundings, k: int) -> FloatArray:
    """Return how many of the k nearest records are synthetic, mean over draws of the reference.

    The i-th synthetic record is among the k nearest if fewer than k - i + 1 other people are
    nearer; equally near ones count half. Release and draw have one size, so the ratio of the two
    counts needs no further correction.
    """
    reached = np.pad(np.cumsum(around.law, axis=1), ((0, 0), (1, 0)))
    total = np.zeros(len(around.released))
    for i in range(k):
        at = around.released[:, i, None]
        nearer, as_near = (around.others < at).sum(axis=1), (around.others <= at).sum(axis=1)
        total += 1 - (reached[k - i - 1, nearer] + reached[k - i - 1, as_near]) / 2
    return total
