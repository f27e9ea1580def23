"""Membership by the error profile: a model of the release predicts members' values better.

What the adversary does
-----------------------
For every column the adversary trains a model on the release that predicts it from all the others,
and a second one on other people. Where the first errs less than the second on the person's own
values, the release knows something of the person that the population does not. The gains of all
columns are added up.

What a high value means
-----------------------
Models of the release err less on people in the data, beyond what models of the population do.

What a low value does not mean
------------------------------
Models smooth over single records. No attack that was run proves that none exists.

Cost
----
Three small forests for each column, on so many rows at most.

References
----------
German et al., MIA-EPT, MIDST challenge 2025 (without its shadow models).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.adversary import SCORING_MEASURES, ScoringAttack
from audit.contract.arms import Arm, FloatArray, Side
from audit.contract.folds import Fold, evened, folds, thinned
from audit.contract.lab import Lab
from audit.contract.reference import points_of, pool, pooled_points, reference_points
from audit.facts.measurement import Card, Family, Need, ThreatModel
from audit.models.errors import column_errors
from audit.space.encode import RANK

_FOLDS = 2


@dataclass(frozen=True)
class MembershipErrorProfile(ScoringAttack):
    """Better predicted by the release than by the population means in the data."""

    learns: ClassVar[bool] = True
    card: ClassVar[Card] = Card(
        id="membership-error-profile",
        version=1,
        title="Whoever the release predicts better than the population is taken for a member",
        family=Family.MEMBERSHIP,
        threat=ThreatModel(
            knows="the full record of a person, and a list of candidates to compare it with",
            sees="the synthetic records",
            wins="people in the data are ranked above people who were never in it",
        ),
        references=("German et al., MIA-EPT, MIDST challenge 2025",),
        measures=SCORING_MEASURES,
        needs=frozenset({Need.HOLDOUT}),
    )
    rows: int = 10_000
    """Rows that a model is trained on at most."""

    def variants(self, lab: Lab) -> tuple[Mapping[str, str], ...]:
        """Return the one scope."""
        return ({"learner": "trees"},)

    def scores(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> FloatArray:
        """Return the sum over columns of the error of the population's model less the release's."""
        whole = lab.keep((self.card.id, repr(self)), lambda: self._pooled(lab))
        offset = 0 if arm.side is Side.REAL else lab.table(Side.REAL).n_rows
        return np.asarray(whole[arm.rows + offset], dtype=np.float64)

    def _pooled(self, lab: Lab) -> FloatArray:
        table, pooled = lab.table(Side.SYNTHETIC), pooled_points(RANK, lab)
        seed = int(lab.stream("forests").integers(2**31))
        dealt = () if lab.release.reference is not None else folds(_FOLDS, lab)
        # Both models learn from as many rows: the better one must not be the larger one.
        smallest = min([self.rows, table.n_rows, *(f.learnt_from.size for f in dealt)])
        chosen = thinned(table, np.arange(table.n_rows), smallest, lab)
        released = points_of(table, RANK, lab).take(chosen)
        errors = column_errors(released, pooled, seed=seed)
        expected = self._expected(dealt, smallest, lab, seed)
        spread = expected.std(axis=0)
        used = spread > 0
        gains = (expected - errors)[:, used] / spread[used]
        # Equal rows score alike, whatever the order of summation was.
        return np.asarray(np.round(gains.sum(axis=1), 9), dtype=np.float64)

    def _expected(self, dealt: tuple[Fold, ...], at_most: int, lab: Lab, seed: int) -> FloatArray:
        pooled = pooled_points(RANK, lab)
        if lab.release.reference is not None:
            rows = np.arange(lab.release.reference.n_rows)
            rows = thinned(lab.release.reference, rows, at_most, lab)
            return column_errors(reference_points(RANK, lab).take(rows), pooled, seed=seed)
        parts = np.zeros((len(pooled), len(lab.schema.comparable())))
        for fold in dealt:
            lab.checkpoint()
            rows = thinned(pool(lab), fold.learnt_from, at_most, lab)
            judged = pooled.take(fold.judged)
            parts[fold.judged] = column_errors(pooled.take(rows), judged, seed=seed)
        return evened(parts, lab)
