"""Membership, worst case: the best of all membership attacks, honestly counted.

What the adversary does
-----------------------
The adversary tries every membership attack in every encoding and keeps the one that works best.
The audit grades that one, since a real adversary would use it too.

What a high value means
-----------------------
At least one attack tells people in the data from people who were never in it.

What a low value does not mean
------------------------------
Attacks that were not run may work better. The upper end needs no allowance for the number of
attacks: if each bound holds, so does the largest. The lower end and the p-value do allow for it,
so that luck among many attacks fails no release.

Cost
----
None beyond the attacks themselves; nothing is run twice.

References
----------
Westfall and Young, Resampling-Based Multiple Testing, 1993 (max-T). Carlini et al., Membership
Inference Attacks From First Principles, IEEE S&P 2022 (true positives at few false ones). Steinke,
Nasr and Jagielski, Privacy Auditing with One (1) Training Run, NeurIPS 2023 (the bound by pairs).
Bates et al., Testing for outliers with conformal p-values, Annals of Statistics 2023 (evidence
about single people).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from audit.contract.adversary import SCORING_MEASURES, ScoringAttack
from audit.contract.arms import Side
from audit.contract.check import Check, Yield
from audit.contract.lab import Lab
from audit.contract.outcomes import Scores
from audit.contract.people import PersonEvidence, evidence_of, people_caveats
from audit.contract.scoring import CONFIDENCE, as_roc, auc_measured, epsilon_caveat
from audit.contract.strata import strata_of
from audit.contract.strata_scores import strata_scores
from audit.contract.worst_scores import worst_scores
from audit.facts.estimate import Estimate
from audit.facts.measurement import (
    NO_SCOPE,
    Card,
    Caveat,
    Family,
    Json,
    Measurement,
    Need,
    ThreatModel,
)
from audit.facts.reasons import CaveatCode
from audit.harness.stacked_membership import MembershipStacked
from audit.statistics.paired import paired_epsilon


@dataclass(frozen=True)
class MembershipWorstCase(Check):
    """The strongest membership attack."""

    card: ClassVar[Card] = Card(
        id="membership-worst-case",
        version=1,
        title="The strongest attack tells who was in the data",
        family=Family.MEMBERSHIP,
        threat=ThreatModel(
            knows="the full record of a person, and a list of candidates to compare it with",
            sees="the synthetic records",
            wins="people in the data are ranked above people who were never in it, by any attack",
        ),
        references=(
            "Westfall and Young 1993",
            "Carlini et al., IEEE S&P 2022",
            "Bates et al., Annals of Statistics 2023",
        ),
        measures=(*SCORING_MEASURES, "disparity", "epsilon_lower_paired"),
        needs=frozenset({Need.HOLDOUT}),
    )
    attacks: tuple[ScoringAttack, ...] = ()
    stacked: MembershipStacked | None = None

    @property
    def params(self) -> dict[str, Json]:
        """Return which attacks competed."""
        others = () if self.stacked is None else (self.stacked,)
        return {"attacks": sorted(a.card.id for a in (*self.attacks, *others))}

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Yield the AUC of every competitor and all measurements of the worst."""
        cases = self._cases(lab)
        for case in cases:
            yield auc_measured(case)
        trained = None if self.stacked is None else self.stacked.outcome(lab)
        if trained is not None:
            yield auc_measured(replace(trained, scope={"attack": MembershipStacked.card.id}))
        yield from worst_scores(cases, NO_SCOPE, lab.stream("worst"), trained=trained)
        yield as_roc(self.card.id, cases)
        sides = [lab.arm(side) for side in (Side.REAL, Side.HOLDOUT)]
        yield epsilon_caveat(sides[0].n_people, sides[1].n_people, comparisons=len(cases))
        yield from _by_pairs(cases, lab)
        if lab.release.reference is not None:
            people = {"people": float(lab.release.reference.n_people)}
            yield Caveat(CaveatCode.REFERENCE_GIVEN, people)
        if lab.target_limit is None:
            # Among the few people of a control no part is evidence.
            strata = strata_of(sides[0], sides[1], lab)
            yield from strata_scores(cases, strata, lab.stream("strata"))
            yield from strata.caveats
            yield from people_caveats(self.people(lab))

    def people(self, lab: Lab) -> PersonEvidence | None:
        """Return the evidence about every real person; done once in a run.

        It is about single people: of all that is in it, a report may say how many.
        """
        return lab.keep((repr(self), "people"), lambda: evidence_of(self._cases(lab), lab))

    def _cases(self, lab: Lab) -> list[Scores]:
        return [
            replace(case, scope={"attack": attack.card.id, **case.scope})
            for attack in self.attacks
            for case in attack.outcomes(lab)
        ]


def _by_pairs(cases: Sequence[Scores], lab: Lab) -> Iterator[Yield]:
    """Yield the bound that rests on the coins of the split, where a person vouches for them."""
    split = lab.release.split
    if split.how != "random" or split.source != "declared" or split.holdout_used_for:
        return
    real, holdout = [c.real for c in cases], [c.holdout for c in cases]
    found = paired_epsilon(real, holdout, rng=lab.stream("pairs"))
    if found is None:
        return
    method = "guesses on pairs of one real and one holdout person; experimental"
    estimate = Estimate(found.value, found.value, None, CONFIDENCE, method)
    yield Measurement("epsilon_lower_paired", estimate, 2 * found.pairs)
    numbers = {"right": float(found.right), "guesses": float(found.guesses)}
    yield Caveat(CaveatCode.PAIRED_EXPERIMENTAL, numbers)
