"""Does the reference hold the people who are audited, or know who of them is real?

An attack that compares the release with the population must not find the person in the population:
beside a copy of the person even a leak looks natural. And a reference that holds real people alone,
or what was made from them, is no secret about who is real: beside the real table itself a full copy
goes unseen, beside the holdout everybody looks like a member. So two things are looked at. Equal
rows happen by chance; they are held against the rate at which real and holdout people meet each
other. And the nearest person of a reference record must be real as often as any relabelling says.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from audit.contract.arms import Side
from audit.contract.lab import Lab
from audit.contract.pool import nearest_pooled
from audit.contract.rarity import met_another, stands_in
from audit.data.table import Table
from audit.facts.measurement import PreflightFact, Severity
from audit.facts.reasons import ReasonCode
from audit.space.encode import RANK
from audit.statistics.exchangeability import share_test
from audit.statistics.rates import exact_tails

BLOCKING_LEVEL = 0.001
_NEAREST = 0.05
"""Part of the reference in which a few people, or what is like them, would show."""


class _Met(NamedTuple):
    """How many have a record that one person of a side alone has, and of how many.

    Both are strangers to that side and meet its people by chance only, if all is in order.
    """

    found: int
    reference: int
    natural: int
    other_side: int


_OTHER = {Side.REAL: Side.HOLDOUT, Side.HOLDOUT: Side.REAL}


def reference_fact(lab: Lab) -> PreflightFact | None:
    """Return what is to be said of the reference, or None where none was given."""
    given = lab.release.reference
    if given is None:
        return None
    if not lab.has_holdout:
        return PreflightFact("reference", Severity.WARNING, "reference_unused")
    met = [_met(given, side, lab) for side in _OTHER]
    # Each kind by itself: relabelling cannot show a probability below 1 in 5,000.
    equal = len(met) * min(exact_tails(*counts).risky for counts in met)
    p = min(1.0, equal, _nearness(given, lab))
    bad = p <= BLOCKING_LEVEL
    return PreflightFact(
        "reference",
        Severity.BLOCKING if bad else Severity.OK,
        ReasonCode.REFERENCE_HOLDS_PEOPLE if bad else "reference_apart",
        {"reference": float(sum(m.found for m in met)), "p": p},
    )


def _met(given: Table, side: Side, lab: Lab) -> _Met:
    lone = _lone(lab.table(side))
    ours = stands_in(_one_row_each(given), lone)
    theirs = stands_in(_one_row_each(lab.table(_OTHER[side])), lone)
    return _Met(int(ours.sum()), ours.size, int(theirs.sum()), theirs.size)


def _nearness(given: Table, lab: Lab) -> float:
    """Return how likely chance leaves the reference so near to one side: all of it, its nearest.

    Where chance alone did not part the two sides there is nothing to be tested.
    """
    columns = lab.schema.comparable()
    if not columns or not lab.release.split.is_exchangeable:
        return 1.0
    beside = replace(lab, release=replace(lab.release, synthetic=given), kept={})
    found = nearest_pooled(beside, columns, RANK)
    nearest = found.distances <= np.quantile(found.distances, _NEAREST)
    fits = [
        share_test(found.weights(among), found.is_real, rng=lab.stream("reference"))
        for among in (None, nearest)
    ]
    return 2 * len(fits) * min(min(fit.p_risky, fit.p_safe) for fit in fits)


def _lone(table: Table) -> NDArray[np.uint64]:
    """Return the keys of the records that one person alone has."""
    return table.keys[~met_another(table.keys, table.people)]


def _one_row_each(table: Table) -> NDArray[np.uint64]:
    return table.keys[np.unique(table.people, return_index=True)[1]]
