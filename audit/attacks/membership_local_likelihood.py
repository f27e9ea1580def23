"""Membership by local likelihood: do the nearest synthetic records look likelier with this person?

What the adversary does
-----------------------
The adversary asks how much likelier the synthetic records next to a person become if the person is
added to the population they are thought to come from. Around somebody whom the generator saw, and
nobody else is like, they become much likelier. The likelihood is a kernel density of fixed width,
so the ratio has a closed form and nothing is fitted anew for each person.

What a high value means
-----------------------
Synthetic records lie where people in the data, and few others, explain them.

What a low value does not mean
------------------------------
It is the strongest published attack on the release alone, not the strongest possible: one that
knows the generator may do better. No attack that was run proves that none exists.

Cost
----
For each encoding one search of the release and one of the reference around the release.

References
----------
Ward et al., Gen-LRA, arXiv 2508.21146, 2025.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.adversary import SCORING_MEASURES, ScoringAttack
from audit.contract.arms import Arm, FloatArray
from audit.contract.lab import Lab
from audit.contract.local_likelihood import likelihood_gains
from audit.contract.reference import DEEP, neighbourhoods
from audit.facts.measurement import Card, Family, Need, ThreatModel
from audit.space.encode import BY_NAME

_DIGITS = 12


@dataclass(frozen=True)
class MembershipLocalLikelihood(ScoringAttack):
    """Synthetic neighbours that are likelier with this person mean in the data."""

    card: ClassVar[Card] = Card(
        id="membership-local-likelihood",
        version=1,
        title="Whoever makes the nearest synthetic records likelier is taken for a member",
        family=Family.MEMBERSHIP,
        threat=ThreatModel(
            knows="the full record of a person, and a list of candidates to compare it with",
            sees="the synthetic records",
            wins="people in the data are ranked above people who were never in it",
        ),
        references=("Ward et al., Gen-LRA, arXiv 2508.21146",),
        measures=SCORING_MEASURES,
        needs=frozenset({Need.HOLDOUT}),
    )
    neighbours: tuple[int, ...] = (1, 5, 20)
    """Synthetic records that are asked."""
    width: float = 0.25
    """Of the kernel, in typical distances to the nearest other person."""

    def variants(self, lab: Lab) -> tuple[Mapping[str, str], ...]:
        """Return one scope per encoding and number of synthetic records."""
        sizes = neighbourhoods(self.neighbours, lab)
        return tuple({"encoding": e.name, "k": str(k)} for e in DEEP for k in sizes)

    def scores(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> FloatArray:
        """Return how much the log likelihood of the k nearest synthetic records gains."""
        encoding, k = BY_NAME[scope["encoding"]], int(scope["k"])
        most = max(neighbourhoods(self.neighbours, lab))
        gains = likelihood_gains(arm, encoding, lab, k=most, width=self.width)
        # Equals must tie, whatever the order of summation was.
        return np.asarray(np.round(gains[:, :k].sum(axis=1), _DIGITS), dtype=np.float64)
