"""Attribute inference, worst case: the best attack on the most exposed secret, honestly counted.

What the adversary does
-----------------------
The adversary tries every inference attack on every secret, with every set of known columns, and
keeps what works best. The audit grades the worst of all of them, never their mean.

What a high value means
-----------------------
At least one secret of people in the data is given away beyond what anybody could guess about
people like them.

What a low value does not mean
------------------------------
Secrets that were not declared, and learners that were not run, are not covered. The upper end
needs no allowance for the number of attacks; the lower end and the p-value do allow for it.

Cost
----
None beyond the attacks themselves; nothing is run twice.

References
----------
Giomi et al., PoPETs 2023(2), section 4.3. Westfall and Young, Resampling-Based Multiple Testing,
1993 (max-T).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from audit.contract.adversary import TargetedAttack
from audit.contract.arms import Side
from audit.contract.check import Check, Yield
from audit.contract.lab import Lab
from audit.contract.strata import ATTACKED, strata_of
from audit.contract.strata_wins import strata_disparity, strata_wins
from audit.contract.targeted import as_bars, single_case, strongest, worst_case
from audit.contract.yardsticks import phantom
from audit.facts.measurement import NO_SCOPE, Card, Caveat, Family, Json, Need, ThreatModel
from audit.facts.reasons import CaveatCode


@dataclass(frozen=True)
class AttributeInferenceWorstCase(Check):
    """The most exposed secret."""

    card: ClassVar[Card] = Card(
        id="attribute-inference-worst-case",
        version=2,
        title="The strongest attack on the most exposed secret",
        family=Family.INFERENCE,
        threat=ThreatModel(
            knows="attributes of a person, at worst all but the secret; not who is in the data",
            sees="the synthetic records",
            wins="a secret is named more often than for people who were never in the data",
        ),
        references=("Giomi et al., PoPETs 2023(2)", "Westfall and Young 1993"),
        measures=(
            "excess",
            "risk",
            "attack_rate",
            "control_rate",
            "baseline_rate",
            "disparity_excess",
            "phantom_share",
        ),
        needs=frozenset({Need.HOLDOUT, Need.SECRET, Need.TWO_COLUMNS}),
    )
    attacks: tuple[TargetedAttack, ...] = ()

    @property
    def params(self) -> dict[str, Json]:
        """Return which attacks competed."""
        ids: list[Json] = [*sorted(a.card.id for a in self.attacks)]
        return {"attacks": ids}

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Yield excess and risk of every competitor and of the worst."""
        cases = [
            replace(case, scope={"attack": attack.card.id, **case.scope})
            for attack in self.attacks
            for case in attack.outcomes(lab)
        ]
        for case in cases:
            yield from single_case(case)
        yield from worst_case(cases, NO_SCOPE, lab.stream("worst"))
        exposed = strongest(cases, "secret")
        for case in exposed:
            yield from phantom(case)
        yield as_bars(self.card.id, exposed, "secret")
        if lab.target_limit is None:
            at_most = self.attacks[0].n_targets
            real, holdout = (lab.arm(side, at_most) for side in (Side.REAL, Side.HOLDOUT))
            strata = strata_of(real, holdout, lab, variance=ATTACKED)
            rng = lab.stream("strata")
            yield from strata_wins(cases, strata, rng)
            yield from strata_disparity(cases, strata, rng)
            yield from strata.caveats
        assumed = [c.name for c in lab.schema.secrets() if not c.roles_declared]
        if assumed:
            yield Caveat(CaveatCode.SECRETS_ASSUMED, {"columns": len(assumed)}, tuple(assumed))
