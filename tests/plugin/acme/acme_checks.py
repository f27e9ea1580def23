"""Membership by the nearest synthetic record, as a distribution of somebody else's.

What the adversary does
-----------------------
Whoever lies nearest to a synthetic record, by the ranks of the columns, is taken for a member.

What a high value means
-----------------------
People in the data lie nearer to the release than people who were never in it.

What a low value does not mean
------------------------------
Another attack may see more.

Cost
----
One nearest-neighbour search.

References
----------
Chen et al., GAN-Leaks, CCS 2020.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.adversary import SCORING_MEASURES, ScoringAttack
from audit.contract.arms import Arm, FloatArray
from audit.contract.lab import Lab
from audit.contract.reference import released
from audit.facts.measurement import Card, Family, Need, ThreatModel
from audit.space.encode import BY_NAME


@dataclass(frozen=True)
class AcmeNearest(ScoringAttack):
    """Near to the release means in the data."""

    encoding: str = "rank"

    card: ClassVar[Card] = Card(
        id="acme-nearest",
        version=2,
        title="Whoever lies nearest is taken for a member",
        family=Family.MEMBERSHIP,
        threat=ThreatModel(
            knows="the full record of a person",
            sees="the synthetic records",
            wins="people in the data are ranked above people who were never in it",
        ),
        references=("Chen et al., GAN-Leaks, CCS 2020",),
        measures=SCORING_MEASURES,
        needs=frozenset({Need.HOLDOUT}),
    )

    def variants(self, lab: Lab) -> tuple[Mapping[str, str], ...]:
        """Return the one way to run it."""
        return ({"encoding": self.encoding},)

    def scores(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> FloatArray:
        """Return how near the closest synthetic record lies, the nearest highest."""
        nearest = released(arm.side, BY_NAME[scope["encoding"]], lab).distances[:, 0]
        return np.asarray(-nearest[arm.rows], dtype=np.float64)
