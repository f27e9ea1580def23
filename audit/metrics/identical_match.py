"""Identical match: people whose record returns in the release, value for value.

What the adversary does
-----------------------
Nothing but look: a record that stands in the release exactly as in the data needs no attack. Two
records are equal when all their comparable values are; keys and free texts are left out, so a new
identifier hides nothing. Equality decides, never a distance of 0.

A record that many people share returns by chance. What is graded are rare people: those whose
record differs in at least two columns from everybody else's, real or holdout. How many of them
return is counted over all real people and therefore known; only the natural rate, taken from
holdout people, is estimated. Beside them stand the people whose record nobody else has (it stands
in the real data once and in the holdout never, so every copy is a copy of them), and everybody.

Of the synthetic records it is said how many stand in the real data and how many in the holdout.
A synthetic record meets the larger of two tables more readily. So for the excess over records each
is given to the people who have it, evenly, and what holdout people are given is scaled to the
number of real people. The labels real and holdout, dealt out anew, say how large that is by chance:
unequal tables, and one record released many times, are accounted for. It describes; the unit of
what is graded is the person.

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

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.arms import BoolArray, FloatArray, Side
from audit.contract.check import Check, Yield
from audit.contract.copies import CONFIDENCE, Copies, chances, copies_measured
from audit.contract.lab import Lab
from audit.contract.rarity import (
    met_another,
    numbered,
    pooled_people,
    rare_but_for_a_twin,
    rare_rows,
    stands_in,
    unique_but_for_a_twin,
    unique_rows,
)
from audit.contract.relabelled import RELABELLING, relabelled_ends
from audit.facts.estimate import Estimate, exactly
from audit.facts.measurement import Card, Caveat, Family, Measurement, Need
from audit.facts.reasons import CaveatCode
from audit.statistics.exchangeability import share_test
from audit.statistics.rates import Tails


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

    def graded(self, lab: Lab) -> Copies:
        """Return who of the rare people returns: what policies grade."""
        return _copies(lab, rare_rows(lab), rare_but_for_a_twin)

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Count people whose record returns: rare ones, ones of a kind, and all."""
        rare, unique = rare_rows(lab), unique_rows(lab)
        if not rare[Side.REAL].any():
            yield Caveat(CaveatCode.NO_RARE_PEOPLE)
        else:
            yield from copies_measured(self.graded(lab), {})
        if unique[Side.REAL].any():
            alone = _copies(lab, unique, unique_but_for_a_twin)
            yield from copies_measured(alone, {"rows": "unique"})
        everything = {s: np.ones(r.size, dtype=bool) for s, r in rare.items()}
        yield from copies_measured(_copies(lab, everything, _met_another), {"rows": "all"})
        if not lab.has_holdout:
            yield Caveat(CaveatCode.CONTROL_BY_LEAVE_ONE_OUT)
        yield from _over_records(lab)


def _copies(
    lab: Lab, counted: Mapping[Side, BoolArray], twins: Callable[[Lab], BoolArray]
) -> Copies:
    """Return who has a counted row that stands in the release, among those who have one.

    `twins` gives the real rows that would have been found among the other real people.
    """
    found, among = {}, {}
    for side, rows in counted.items():
        people = lab.people(side)
        found[side] = people.any_of(rows & _stands_in(lab, side, Side.SYNTHETIC))
        among[side] = people.any_of(rows)
    if lab.has_holdout:
        return Copies(found, among)
    return Copies(found, among, lab.people(Side.REAL).any_of(twins(lab)), chances(lab))


def _met_another(lab: Lab) -> BoolArray:
    table = lab.table(Side.REAL)
    return met_another(table.keys, table.people)


def _stands_in(lab: Lab, side: Side, other: Side) -> BoolArray:
    """Tell for each row of one table whether an equal row stands in another."""
    return stands_in(lab.table(side).keys, lab.table(other).keys)


def _over_records(lab: Lab) -> Iterator[Measurement]:
    """Yield the share of synthetic records that stand in each table, and the excess over both."""
    n = lab.table(Side.SYNTHETIC).n_rows
    in_real = _stands_in(lab, Side.SYNTHETIC, Side.REAL)
    yield Measurement("rows_share", exactly(float(in_real.mean())), n)
    if not lab.has_holdout:
        return
    in_holdout = _stands_in(lab, Side.SYNTHETIC, Side.HOLDOUT)
    beside = exactly(float(in_holdout.mean()))
    yield Measurement("rows_share", beside, n, {"rows": "holdout"})
    yield _records_excess(lab, n)


def _records_excess(lab: Lab, n: int) -> Measurement:
    """Return what real people are given less what as many holdout people are, per record.

    With shares a of real and b of holdout people that is a - b n_t / n_h, or N / n_h times what a
    lies above (a + b) n_t / N, the mean under relabelling.
    """
    carried = _records_carried(lab) / n
    n_real, scale = lab.table(Side.REAL).n_people, carried.size / lab.table(Side.HOLDOUT).n_people
    total = scale * float(carried.sum())
    scope = {"rows": "synthetic"}
    if total == 0:
        return Measurement("excess", exactly(0.0), n, scope, null_value=0.0)
    is_real = np.arange(carried.size) < n_real
    fit = share_test(carried, is_real, rng=lab.stream("records"))
    value, tails = total * (fit.value - fit.null), Tails(fit.p_risky, fit.p_safe)
    low, high = relabelled_ends(value, 0.0, total * fit.sd, tails)
    return Measurement(
        "excess",
        Estimate(value, low, high, CONFIDENCE, RELABELLING),
        n,
        scope,
        null_value=0.0,
        p_value=fit.p_risky,
        p_safe_side=fit.p_safe,
    )


def _records_carried(lab: Lab) -> FloatArray:
    """Return how many synthetic records each pooled person is given: float64 (n_people,).

    A record is given to the rows that equal it, evenly, whoever they belong to.
    """
    tables = [lab.table(s) for s in (Side.REAL, Side.HOLDOUT)]
    keys = np.concatenate([t.keys for t in (*tables, lab.table(Side.SYNTHETIC))])
    content, person = numbered(keys), pooled_people(tables)
    pooled, released = np.split(content, [person.size])
    size = np.bincount(pooled, minlength=content.size)
    records = np.bincount(released, minlength=content.size)
    per_row = records[pooled] / size[pooled]
    n_people = sum(t.n_people for t in tables)
    return np.bincount(person, per_row, minlength=n_people).astype(np.float64)
