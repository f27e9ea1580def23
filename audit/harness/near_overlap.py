"""Do more people of the holdout nearly agree with a real person than chance explains?

Equal records on both sides are looked for elsewhere. Somebody who stands on both sides under a
corrected birth date, another spelling or numbers that were rounded again is not found that way,
and spoils the holdout as much: a person whom the generator saw counts as one whom it never saw.

Near is what the check of near copies calls near: all columns agree but at most one, or the distance
is at most half of the first percentile of the distances between people and their nearest others.
People who are near to several say little. What counts are pairs: two people who are near to each
other, and neither of them to anybody else. Who is near whom does not depend on who is real, and
nobody belongs to two pairs, so how many of them a random split cuts is known exactly.
"""

from collections.abc import Iterator

import numpy as np

from audit.contract.apart import LEEWAY, NOBODY, Others, others_met, standing_apart
from audit.contract.arms import IntArray
from audit.contract.lab import Lab
from audit.contract.rarity import people_sides, pooled_people
from audit.facts.measurement import PreflightFact, Severity
from audit.facts.reasons import ReasonCode
from audit.space.encode import RANK
from audit.statistics.overlap import cut_pairs_test

BLOCKING_LEVEL = 0.001
_FEWEST_COLUMNS = 2


def near_overlap_fact(lab: Lab) -> PreflightFact | None:
    """Return whether a random split would have cut so many pairs of nearly equal people.

    Returns
    -------
    PreflightFact or None
        None where fewer than two columns can be compared: everybody would be near everybody.
    """
    if len(lab.schema.comparable()) < _FEWEST_COLUMNS:
        return None
    sizes = [lab.table(s).n_people for s in people_sides(lab)]
    try:
        one, other = lone_pairs(lab)
    except Exception:
        # Neither a crash nor a lack of memory here keeps the attacks from being run; the message
        # of a library may quote a cell.
        return PreflightFact("holdout-near-overlap", Severity.WARNING, "near_overlap_unknown")
    cut = int(((one < sizes[0]) != (other < sizes[0])).sum())
    found = cut_pairs_test(cut, one.size, n_real=sizes[0], n_holdout=sizes[1])
    bad = found.p_value <= BLOCKING_LEVEL
    return PreflightFact(
        "holdout-near-overlap",
        Severity.BLOCKING if bad else Severity.OK,
        ReasonCode.HOLDOUT_NEAR_REAL if bad else "no_near_overlap",
        {
            "pairs": float(one.size),
            "cut": float(cut),
            "expected": found.expected,
            "p": found.p_value,
        },
    )


def lone_pairs(lab: Lab) -> tuple[IntArray, IntArray]:
    """Return people who are near to each other and to nobody else, real people first.

    Two people with an equal record are no such pair: those are counted as equal.

    Returns
    -------
    tuple
        The smaller and the larger number of each pair, int64 of shape (n_pairs,).
    """
    tables = [lab.table(s) for s in people_sides(lab)]
    person = pooled_people(tables)
    first, last = _near(lab, person)
    n_people = int(person.max()) + 1
    least, most = np.full(n_people, NOBODY), np.full(n_people, -1)
    np.minimum.at(least, person, first)
    np.maximum.at(most, person, last)
    # Near to one other person alone, who is near to this one alone.
    each = np.flatnonzero((least == most) & (least < n_people))
    each = each[(least[least[each]] == each) & (most[least[each]] == each)]
    one, other = each[each < least[each]], least[each[each < least[each]]]
    equal = _with_an_equal(np.concatenate([t.keys for t in tables]), person)
    kept = ~(equal[one] | equal[other])
    return one[kept], other[kept]


def _near(lab: Lab, person: IntArray) -> tuple[IntArray, IntArray]:
    """Return the smallest and the largest number of the people near each row of the pool."""
    tables = [lab.table(s) for s in people_sides(lab)]
    found = [*_within_the_radius(lab)]
    for column in lab.schema.comparable():
        lab.checkpoint()
        rest = np.concatenate([t.keys_without(column.name) for t in tables])
        found.append(others_met(rest, person))
    firsts, lasts = [f.first for f in found], [f.last for f in found]
    return np.minimum.reduce(firsts), np.maximum.reduce(lasts)


def _within_the_radius(lab: Lab) -> Iterator[Others]:
    """Yield whom each row of the pool lies near, once for the people of each side.

    The two nearest rows of a side are enough to tell one person from several, as long as a person
    is a row; they are searched for other checks too.
    """
    sides, radius = people_sides(lab), standing_apart(lab).radius * LEEWAY
    offset = 0
    for among in sides:
        table = lab.table(among)
        own = int(np.bincount(table.people).max())
        parts = []
        for side in sides:
            k = min(2, table.n_rows - (own if side is among else 0))
            if k == 0:
                n = lab.table(side).n_rows
                parts.append(Others(np.full(n, NOBODY), np.full(n, -1)))
                continue
            found = lab.nearest_rows(side, among, RANK, k=k)
            met, near = table.people[found.indices] + offset, found.distances <= radius
            parts.append(
                Others(np.where(near, met, NOBODY).min(axis=1), np.where(near, met, -1).max(axis=1))
            )
        first, last = zip(*parts, strict=True)
        yield Others(np.concatenate(first), np.concatenate(last))
        offset += table.n_people


def _with_an_equal(keys: np.ndarray, person: IntArray) -> np.ndarray:
    """Tell for each person whether a record of theirs is another person's too."""
    met = others_met(keys, person).last >= 0
    return np.asarray(np.bincount(person, met) > 0)
