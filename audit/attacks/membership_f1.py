"""Membership by F1: whoever agrees with a synthetic record in all but h columns is claimed.

What the adversary does
-----------------------
Numbers are cut into twenty equal parts of their range. Whoever differs from some synthetic record
in at most h columns is claimed to have been in the data. The h that does best on half of the people
is tried on the other half. Claims are judged by F1, relative to claiming everybody, as if members
made up the declared share of all candidates (the prevalence, or sampling fraction).

What a high value means
-----------------------
The claims find members, and are right, more often than claiming everybody would. By convention a
relative F1 above 0.2 is too much.

What a low value does not mean
------------------------------
F1 looks at all people at once and can be blind to a leak that concerns few: at a prevalence of one
half, a release that copies every second person may score 0. It may therefore fail a release and
never clears one. It also depends on the prevalence, which data cannot tell; the share of the
accused who are members is printed beside it for that reason.

Cost
----
One nearest-neighbour search.

References
----------
El Emam, Mosquera and Fang, Validating a membership disclosure metric for synthetic health data,
JAMIA Open 5(4), 2022.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.arms import FloatArray, Side
from audit.contract.binned import binned_points
from audit.contract.check import Check, Yield
from audit.contract.lab import Lab
from audit.errors import UsageError
from audit.facts.estimate import Estimate
from audit.facts.measurement import Card, Family, Measurement, Need, ThreatModel
from audit.statistics.claims import Bounded, Claims, fit_claims

_CONFIDENCE = 0.95


@dataclass(frozen=True)
class MembershipF1(Check):
    """Alike in all but h columns means in the data."""

    card: ClassVar[Card] = Card(
        id="membership-f1",
        version=1,
        title="Claims of membership are right more often than claiming everybody",
        family=Family.MEMBERSHIP,
        threat=ThreatModel(
            knows="the full record of a person, and which share of the candidates was in the data",
            sees="the synthetic records",
            wins="claims find members and are right, more often than claiming everybody would",
        ),
        references=("El Emam, Mosquera and Fang, JAMIA Open 5(4), 2022",),
        measures=("relative_f1", "ppv"),
        needs=frozenset({Need.HOLDOUT}),
        clears=False,
    )
    prevalence: float = 0.5
    """Share of members among the candidates: the sampling fraction of the real data."""

    def __post_init__(self) -> None:
        """Refuse a prevalence that is no share.

        Raises
        ------
        UsageError
            If it is not between 0 and 1.
        """
        if not 0 < self.prevalence < 1:
            raise UsageError(f"{self.card.id}.prevalence must lie between 0 and 1")

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Yield relative F1 and the share of the accused who are members."""
        real, holdout = (self._likeness(side, lab) for side in (Side.REAL, Side.HOLDOUT))
        n = real.size + holdout.size
        half = lab.stream("half").permutation(n) < n // 2
        found = fit_claims(real, holdout, half=half, prevalence=self.prevalence)
        if found is None:
            return
        yield _measured("relative_f1", found.relative_f1, found, None)
        if found.precision is not None:
            yield _measured("ppv", found.precision, found, self.prevalence)

    def _likeness(self, side: Side, lab: Lab) -> FloatArray:
        """Return for each person minus the least number of columns that differ."""
        arm = lab.arm(side)
        found = lab.search(
            binned_points(lab.table(side), lab).take(arm.rows),
            binned_points(lab.table(Side.SYNTHETIC), lab),
        )
        return arm.best_of(np.round(-found.distances[:, 0]))


def _measured(name: str, found: Bounded, claims: Claims, null: float | None) -> Measurement:
    method = "threshold on one half, Clopper-Pearson ends of both rates on the other"
    return Measurement(
        name,
        Estimate(found.value, found.low, found.high, _CONFIDENCE, method),
        claims.n_real + claims.n_holdout,
        null_value=null,
        p_value=claims.tails.risky,
        p_safe_side=claims.tails.safe,
    )
