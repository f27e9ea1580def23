"""Reconstruction: the nearest synthetic record completes what is known of a person.

What the adversary does
-----------------------
The adversary knows some columns of a person, looks up the synthetic record that is nearest in them,
and takes all its other values for the person's own. The declared quasi-identifiers are known, and,
beside them, halves of all columns that are drawn by chance; the worst counts, for everybody, among
the people who stand most alone and in all other parts of the people. Nothing is gained by a value
that is nearly right: the adversary wins if *every* unknown value is exact, a missing one by a
missing one.

What a high value means
-----------------------
Whole records of people in the data can be put together from a part of them. Without memory of the
person every further column makes that less likely, so hardly a holdout person is completed.

What a low value does not mean
------------------------------
One wrong digit in one column is a failure here. Attribute inference asks for one value at a time
and allows for a tolerance; copies are counted apart. Reconstruction from many counts (linear
programs over answers) was not tried.

Cost
----
One nearest-neighbour search for each set of known columns.

References
----------
Dinur and Nissim, PODS 2003 (reconstruction). Giomi et al., PoPETs 2023(2) (control).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.adversary import TargetedAttack
from audit.contract.arms import Arm, BoolArray, Side
from audit.contract.check import NothingToTry
from audit.contract.lab import Lab
from audit.contract.outcomes import Wins
from audit.contract.rarity import numbered, people_sides
from audit.facts.measurement import Card, Family, Need, ThreatModel
from audit.facts.reasons import CaveatCode
from audit.facts.schema import Column
from audit.space.encode import RANK_EUCLIDEAN

_DECLARED = "quasi_identifiers"
_HALF = "half"


@dataclass(frozen=True)
class Reconstruction(TargetedAttack):
    """All unknown values of a person at once."""

    card: ClassVar[Card] = Card(
        id="reconstruction",
        version=1,
        title="The nearest synthetic record completes the record of a person",
        family=Family.INFERENCE,
        threat=ThreatModel(
            knows="the quasi-identifiers of a person, or half of all columns",
            sees="the synthetic records",
            wins="every other value of the nearest synthetic record is the person's own",
        ),
        references=("Dinur and Nissim, PODS 2003", "Giomi et al., PoPETs 2023(2)"),
        measures=("excess", "risk", "attack_rate", "control_rate", "baseline_rate"),
        needs=frozenset({Need.HOLDOUT, Need.TWO_COLUMNS}),
    )
    n_targets: int = 10_000
    n_halves: int = 3

    def variants(self, lab: Lab) -> tuple[Mapping[str, str], ...]:
        """Return one scope per set of known columns."""
        sets = self._known(lab)
        if not sets:
            raise NothingToTry("no column is left to complete")
        return tuple(dict(scope) for scope in sets)

    def wins(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> BoolArray:
        """Tell for each row whether all unknown values of the nearest record are its own."""
        known, hidden = self._parted(scope, lab)
        found = lab.nearest_synthetic(arm, known, RANK_EUCLIDEAN).indices[:, 0]
        said = lab.table(Side.SYNTHETIC).keys_over(hidden)[found]
        truth = lab.table(arm.side).keys_over(hidden)[arm.rows]
        return np.asarray((said == truth).all(axis=1))

    def guesses(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> BoolArray:
        """Name the combination of unknown values that most people have."""
        _, hidden = self._parted(scope, lab)
        keys = np.concatenate([lab.table(s).keys_over(hidden) for s in people_sides(lab)])
        group = numbered(keys)
        commonest = keys[int((group == np.bincount(group).argmax()).argmax())]
        return np.asarray((lab.table(arm.side).keys_over(hidden)[arm.rows] == commonest).all(1))

    def parted(self, cases: Sequence[Wins]) -> Sequence[Wins]:
        """Return all of them: no worst case of single secrets takes in whole records."""
        return cases

    def caveats(self, lab: Lab) -> Mapping[CaveatCode, Mapping[str, float]]:
        """Say that not every half was tried."""
        return {CaveatCode.SPLITS_SAMPLED: {"tried": float(len(self._known(lab)))}}

    def _parted(
        self, scope: Mapping[str, str], lab: Lab
    ) -> tuple[tuple[Column, ...], tuple[str, ...]]:
        """Return the known columns, and the names of the others."""
        known = self._known(lab)[tuple(sorted(scope.items()))]
        names = {c.name for c in known}
        return known, tuple(c.name for c in _columns(lab) if c.name not in names)

    def _known(self, lab: Lab) -> Mapping[tuple[tuple[str, str], ...], tuple[Column, ...]]:
        """Return scope -> known columns, every set once."""
        columns, declared = _columns(lab), lab.schema.quasi_identifiers()
        sets: dict[tuple[tuple[str, str], ...], tuple[Column, ...]] = {}
        if 0 < len(declared) < len(columns):
            named = ("knows", _DECLARED), ("split", "declared")
            sets[named] = tuple(sorted(declared, key=lambda c: c.name))
        rng, drawn = lab.for_check(self.card.id).stream("halves"), set[frozenset[int]]()
        for _ in range(20 * self.n_halves if len(columns) > 1 else 0):
            if len(drawn) == self.n_halves:
                break
            drawn.add(frozenset(int(i) for i in rng.permutation(len(columns))[: len(columns) // 2]))
        for i, half in enumerate(sorted(drawn, key=sorted), start=1):
            sets[("knows", _HALF), ("split", str(i))] = tuple(columns[j] for j in sorted(half))
        return sets


def _columns(lab: Lab) -> list[Column]:
    return sorted(lab.schema.comparable(), key=lambda c: c.name)
