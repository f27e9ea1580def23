"""Membership by the closest record: whoever lies near a synthetic record is taken for a member.

What the adversary does
-----------------------
The adversary has the full record of a person and asks whether it was in the real data. The nearer
the closest synthetic record, the surer the claim. Distance depends on the scale of the columns,
so three encodings are tried: by rank, by range, and in standard deviations.

What a high value means
-----------------------
People in the data lie nearer to the release than people who were never in it.

What a low value does not mean
------------------------------
A record in a crowded region is near to something in any case, which hides members there; attacks
that allow for crowding are stronger. No attack that was run proves that none exists.

Cost
----
One nearest-neighbour search for each encoding.

References
----------
Chen et al., GAN-Leaks, CCS 2020, section 4.2. Houssiau et al., TAPAS, 2022 (closest distance).
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
from audit.space.encode import BY_NAME, ENCODINGS


@dataclass(frozen=True)
class MembershipClosestRecord(ScoringAttack):
    """Near to the release means in the data."""

    card: ClassVar[Card] = Card(
        id="membership-closest-record",
        version=1,
        title="Whoever lies near a synthetic record is taken for a member",
        family=Family.MEMBERSHIP,
        threat=ThreatModel(
            knows="the full record of a person, and a list of candidates to compare it with",
            sees="the synthetic records",
            wins="people in the data are ranked above people who were never in it",
        ),
        references=("Chen et al., GAN-Leaks, CCS 2020", "Houssiau et al., TAPAS, arXiv 2211.06550"),
        measures=SCORING_MEASURES,
        needs=frozenset({Need.HOLDOUT}),
    )

    def variants(self, lab: Lab) -> tuple[Mapping[str, str], ...]:
        """Return one scope per encoding."""
        return tuple({"encoding": e.name} for e in ENCODINGS)

    def scores(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> FloatArray:
        """Return how near the closest synthetic record lies, the nearest highest."""
        encoding = BY_NAME[scope["encoding"]]
        nearest = released(arm.side, encoding, lab).distances[:, 0]
        return np.asarray(-nearest[arm.rows], dtype=np.float64)
