"""Membership by a discriminator: whoever a learner takes for synthetic is taken for a member.

What the adversary does
-----------------------
The adversary trains a learner to tell the release from other people, and asks it about the person.
Where the release is denser than the population the learner answers *synthetic*; its answer
estimates the ratio of the two densities. Boosted trees and a logistic regression are tried. No
model is asked about a person that it was trained on.

What a high value means
-----------------------
People in the data look more like the release than people who were never in it.

What a low value does not mean
------------------------------
A learner finds regions, not single copies; a few people copied verbatim escape it. No attack that
was run proves that none exists.

Cost
----
Three fits of each learner on the release and two thirds of the pool.

References
----------
Hayes et al., LOGAN, PoPETs 2019. Ward et al., Synth-MIA, 2025 (classifier).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.adversary import SCORING_MEASURES, ScoringAttack
from audit.contract.arms import Arm, FloatArray, Side
from audit.contract.folds import evened, folds, thinned
from audit.contract.lab import Lab
from audit.contract.reference import points_of, pool, pooled_points
from audit.data.table import Table
from audit.facts.measurement import Card, Family, Need, ThreatModel
from audit.models.contrast import contrast_by_line, contrast_by_trees
from audit.space.encode import RANK, STANDARDISED, Encoding
from audit.space.points import Points

_FOLDS = 3
_LEARNERS = {"trees": RANK, "linear": STANDARDISED}


@dataclass(frozen=True)
class MembershipDiscriminator(ScoringAttack):
    """Taken for synthetic by a learner means in the data."""

    learns: ClassVar[bool] = True
    card: ClassVar[Card] = Card(
        id="membership-discriminator",
        version=1,
        title="Whoever a learner takes for synthetic is taken for a member",
        family=Family.MEMBERSHIP,
        threat=ThreatModel(
            knows="the full record of a person, and a list of candidates to compare it with",
            sees="the synthetic records",
            wins="people in the data are ranked above people who were never in it",
        ),
        references=("Hayes et al., LOGAN, PoPETs 2019", "Ward et al., Synth-MIA, 2025"),
        measures=SCORING_MEASURES,
        needs=frozenset({Need.HOLDOUT}),
        alarms_on_copy=False,
        monotone_in_copies=False,
    )
    rounds: int = 40
    """Trees of the boosted learner."""
    rows: int = 20_000
    """Rows of each table that a learner is trained on at most."""

    def variants(self, lab: Lab) -> tuple[Mapping[str, str], ...]:
        """Return one scope per learner."""
        return tuple({"learner": learner} for learner in _LEARNERS)

    def scores(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> FloatArray:
        """Return how synthetic the row looks."""
        key = (self.card.id, repr(self), scope["learner"])
        whole = lab.keep(key, lambda: self._pooled(scope["learner"], lab))
        offset = 0 if arm.side is Side.REAL else lab.table(Side.REAL).n_rows
        return np.asarray(whole[arm.rows + offset], dtype=np.float64)

    def _pooled(self, learner: str, lab: Lab) -> FloatArray:
        encoding = _LEARNERS[learner]
        table, given = lab.table(Side.SYNTHETIC), lab.release.reference
        released, pooled = self._some(table, encoding, lab), pooled_points(encoding, lab)
        seed = int(lab.stream(learner).integers(2**32))
        if given is not None:
            others = self._some(given, encoding, lab)
            return self._contrast(learner, released, others, pooled, seed)
        found = np.full(len(pooled), 0.5)
        for fold in folds(_FOLDS, lab):
            lab.checkpoint()
            if fold.judged.size and fold.learnt_from.size:
                others = pooled.take(thinned(pool(lab), fold.learnt_from, self.rows, lab))
                judged = pooled.take(fold.judged)
                found[fold.judged] = self._contrast(learner, released, others, judged, seed)
        return evened(found[:, None], lab)[:, 0]

    def _some(self, table: Table, encoding: Encoding, lab: Lab) -> Points:
        rows = thinned(table, np.arange(table.n_rows), self.rows, lab)
        return points_of(table, encoding, lab).take(rows)

    def _contrast(
        self, learner: str, released: Points, others: Points, judged: Points, seed: int
    ) -> FloatArray:
        if learner == "linear":
            return contrast_by_line(released, others, judged)
        return contrast_by_trees(released, others, judged, rounds=self.rounds, seed=seed)
