"""Membership by calibrated distance: nearer to the release than one is to other people.

What the adversary does
-----------------------
The adversary compares the distance to the closest synthetic record with the distance to the
closest other person. In a crowded place both are small, so only a release that lies nearer than
the crowd explains speaks for membership. The two are compared by their difference and by the
logarithm of their ratio, in three encodings.

What a high value means
-----------------------
People in the data lie nearer to the release than the crowd around them explains, more often than
people who were never in it.

What a low value does not mean
------------------------------
One neighbour is little to go by: a release that blurs every record a little is better attacked
through whole neighbourhoods. No attack that was run proves that none exists.

Cost
----
Two nearest-neighbour searches for each encoding, shared with the other attacks.

References
----------
Chen et al., GAN-Leaks, CCS 2020, section 4.4 (calibration). Ward et al., Synth-MIA, 2025 (DCR-
Diff).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from audit.contract.adversary import SCORING_MEASURES, ScoringAttack
from audit.contract.arms import Arm, FloatArray
from audit.contract.lab import Lab
from audit.contract.reference import surroundings
from audit.facts.measurement import Card, Family, Need, ThreatModel
from audit.space.encode import BY_NAME, ENCODINGS

_FORMS = ("difference", "ratio")


@dataclass(frozen=True)
class MembershipCalibratedDistance(ScoringAttack):
    """Nearer to the release than to other people means in the data."""

    card: ClassVar[Card] = Card(
        id="membership-calibrated-distance",
        version=1,
        title="Whoever lies nearer to the release than to other people is taken for a member",
        family=Family.MEMBERSHIP,
        threat=ThreatModel(
            knows="the full record of a person, and a list of candidates to compare it with",
            sees="the synthetic records",
            wins="people in the data are ranked above people who were never in it",
        ),
        references=("Chen et al., GAN-Leaks, CCS 2020", "Ward et al., Synth-MIA, 2025"),
        measures=SCORING_MEASURES,
        needs=frozenset({Need.HOLDOUT}),
    )

    def variants(self, lab: Lab) -> tuple[Mapping[str, str], ...]:
        """Return one scope per encoding and form of the comparison."""
        return tuple({"encoding": e.name, "form": form} for e in ENCODINGS for form in _FORMS)

    def scores(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> FloatArray:
        """Return how much farther the nearest other person lies than the nearest synthetic one."""
        around = surroundings(arm, BY_NAME[scope["encoding"]], lab)
        released, others = around.released[:, 0], around.others
        if scope["form"] == "difference":
            return around.mean_over_draws(others, 1) - released
        return around.mean_over_draws(around.log(others), 1) - around.log(released)
