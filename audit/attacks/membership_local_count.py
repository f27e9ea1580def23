"""Membership by local count: how many synthetic records lie within a radius.

What the adversary does
-----------------------
The adversary draws a ball around a person's record and counts the synthetic records inside. The
radius is such that a given share of all candidates has a synthetic record within it; several
shares are tried.

What a high value means
-----------------------
Balls around people in the data hold more of the release than balls around others.

What a low value does not mean
------------------------------
The count takes no account of how crowded a place is, which makes this a weak attack; it is run
since it is a common one. No attack that was run proves that none exists.

Cost
----
One nearest-neighbour search for each encoding, shared with the other attacks.

References
----------
Hilprecht, Haerterich and Bernau, Monte Carlo and Reconstruction Membership Inference Attacks,
PoPETs 2019. Houssiau et al., TAPAS, 2022 (local neighbourhood).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.adversary import SCORING_MEASURES, ScoringAttack
from audit.contract.arms import Arm, FloatArray
from audit.contract.lab import Lab
from audit.contract.reference import DEEP, pooled_surroundings, surroundings
from audit.facts.measurement import Card, Family, Need, ThreatModel
from audit.space.encode import BY_NAME


@dataclass(frozen=True)
class MembershipLocalCount(ScoringAttack):
    """Many synthetic records within a radius means in the data."""

    card: ClassVar[Card] = Card(
        id="membership-local-count",
        version=1,
        title="Whoever has many synthetic records within a radius is taken for a member",
        family=Family.MEMBERSHIP,
        threat=ThreatModel(
            knows="the full record of a person, and a list of candidates to compare it with",
            sees="the synthetic records",
            wins="people in the data are ranked above people who were never in it",
        ),
        references=("Hilprecht et al., PoPETs 2019", "Houssiau et al., TAPAS, arXiv 2211.06550"),
        measures=SCORING_MEASURES,
        needs=frozenset({Need.HOLDOUT}),
    )
    reached: tuple[float, ...] = (0.01, 0.05, 0.5)
    """Share of the candidates that have a synthetic record within the radius."""

    def variants(self, lab: Lab) -> tuple[Mapping[str, str], ...]:
        """Return one scope per encoding and radius."""
        return tuple(
            {"encoding": e.name, "reached": f"{share:g}"} for e in DEEP for share in self.reached
        )

    def scores(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> FloatArray:
        """Return how many synthetic records lie within the radius."""
        encoding = BY_NAME[scope["encoding"]]
        nearest = pooled_surroundings(encoding, lab).released[:, 0]
        radius = float(np.quantile(nearest, float(scope["reached"])))
        return counted_within(surroundings(arm, encoding, lab).released, radius)


def counted_within(distances: FloatArray, radius: float) -> FloatArray:
    """Return how many of the ascending distances lie within the radius, shape (n,).

    Where all do, more may lie within than are listed: the nearer the last one, the denser the
    place, and the count goes on by the ratio of the two distances.
    """
    listed = distances.shape[1]
    count = (distances <= radius).sum(axis=1).astype(np.float64)
    last = np.where(distances[:, -1] > 0, distances[:, -1], np.inf)
    beyond = listed * np.maximum(radius / last, 1.0)
    return np.asarray(np.where(count == listed, beyond, count), dtype=np.float64)
