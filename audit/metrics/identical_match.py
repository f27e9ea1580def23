"""Identical match: people whose record returns in the release, value for value.

What the adversary does
-----------------------
Nothing but look: a record that stands in the release exactly as in the data needs no attack. Two
records are equal when all their comparable values are; keys and free texts are left out, so a new
identifier hides nothing. Equality decides, never a distance of 0.

A record that many people share returns by chance. What is graded are rare people: those whose
record differs in at least two columns from everybody else's, real or holdout. How many of them
return is counted over all real people and therefore known; only the natural rate, taken from
holdout people, is estimated.

What a high value means
-----------------------
Records of people in the data were copied into the release.

What a low value does not mean
------------------------------
A copy with one value changed is no identical match. No copy is no proof of privacy.

Cost
----
One hash join, and one more for each column to find out who is rare.

References
----------
NIST SDNist, unique exact matches. Platzer and Reutterer, Frontiers in Big Data 4, 2021 (identical
match share).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.arms import BoolArray, Side
from audit.contract.check import Check, Yield
from audit.contract.copies import Copies, copies_measured
from audit.contract.lab import Lab
from audit.contract.rarity import met_another, rare_people
from audit.contract.rows import as_words
from audit.facts.estimate import exactly
from audit.facts.measurement import Card, Caveat, Family, Measurement, Need
from audit.facts.reasons import CaveatCode


@dataclass(frozen=True)
class IdenticalMatch(Check):
    """Records that return value for value."""

    card: ClassVar[Card] = Card(
        id="identical-match",
        version=1,
        title="Records of people return in the release value for value",
        family=Family.COPYING,
        threat=None,
        references=("NIST SDNist, unique exact matches", "Platzer and Reutterer 2021"),
        measures=("excess", "share", "control_share", "rows_share"),
        needs=frozenset({Need.TWO_COLUMNS}),
    )

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Count people whose record returns, rare ones and all."""
        sides = [Side.REAL, *([Side.HOLDOUT] if lab.has_holdout else [])]
        copied = {s: lab.people(s).any_of(_stands_in(lab, s, Side.SYNTHETIC)) for s in sides}
        rare = rare_people(lab)
        everybody = {s: np.ones(c.size, dtype=bool) for s, c in copied.items()}
        if not rare[Side.REAL].any():
            yield Caveat(CaveatCode.NO_RARE_PEOPLE)
        natural = None if lab.has_holdout else lab.people(Side.REAL).any_of(_has_twin(lab))
        for among, scope in ((rare, {}), (everybody, {"rows": "all"})):
            if not among[Side.REAL].any():
                continue
            yield from copies_measured(
                Copies(copied, among, None if natural is None else natural & among[Side.REAL]),
                scope,
            )
        if not lab.has_holdout:
            yield Caveat(CaveatCode.CONTROL_BY_LEAVE_ONE_OUT)
        rows = _stands_in(lab, Side.SYNTHETIC, Side.REAL)
        yield Measurement("rows_share", exactly(float(rows.mean())), rows.size)


def _stands_in(lab: Lab, side: Side, other: Side) -> BoolArray:
    """Tell for each row of one table whether an equal row stands in another."""
    return np.isin(as_words(lab.table(side).keys), as_words(lab.table(other).keys))


def _has_twin(lab: Lab) -> BoolArray:
    """Tell for each real row whether another person's row equals it."""
    table = lab.table(Side.REAL)
    return met_another(table.keys, table.people)
