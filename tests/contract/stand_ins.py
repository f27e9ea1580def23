"""Attacks that need no release: they look at one number of a person.

What the adversary does
-----------------------
Compares the number of a person with a threshold.

What a high value means
-----------------------
Nothing.

What a low value does not mean
------------------------------
Nothing either.

Cost
----
None.

References
----------
None.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from audit.contract.adversary import PredicateAttack, ScoringAttack, TargetedAttack
from audit.contract.arms import Side
from audit.contract.predicates import Condition, Op, Predicate
from audit.facts.measurement import Card, Family, Need, ThreatModel
from tests.contract.handmade import WHOLE

KINDS = {"x": WHOLE, "y": WHOLE}
THREAT = ThreatModel("numbers", "nothing", "large numbers")


def card(check_id, family):
    return Card(
        id=check_id,
        version=1,
        title="Large numbers win",
        family=family,
        threat=THREAT,
        references=("nobody",),
        measures=("excess",),
        needs=frozenset({Need.HOLDOUT}),
    )


def side(x):
    return {"x": [float(v) for v in x], "y": [0.0] * len(x)}


def numbers(arm, lab):
    return lab.table(arm.side).numbers["x"][arm.rows]


@dataclass(frozen=True)
class AboveThreshold(TargetedAttack):
    """Wins where the number exceeds the threshold."""

    card: ClassVar[Card] = card("above-threshold", Family.LINKABILITY)
    calls: ClassVar[list[str]] = []
    n_targets: int = 100

    def variants(self, lab):
        return ({"split": "5"}, {"split": "9"})

    def wins(self, arm, scope, lab):
        self.calls.append(f"{arm.side}/{scope['split']}/{lab.check_id}")
        return numbers(arm, lab) > float(scope["split"])

    def guesses(self, arm, scope, lab):
        return np.zeros(arm.rows.size, dtype=bool)


@dataclass(frozen=True)
class ByNumber(ScoringAttack):
    """Ranks people by their number."""

    card: ClassVar[Card] = card("by-number", Family.MEMBERSHIP)
    calls: ClassVar[list[str]] = []

    def variants(self, lab):
        return ({"encoding": "plain"},)

    def scores(self, arm, scope, lab):
        self.calls.append(str(arm.side))
        return numbers(arm, lab)


@dataclass(frozen=True)
class Says(PredicateAttack):
    """States that the number is one of a few."""

    card: ClassVar[Card] = card("says", Family.SINGLING_OUT)
    n_predicates: int = 3
    said: tuple[float, ...] = (1.0, 2.0)

    def predicates(self, lab):
        return [Predicate((Condition("x", Op.EQUALS, v),)) for v in self.said]

    def blind(self, lab):
        assert self.said, "nobody guesses where nothing was said"
        return self.predicates(lab)


@dataclass(frozen=True)
class LooksAway(ByNumber):
    """Ranks people by a number that has nothing to do with the release."""

    card: ClassVar = replace(ByNumber.card, id="looks-away")

    def scores(self, arm, scope: Mapping[str, str], lab):
        return lab.table(arm.side).numbers["age"][arm.rows]


@dataclass(frozen=True)
class Peeks(ByNumber):
    """Claims everybody who is on the list of the members: what no attack may look at."""

    card: ClassVar = replace(ByNumber.card, id="peeks")

    def scores(self, arm, scope: Mapping[str, str], lab):
        return np.full(arm.rows.size, float(arm.side is Side.REAL))
