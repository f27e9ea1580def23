"""Correct attribution: what the synthetic records with the same known values say of a secret.

What the adversary does
-----------------------
The adversary looks up the synthetic records that agree with a person in the known columns and names
their commonest secret. `nearest` takes the records that differ in the fewest columns where none
agrees in all; `unanimous` speaks only where all records that agree share one secret, which is what
statistical agencies count. Numbers of many values are cut into twenty parts of equal weight.

What a high value means
-----------------------
The secret of people in the data is attributed correctly more often than that of people who were
never in it. The attribution probabilities of statistical agencies are printed beside it, each with
the same number for people who were never in the data.

What a low value does not mean
------------------------------
A rule that holds in the whole population attributes a secret to everybody: the attack rate is high
and the excess 0. That is knowledge about a group and may be harm too. Records that differ from a
person in more columns than were tried say nothing here, and an adversary who weighs columns may do
better.

Cost
----
One sort of the release for each set of columns that may differ, at most 32 for a secret.

References
----------
Taub, Elliot, Pampaka and Smith, Differential Correct Attribution Probability for Synthetic Data,
PSD 2018. Elliot, Final Report on the Disclosure Risk Associated with the Synthetic Data Produced by
the SYLLS Team, 2014. Hittmeir, Mayer and Ekelhart, A Baseline for Attribute Disclosure Risk in
Synthetic Data, CODASPY 2020.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.adversary import TargetedAttack
from audit.contract.arms import Arm, BoolArray, FloatArray, Side
from audit.contract.attributed import mean_shares, share_of_claims
from audit.contract.attribution import (
    Answers,
    Attribution,
    answers,
    attribution_of,
    reach,
)
from audit.contract.check import Yield
from audit.contract.lab import Lab
from audit.contract.secrets import knowledge, levels_of
from audit.facts.measurement import Card, Family, Need, ThreatModel

CLAIMS = ("nearest", "unanimous")


@dataclass(frozen=True)
class CorrectAttribution(TargetedAttack):
    """Synthetic records with the same known values give the secret away."""

    card: ClassVar[Card] = Card(
        id="correct-attribution",
        version=1,
        title="Synthetic records with the same known values give a secret away",
        family=Family.INFERENCE,
        threat=ThreatModel(
            knows="attributes of a person, at worst all but the secret; not who is in the data",
            sees="the synthetic records",
            wins="the commonest secret of the records that agree most is the person's own",
        ),
        references=("Taub et al., PSD 2018", "Elliot 2014", "Hittmeir et al., CODASPY 2020"),
        measures=(
            "excess",
            "risk",
            "attack_rate",
            "control_rate",
            "baseline_rate",
            *(f"{n}{e}" for n in ("cap", "gcap", "tcap") for e in ("", "_control", "_excess")),
        ),
        needs=frozenset({Need.HOLDOUT, Need.SECRET, Need.TWO_COLUMNS}),
    )
    n_targets: int = 10_000
    distinct: int = 100
    """A number with more different values is cut into twenty parts."""
    subsets: int = 32
    """So many sets of columns are tried for the records that differ least."""

    def variants(self, lab: Lab) -> tuple[Mapping[str, str], ...]:
        """Return one scope per secret, set of known columns, and way to speak."""
        return tuple(
            {"secret": secret.name, "knows": knows, "claim": claim}
            for secret in sorted(lab.schema.secrets(), key=lambda c: c.name)
            for knows in knowledge(lab.schema, secret)
            for claim in CLAIMS
        )

    def wins(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> BoolArray:
        """Tell for each row whether the secret that is named is the right one."""
        said = self.answers(arm.side, scope, lab)
        right = said.commonest == self._asked(scope, lab).secret[arm.side]
        claimed = said.unanimous if scope["claim"] == "unanimous" else said.total > 0
        return np.asarray((right & claimed)[arm.rows])

    def guesses(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> BoolArray:
        """Name the commonest secret of real and holdout people, of the same people."""
        asked = self._asked(scope, lab)
        everybody = np.concatenate([asked.secret[s] for s in (Side.REAL, Side.HOLDOUT)])
        commonest = int(np.bincount(everybody).argmax())
        said = self.answers(arm.side, scope, lab)
        claimed = said.unanimous if scope["claim"] == "unanimous" else said.total > 0
        return np.asarray(((asked.secret[arm.side] == commonest) & claimed)[arm.rows])

    def covariates(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> FloatArray:
        """Return the level of the secret: some levels are easier to guess for anybody."""
        return levels_of(lab, arm, lab.schema[scope["secret"]])

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Yield what every targeted attack yields, and the agencies' probabilities."""
        yield from super().run(lab)
        for scope in self.variants(lab):
            if scope["claim"] != CLAIMS[0]:
                continue
            own = {k: scope[k] for k in ("secret", "knows")}
            said = {s: self.answers(s, scope, lab) for s in (Side.REAL, Side.HOLDOUT)}
            yield from mean_shares("gcap", said, own, lab, matched=False)
            yield from mean_shares("cap", said, own, lab, matched=True)
            yield from share_of_claims("tcap", said, own, lab)

    def answers(self, side: Side, scope: Mapping[str, str], lab: Lab) -> Answers:
        """Return what the release says of every row of a table; counted once in a run."""
        key = ("answers", side, scope["secret"], scope["knows"], self.distinct, self.subsets)

        def make() -> Answers:
            asked = self._asked(scope, lab)
            within = reach(len(asked.keys[side]), self.subsets)
            return answers(asked, side, within=within, lab=lab)

        return lab.keep(key, make)

    def _asked(self, scope: Mapping[str, str], lab: Lab) -> Attribution:
        secret = lab.schema[scope["secret"]]
        known = knowledge(lab.schema, secret)[scope["knows"]]
        key = ("asked", scope["secret"], scope["knows"], self.distinct)
        return lab.keep(key, lambda: attribution_of(lab, secret, known, distinct=self.distinct))
