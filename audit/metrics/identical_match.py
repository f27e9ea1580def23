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

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.arms import BoolArray, Side
from audit.contract.check import Check, Yield
from audit.contract.copies import Copies, chances, copies_measured
from audit.contract.lab import Lab
from audit.contract.rarity import met_another, rare_but_for_a_twin, rare_rows
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
        rare = rare_rows(lab)
        if not rare[Side.REAL].any():
            yield Caveat(CaveatCode.NO_RARE_PEOPLE)
        else:
            yield from copies_measured(_copies(lab, rare), {})
        everything = {s: np.ones(r.size, dtype=bool) for s, r in rare.items()}
        yield from copies_measured(_copies(lab, everything), {"rows": "all"})
        if not lab.has_holdout:
            yield Caveat(CaveatCode.CONTROL_BY_LEAVE_ONE_OUT)
        rows = _stands_in(lab, Side.SYNTHETIC, Side.REAL)
        yield Measurement("rows_share", exactly(float(rows.mean())), rows.size)


def _copies(lab: Lab, counted: Mapping[Side, BoolArray]) -> Copies:
    """Return who has a counted row that stands in the release, among those who have one."""
    found, among = {}, {}
    for side, rows in counted.items():
        people = lab.people(side)
        found[side] = people.any_of(rows & _stands_in(lab, side, Side.SYNTHETIC))
        among[side] = people.any_of(rows)
    if lab.has_holdout:
        return Copies(found, among)
    table = lab.table(Side.REAL)
    whole = counted[Side.REAL].all()
    twins = met_another(table.keys, table.people) if whole else rare_but_for_a_twin(lab)
    natural = lab.people(Side.REAL).any_of(twins)
    return Copies(found, among, natural, chances(lab))


def _stands_in(lab: Lab, side: Side, other: Side) -> BoolArray:
    """Tell for each row of one table whether an equal row stands in another."""
    return np.isin(as_words(lab.table(side).keys), as_words(lab.table(other).keys))
