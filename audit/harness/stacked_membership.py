"""Membership, stacked: an auditor who knows half of the members combines all attacks.

What the adversary does
-----------------------
No real adversary can do this: it takes the labels of half of the people. The rankings of all
membership attacks are combined by a logistic regression that is fitted on one half of the people,
with their labels, and tried on the other half.

What a high value means
-----------------------
Put together, the attacks tell people in the data from people who were never in it; also where each
alone sees little.

What a low value does not mean
------------------------------
The best way to combine these attacks on so few people need not be linear, and attacks that were not
run may work better. Half of the people decide, so its ends are wider than those of the others.

Cost
----
One logistic regression beyond the attacks themselves.

References
----------
Stacked ensembles of the MIDST challenge, SaTML 2025 (CITADEL and UQAM); they learn from shadow
data, this one from half of the people: `attacks.md` M9.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from threadpoolctl import threadpool_limits

from audit.contract.adversary import SCORING_MEASURES, ScoringAttack
from audit.contract.check import Check, NothingToTry, Yield
from audit.contract.lab import Lab
from audit.contract.outcomes import Scores
from audit.contract.scoring import as_roc, epsilon_caveat, score_case
from audit.facts.measurement import NO_SCOPE, Card, Caveat, Family, Json, Need, ThreatModel
from audit.facts.reasons import CaveatCode
from audit.models.stack import stacked_scores
from audit.statistics.roc import midranks

FEWEST = 40
"""People of each side below which half of them teach nothing."""


@dataclass(frozen=True)
class MembershipStacked(Check):
    """All attacks together, with the labels of half of the people."""

    learns: ClassVar[bool] = True
    card: ClassVar[Card] = Card(
        id="membership-stacked",
        version=1,
        title="An auditor who knows half of the members combines all attacks",
        family=Family.MEMBERSHIP,
        threat=ThreatModel(
            knows="whether half of the candidates were in the data: an auditor, no outsider",
            sees="the synthetic records",
            wins="of the other half, people in the data are ranked above people who never were",
        ),
        references=("MIDST challenge, SaTML 2025 (stacked ensembles)",),
        measures=SCORING_MEASURES,
        needs=frozenset({Need.HOLDOUT}),
    )
    attacks: tuple[ScoringAttack, ...] = ()

    @property
    def params(self) -> dict[str, Json]:
        """Return which attacks are combined."""
        ids: list[Json] = [*sorted(a.card.id for a in self.attacks)]
        return {"attacks": ids}

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Yield all measurements of the combined ranking, of the half that taught nothing.

        Raises
        ------
        NothingToTry
            If there are too few people to learn from half of them.
        """
        found = self.outcome(lab)
        if found is None:
            raise NothingToTry("too few people to learn from half of them")
        yield from score_case(found, lab.stream("halves"))
        yield as_roc(self.card.id, [found])
        yield Caveat(CaveatCode.TRAINED_ON_LABELS, {"people": float(found.pooled.size)})
        yield epsilon_caveat(found.real.size, found.holdout.size, comparisons=1)

    def outcome(self, lab: Lab) -> Scores | None:
        """Return the combined scores of the people who taught nothing; done once in a run."""
        own = lab.for_check(self.card.id)
        key = (self.card.id, repr(self), lab.target_limit)
        return lab.keep(key, lambda: self._stack(own))

    def _stack(self, lab: Lab) -> Scores | None:
        cases = [case for attack in self.attacks for case in attack.outcomes(lab)]
        if not cases or min(cases[0].real.size, cases[0].holdout.size) < FEWEST:
            return None
        n_real, n = cases[0].real.size, cases[0].pooled.size
        ranks = np.column_stack([midranks(case.pooled) for case in cases]) / (n + 1)
        told = _half(n_real, n - n_real, lab.stream("half"))
        # How many threads share a sum must not decide how it is rounded.
        with threadpool_limits(1):
            scores = stacked_scores(ranks, np.arange(n) < n_real, told)
        tried = ~told
        return Scores(NO_SCOPE, scores[:n_real][tried[:n_real]], scores[n_real:][tried[n_real:]])


def _half(n_real: int, n_holdout: int, rng: np.random.Generator) -> np.ndarray:
    """Draw half of each side, bool of shape (n_real + n_holdout,)."""
    sides = [rng.permutation(k) < k // 2 for k in (n_real, n_holdout)]
    return np.concatenate(sides)
