"""Linkability: two halves of what is known of one person meet in one synthetic record.

What the adversary does
-----------------------
The adversary holds two tables about the same people, with different columns and no common key, as
two institutions might. For each half the nearest synthetic record is looked up. When both halves
of a person lead to the same synthetic record, the halves are declared to belong together.

The columns known of a person can be cut in many ways. Several random cuts are tried, and the
worst is what counts.

What a high value means
-----------------------
Halves of people in the data meet more often than halves of people who were never in it: synthetic
records stand for single persons.

What a low value does not mean
------------------------------
Only joins through one nearest record were tried. A join through many records, or through a model
trained on the release, is another attack.

Cost
----
Two nearest-neighbour searches for each cut.

References
----------
Giomi et al., A Unified Framework for Quantifying Privacy Risk in Synthetic Data, PoPETs 2023(2),
section 4.2. Article 29 Working Party, Opinion 05/2014 (WP216), section 2.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.adversary import TargetedAttack
from audit.contract.arms import Arm, BoolArray
from audit.contract.lab import Lab
from audit.facts.measurement import Card, Family, Need, ThreatModel
from audit.facts.reasons import CaveatCode
from audit.facts.schema import Column
from audit.space.encode import RANK_EUCLIDEAN


@dataclass(frozen=True)
class Linkability(TargetedAttack):
    """Two sources about one person, joined through the release."""

    card: ClassVar[Card] = Card(
        id="linkability",
        version=1,
        title="Two sources about one person are joined through the release",
        family=Family.LINKABILITY,
        threat=ThreatModel(
            knows="two disjoint sets of quasi-identifiers of a person, one from each source",
            sees="the synthetic records",
            wins="both halves of the person have the same nearest synthetic record",
        ),
        references=("Giomi et al., PoPETs 2023(2)", "WP29 Opinion 05/2014 (WP216)"),
        measures=("excess", "risk", "attack_rate", "control_rate", "baseline_rate"),
        needs=frozenset({Need.HOLDOUT, Need.QUASI_IDENTIFIERS}),
    )
    n_targets: int = 10_000
    n_splits: int = 4

    def variants(self, lab: Lab) -> tuple[Mapping[str, str], ...]:
        """Return one scope per cut of the known columns."""
        return tuple({"k": "1", "split": str(i + 1)} for i in range(len(self._splits(lab))))

    def worst_scope(self, scope: Mapping[str, str]) -> Mapping[str, str]:
        """Return the scope of the worst case over cuts."""
        return {"k": scope["k"], "over": "worst"}

    def wins(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> BoolArray:
        """Tell for each row whether both halves lead to one synthetic record."""
        left, right = self._splits(lab)[int(scope["split"]) - 1]
        a = lab.nearest_synthetic(arm, left, RANK_EUCLIDEAN).indices[:, 0]
        b = lab.nearest_synthetic(arm, right, RANK_EUCLIDEAN).indices[:, 0]
        return np.asarray(a == b)

    def guesses(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> BoolArray:
        """Point at two synthetic records at random."""
        rng = lab.stream(f"guess/{scope['split']}")
        pairs = rng.integers(lab.release.synthetic.n_rows, size=(2, arm.rows.size))
        return np.asarray(pairs[0] == pairs[1])

    def caveats(self, lab: Lab) -> Mapping[CaveatCode, Mapping[str, float]]:
        """Say that not every cut was tried."""
        tried, columns = len(self._splits(lab)), len(lab.schema.quasi_identifiers())
        possible = 2 ** (columns - 1) - 1
        return {} if tried == possible else {CaveatCode.SPLITS_SAMPLED: {"tried": tried}}

    def _splits(self, lab: Lab) -> tuple[tuple[tuple[Column, ...], tuple[Column, ...]], ...]:
        """Return distinct cuts into halves of equal size, give or take one column."""
        columns = sorted(lab.schema.quasi_identifiers(), key=lambda c: c.name)
        rng, half = lab.stream("splits"), len(columns) // 2
        splits: dict[frozenset[int], tuple[tuple[Column, ...], tuple[Column, ...]]] = {}
        for _ in range(20 * self.n_splits):
            chosen = frozenset(int(i) for i in rng.permutation(len(columns))[:half])
            if 2 * half == len(columns) and 0 not in chosen:
                # Two equal halves are one cut, whichever is called left.
                chosen = frozenset(range(len(columns))) - chosen
            left = tuple(c for i, c in enumerate(columns) if i in chosen)
            right = tuple(c for i, c in enumerate(columns) if i not in chosen)
            splits.setdefault(chosen, (left, right))
            if len(splits) == self.n_splits:
                break
        return tuple(splits.values())
