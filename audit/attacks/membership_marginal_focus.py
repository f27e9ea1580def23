"""Membership by marginal focus: combinations of values that the release has beyond their share.

What the adversary does
-----------------------
The adversary takes some columns at random, looks up the person's combination of values in them,
and counts how often the release has it and how often other people have it. Over many such sets of
columns the logarithms of the two counts' ratio, shrunk by half a record, are added up. Numbers are
taken as they are and as narrow classes; sets have two, four or six columns.

What a high value means
-----------------------
The release repeats combinations of people in the data that the population does not explain. A
record of which parts are kept and parts are changed is found by this where distances lose it.

What a low value does not mean
------------------------------
A release that keeps no value of a number exactly hides from exact counts, and narrow classes blur
what they count. No attack that was run proves that none exists.

Cost
----
One sort of all tables for each set of columns.

References
----------
Golob et al., MAMA-MIA, arXiv 2410.05506 (marginals in focus). Houssiau et al., TAPAS, 2022
(counting queries on random columns).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import ClassVar

import numpy as np

from audit.contract.adversary import SCORING_MEASURES, ScoringAttack
from audit.contract.arms import Arm, FloatArray, IntArray, Side
from audit.contract.cells import combined, occurrences, value_codes
from audit.contract.lab import Lab
from audit.contract.reference import pool
from audit.facts.measurement import Card, Family, Need, ThreatModel

_GRAINS = ("exact", "classes")


@dataclass(frozen=True)
class MembershipMarginalFocus(ScoringAttack):
    """Combinations that the release repeats beyond their share mean in the data."""

    card: ClassVar[Card] = Card(
        id="membership-marginal-focus",
        version=1,
        title="Whoever has combinations that the release repeats is taken for a member",
        family=Family.MEMBERSHIP,
        threat=ThreatModel(
            knows="the full record of a person, and a list of candidates to compare it with",
            sees="the synthetic records",
            wins="people in the data are ranked above people who were never in it",
        ),
        references=("Golob et al., MAMA-MIA, arXiv 2410.05506",),
        measures=SCORING_MEASURES,
        needs=frozenset({Need.HOLDOUT}),
    )
    columns: tuple[int, ...] = (2, 4, 6)
    """Columns in a set."""
    sets: int = 200
    """Sets of each size at most; all where there are no more."""
    classes: int = 64
    """Into how many classes of equal size a number is cut."""

    def variants(self, lab: Lab) -> tuple[Mapping[str, str], ...]:
        """Return one scope per grain of the numbers and size of the sets."""
        most = len(lab.schema.comparable())
        sizes = [k for k in self.columns if k <= most] or [most]
        grains = _GRAINS if lab.table(Side.REAL).numbers else _GRAINS[:1]
        return tuple({"numbers": g, "columns": str(k)} for g in grains for k in sizes)

    def scores(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> FloatArray:
        """Return the sum over sets of the log ratio of counts."""
        key = (self.card.id, repr(self), *scope.values())
        whole = lab.keep(key, lambda: self._pooled(scope, lab))
        offset = 0 if arm.side is Side.REAL else lab.table(Side.REAL).n_rows
        return np.asarray(whole[arm.rows + offset], dtype=np.float64)

    def _pooled(self, scope: Mapping[str, str], lab: Lab) -> FloatArray:
        bins = self.classes if scope["numbers"] == "classes" else 0
        given = lab.release.reference
        people, synthetic = pool(lab), lab.table(Side.SYNTHETIC)
        tables = [people, synthetic] + ([] if given is None else [given])
        codes = value_codes(tables, lab, bins=bins)
        rng = lab.stream(f"sets/{scope['columns']}")
        words = rng.integers(2**63, size=codes[0].shape[1]).astype(np.uint64) * 2 + 1
        share = synthetic.n_rows / (people.n_rows - 1 if given is None else given.n_rows)
        total = np.zeros(people.n_rows)
        for chosen in _sets(codes[0].shape[1], int(scope["columns"]), self.sets, rng):
            lab.checkpoint()
            keys = [combined(c, chosen, words) for c in codes]
            if given is None:
                others = occurrences(keys[0], keys[0]) - own_rows(keys[0], people.people)
            else:
                others = occurrences(keys[0], keys[2])
            released = occurrences(keys[0], keys[1])
            total += np.log((released + 0.5) / (share * others + 0.5))
        return total


def own_rows(keys: IntArray, person: IntArray) -> IntArray | int:
    """Return how many rows with the same key belong to the same person, at least 1 each."""
    if int(person.max()) + 1 == person.size:
        return 1
    _, pair, count = np.unique(
        np.column_stack([keys, person]), axis=0, return_inverse=True, return_counts=True
    )
    return np.asarray(count[pair.reshape(-1)], dtype=np.int64)


def _sets(p: int, size: int, most: int, rng: np.random.Generator) -> Iterator[list[int]]:
    """Yield sets of columns: all of them if there are no more than `most`, else at random."""
    if comb(p, size) <= most:
        yield from (list(c) for c in combinations(range(p), size))
        return
    for _ in range(most):
        yield sorted(int(j) for j in rng.choice(p, size, replace=False))
