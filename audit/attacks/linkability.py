"""Linkability: two halves of what is known of one person meet in one synthetic record.

What the adversary does
-----------------------
The adversary holds two tables about the same people, with different columns and no common key, as
two institutions might. For each half the 1, 5 or 10 nearest synthetic records are looked up. When
both halves of a person lead to the same synthetic record, the halves are declared to belong
together. In coarse columns many records are equally near to a half. They share the places that
there are; or all of them count, and the halves belong together if both lead to a record in common
and to no more than 1, 5 or 10. Or the nearest synthetic record of one half is used to look for the
other half among those of all people, and the adversary wins when the true one is among the first 1,
5 or 10.

The columns known of a person can be cut in many ways. Several random cuts are tried, and the
worst is what counts; for one neighbour also among the people who stand most alone, and in all other
parts of the people.

What a high value means
-----------------------
Halves of people in the data meet more often than halves of people who were never in it: synthetic
records stand for single persons.

What a low value does not mean
------------------------------
Only joins through near records were tried. A join through a model trained on the release is
another attack.

Cost
----
Three nearest-neighbour searches for each cut.

References
----------
Giomi et al., A Unified Framework for Quantifying Privacy Risk in Synthetic Data, PoPETs 2023(2),
section 4.2. Article 29 Working Party, Opinion 05/2014 (WP216), section 2.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.adversary import TargetedAttack
from audit.contract.arms import Arm, BoolArray, Side
from audit.contract.halves import halved, joint, meet, nearest_groups, ranked_first, share_few
from audit.contract.lab import Lab
from audit.contract.outcomes import Wins
from audit.contract.pool import stacked_points
from audit.facts.measurement import Card, Family, Need, ThreatModel
from audit.facts.reasons import CaveatCode
from audit.facts.schema import Column
from audit.space.encode import RANK_EUCLIDEAN

_KS = (1, 5, 10)
_SIDES = (Side.REAL, Side.HOLDOUT)
_BATCH = 2_048


@dataclass(frozen=True)
class Linkability(TargetedAttack):
    """Two sources about one person, joined through the release."""

    card: ClassVar[Card] = Card(
        id="linkability",
        version=2,
        title="Two sources about one person are joined through the release",
        family=Family.LINKABILITY,
        threat=ThreatModel(
            knows="two disjoint sets of quasi-identifiers of a person, one from each source",
            sees="the synthetic records",
            wins="both halves of the person lead to one synthetic record, or one half to the other",
        ),
        references=("Giomi et al., PoPETs 2023(2)", "WP29 Opinion 05/2014 (WP216)"),
        measures=("excess", "risk", "attack_rate", "control_rate", "baseline_rate"),
        needs=frozenset({Need.HOLDOUT, Need.QUASI_IDENTIFIERS}),
    )
    n_targets: int = 10_000
    n_splits: int = 4

    def variants(self, lab: Lab) -> tuple[Mapping[str, str], ...]:
        """Return one scope per number of neighbours, cut of the known columns and kind of join."""
        cuts = range(1, len(self.splits(lab)) + 1)
        meeting = tuple({"k": str(k), "split": str(cut)} for k in _KS for cut in cuts)
        others = ({**scope, "join": join} for join in ("tied", "direct") for scope in meeting)
        return (*meeting, *others)

    def worst_scope(self, scope: Mapping[str, str]) -> Mapping[str, str]:
        """Return the scope of the worst case over cuts and joins."""
        return {"k": scope["k"], "over": "worst"}

    def parted(self, cases: Sequence[Wins]) -> Sequence[Wins]:
        """Return the cuts and joins with one neighbour: what is graded."""
        return [c for c in cases if c.scope["k"] == "1"]

    def shown(self, cases: Sequence[Wins]) -> Sequence[Wins]:
        """Return the cuts with one neighbour: what is graded."""
        return [c for c in cases if c.scope["k"] == "1" and "join" not in c.scope]

    def wins(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> BoolArray:
        """Tell for each row whether both halves lead to one record, or one to the other."""
        linked = self._linked(arm, int(scope["split"]), lab)
        return linked[scope.get("join", "meeting"), int(scope["k"])]

    def guesses(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> BoolArray:
        """Point at so many records at random from either side, or at so many people."""
        k, n = int(scope["k"]), lab.release.synthetic.n_rows
        if scope.get("join") == "direct":
            chance = min(1.0, k / sum(lab.arm(s, self.n_targets).rows.size for s in _SIDES))
        else:
            # None of k is among k others of n: hypergeometric.
            apart = [max(0.0, 1 - k / (n - i)) for i in range(min(k, n))]
            chance = 1 - float(np.prod(apart))
        rng = lab.stream(f"guess/{sorted(scope.items())}")
        return np.asarray(rng.random(arm.rows.size) < chance)

    def _linked(self, arm: Arm, split: int, lab: Lab) -> Mapping[tuple[str, int], BoolArray]:
        """Return who is linked by each kind of join and number of neighbours; done once."""
        cut = self.splits(lab)[split - 1]
        limit = lab.target_limit

        def make() -> Mapping[str, Mapping[tuple[str, int], BoolArray]]:
            return self._link(cut, lab)

        both = lab.keep(("linked", self.n_targets, limit, cut), make)
        return both[arm.side]

    def _link(
        self, cut: tuple[tuple[Column, ...], tuple[Column, ...]], lab: Lab
    ) -> Mapping[str, Mapping[tuple[str, int], BoolArray]]:
        """Link the halves of the people of both sides, who are looked for among all of them."""
        arms = [lab.arm(side, self.n_targets) for side in _SIDES]
        released = [halved(lab.points(Side.SYNTHETIC, h, RANK_EUCLIDEAN)) for h in cut]
        people = [
            halved(
                stacked_points([lab.points(a.side, h, RANK_EUCLIDEAN).take(a.rows) for a in arms])
            )
            for h in cut
        ]
        pairs = joint(*released)
        near = [nearest_groups(lab, p, r) for p, r in zip(people, released, strict=True)]
        ways = nearest_groups(lab, released[1], people[1])
        found: dict[str, Mapping[tuple[str, int], BoolArray]] = {}
        stop = 0
        for arm in arms:
            start, stop = stop, stop + arm.rows.size
            parts: dict[tuple[str, int], list[BoolArray]] = {}
            for first in range(start, stop, _BATCH):
                lab.checkpoint()
                rows = slice(first, min(first + _BATCH, stop))
                left, right = (of.rows(p.group[rows]) for of, p in zip(near, people, strict=True))
                shared = pairs.shared(left, right)
                direct = ranked_first(left, pairs, ways, people[1].group[rows], ks=_KS)
                for k in _KS:
                    parts.setdefault(("meeting", k), []).append(meet(shared, left, right, k))
                    parts.setdefault(("tied", k), []).append(share_few(shared, left, right, k))
                    parts.setdefault(("direct", k), []).append(direct[k])
            found[arm.side] = {key: np.concatenate(p) for key, p in parts.items()}
        return found

    def caveats(self, lab: Lab) -> Mapping[CaveatCode, Mapping[str, float]]:
        """Say that not every cut was tried."""
        tried, columns = len(self.splits(lab)), len(lab.schema.quasi_identifiers())
        possible = 2 ** (columns - 1) - 1
        return {} if tried == possible else {CaveatCode.SPLITS_SAMPLED: {"tried": tried}}

    def splits(self, lab: Lab) -> tuple[tuple[tuple[Column, ...], tuple[Column, ...]], ...]:
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
