"""Membership by density ratio: where the release is dense beyond what the population explains.

What the adversary does
-----------------------
The adversary estimates how dense the release is at a person's record, and how dense the population
is there, and compares the logarithms. Two densities are tried: a product kernel over numbers and
categories with two widths, and the distance to the k-th nearest record. Nothing is cut off at a
floor, so records in empty places keep their rank; they are the ones at risk.

What a high value means
-----------------------
The release piles up at people in the data, more than at people who were never in it.

What a low value does not mean
------------------------------
A density in many columns is a coarse thing. A classifier that estimates the same ratio is an
attack of its own. No attack that was run proves that none exists.

Cost
----
Two nearest-neighbour searches for each encoding, shared with the other attacks.

References
----------
Van Breugel et al., DOMIAS, AISTATS 2023, equation 2. Loftsgaarden and Quesenberry 1965 (densities
from neighbours).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from audit.contract.adversary import SCORING_MEASURES, ScoringAttack
from audit.contract.arms import Arm, FloatArray
from audit.contract.lab import Lab
from audit.contract.reference import DEEP, Surroundings, neighbourhoods, surroundings
from audit.facts.measurement import Card, Family, Need, ThreatModel
from audit.models.density import log_kernel, log_sum
from audit.space.encode import BY_NAME
from audit.space.points import Metric


@dataclass(frozen=True)
class MembershipDensityRatio(ScoringAttack):
    """Denser in the release than in the population means in the data."""

    card: ClassVar[Card] = Card(
        id="membership-density-ratio",
        version=1,
        title="Where the release is denser than the population, members are suspected",
        family=Family.MEMBERSHIP,
        threat=ThreatModel(
            knows="the full record of a person, and a list of candidates to compare it with",
            sees="the synthetic records",
            wins="people in the data are ranked above people who were never in it",
        ),
        references=("Van Breugel et al., DOMIAS, AISTATS 2023",),
        measures=SCORING_MEASURES,
        needs=frozenset({Need.HOLDOUT}),
    )
    widths: tuple[float, ...] = (0.25, 0.5)
    """Of the kernel, in typical distances to the nearest other person."""
    neighbours: tuple[int, ...] = (5, 20)

    def variants(self, lab: Lab) -> tuple[Mapping[str, str], ...]:
        """Return one scope per encoding and density."""
        kernels = [{"density": "kernel", "width": f"{w:g}"} for w in self.widths]
        sizes = neighbourhoods(self.neighbours, lab)
        nearest = [{"density": "nearest", "k": str(k)} for k in sizes]
        return tuple({"encoding": e.name, **d} for e in DEEP for d in (*kernels, *nearest))

    def scores(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> FloatArray:
        """Return the log density of the release less that of the reference."""
        encoding = BY_NAME[scope["encoding"]]
        around = surroundings(arm, encoding, lab)
        if scope["density"] == "kernel":
            return _kernel_ratio(around, float(scope["width"]), encoding.metric)
        k = int(scope["k"])
        others = around.mean_over_draws(around.log(around.others), k)
        return others - around.log(around.released[:, k - 1])


def _kernel_ratio(around: Surroundings, width: float, metric: Metric) -> FloatArray:
    """Return the log ratio of two kernel densities, each from as many nearest records.

    Of the reference each row counts by its chance of being drawn and among the nearest.
    """
    h, k = width * around.gap, around.depth
    released = log_sum(log_kernel(around.released[:, :k], width=h, metric=metric))
    chance = around.law[:k].sum(axis=0)
    others = log_sum(log_kernel(around.others, width=h, metric=metric), chance)
    return released - others
