"""Membership by marginal focus: combinations of values that the release has beyond their share.

What the adversary does
-----------------------
The adversary takes some columns at random, looks up the person's combination of values in them,
and counts how often the release has it and how often other people have it. Over many such sets of
columns the logarithms of the two counts' ratio, shrunk by half a record, are added up. Numbers are
taken as they are and as narrow classes; sets have two, three or four columns.

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
from audit.contract.arms import Arm, FloatArray, Side
from audit.contract.cells import cell_words, occurrences, own_rows
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
    columns: tuple[int, ...] = (2, 3, 4)
    """Columns in a set."""
    sets: int = 200
    """Sets of each size, about; all where there are no more."""
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
        given, people = lab.release.reference, pool(lab)
        tables = [people, lab.table(Side.SYNTHETIC), *([] if given is None else [given])]
        sizes = [t.n_rows for t in tables]
        bins = self.classes if scope["numbers"] == "classes" else 0
        cells = cell_words(tables, lab, bins=bins)
        share = sizes[1] / (sizes[0] - 1 if given is None else sizes[2])
        total = np.zeros(people.n_rows)
        rng = lab.stream(f"sets/{scope['columns']}")
        for chosen in _sets(len(cells), int(scope["columns"]), self.sets, rng):
            lab.checkpoint()
            words = cells[chosen].sum(axis=0, dtype=np.uint64)
            counts = occurrences(words, sizes)
            own = own_rows(words[: sizes[0]], people.people) if given is None else 0
            others = (counts[0] if given is None else counts[2]) - own
            total += np.log((counts[1] + 0.5) / (share * others + 0.5))
        return total


def _sets(p: int, size: int, most: int, rng: np.random.Generator) -> Iterator[list[int]]:
    """Yield sets of columns: all if there are no more than `most`, else about so many at random.

    In each round the columns stand in a circle in random order and every stretch is a set: all
    columns are asked equally often, so the score hangs little on the draw.
    """
    if comb(p, size) <= most:
        yield from (list(c) for c in combinations(range(p), size))
        return
    for _ in range(max(1, most // p)):
        circle = rng.permutation(p)
        yield from (sorted(np.roll(circle, -start)[:size].tolist()) for start in range(p))
