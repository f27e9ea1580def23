"""Attribute inference: the secret of the nearest synthetic record is taken for the person's own.

What the adversary does
-----------------------
The adversary knows some attributes of a person, looks up the synthetic record that is nearest in
them, and takes its secret for the person's secret; of several that are equally near, the secret
that most of them confirm. Each secret is attacked with the declared
quasi-identifiers and, where that is more, with all other columns. A category must be hit exactly,
a number to 5 % of its size or of the spread of all people, whichever is more, a date to 5 % of the
spread; the spread is the range of the middle half. That something is missing counts as a value.

What a high value means
-----------------------
Secrets of people in the data are named more often than secrets of people who were never in it.
What both have in common is knowledge about the population and is not counted.

What a low value does not mean
------------------------------
One neighbour is a weak learner. A secret that follows from the attributes in the whole population
is guessed well and still shows no excess: that is inference about a group, and may be harm too;
the attack rate is printed for that reason.

Cost
----
One nearest-neighbour search for each secret and set of known columns.

References
----------
Giomi et al., A Unified Framework for Quantifying Privacy Risk in Synthetic Data, PoPETs 2023(2),
section 4.3. Lin, Annals of Applied Statistics 7(1), 2013 (adjustment).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.adversary import TargetedAttack
from audit.contract.arms import Arm, BoolArray, FloatArray
from audit.contract.lab import Lab
from audit.contract.secret_votes import released_votes
from audit.contract.secrets import Secret, knowledge, levels_of
from audit.facts.measurement import Card, Family, Need, ThreatModel
from audit.facts.schema import Column


@dataclass(frozen=True)
class AttributeInferenceNearest(TargetedAttack):
    """The nearest synthetic record gives the secret away."""

    card: ClassVar[Card] = Card(
        id="attribute-inference-nearest",
        version=2,
        title="The nearest synthetic record gives a secret away",
        family=Family.INFERENCE,
        threat=ThreatModel(
            knows="attributes of a person, at worst all but the secret; not who is in the data",
            sees="the synthetic records",
            wins="the secret of the nearest synthetic record is the person's own",
        ),
        references=("Giomi et al., PoPETs 2023(2)", "WP29 Opinion 05/2014 (WP216)"),
        measures=("excess", "risk", "attack_rate", "control_rate", "baseline_rate"),
        needs=frozenset({Need.HOLDOUT, Need.SECRET, Need.TWO_COLUMNS}),
    )
    n_targets: int = 10_000
    tolerance: float = 0.05
    """Of a number's size."""
    absolute: float = 0.05
    """Of the interquartile range of all people; who is within either is right."""

    def variants(self, lab: Lab) -> tuple[Mapping[str, str], ...]:
        """Return one scope per secret and set of known columns."""
        return tuple(
            {"secret": secret.name, "knows": knows}
            for secret in sorted(lab.schema.secrets(), key=lambda c: c.name)
            for knows in knowledge(lab.schema, secret)
        )

    def wins(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> BoolArray:
        """Tell for each row whether the neighbour's secret is right."""
        column = lab.schema[scope["secret"]]
        known = knowledge(lab.schema, column)[scope["knows"]]
        secret = self._secret(column, lab)
        told = released_votes(arm, secret, known, lab).nearest.value
        return secret.hit(told, secret.values(arm.side)[arm.rows])

    def guesses(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> BoolArray:
        """Always name the commonest value."""
        secret = self._secret(lab.schema[scope["secret"]], lab)
        truth = secret.values(arm.side)[arm.rows]
        return secret.hit(np.full(truth.shape, secret.commonest()), truth)

    def _secret(self, column: Column, lab: Lab) -> Secret:
        return Secret(lab, column, self.tolerance, self.absolute)

    def covariates(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> FloatArray:
        """Return the level of the secret: some levels are easier to guess for anybody."""
        return levels_of(lab, arm, lab.schema[scope["secret"]])
