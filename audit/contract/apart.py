"""Who stands apart: people whom a nearly equal record can only point at by themselves.

A record is near a person when it differs in at most one column, or lies within a small radius. It
may differ as much from a second person, and then it says nothing about the first. So somebody is
taken to stand apart only if everybody else's record differs in at least three columns and lies
farther away than two radii: whatever is near such a person is near nobody else, and another draw
of the same population has no reason to come so close. Nobody is near such a person in the pool,
so a table without any leak comes near them rarely; how rarely, the holdout shows.

The radius is half of the first percentile of the distances between people and their nearest
others, equal records left out (else it would be 0 where people have twins). 99 in 100 people hence
lie more than two radii from everybody. Both are decided on real and holdout people together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from audit.contract.arms import BoolArray, FloatArray, IntArray, Side
from audit.contract.lab import Lab
from audit.contract.rarity import by_side, met_another, numbered, people_sides, pooled_people
from audit.data.table import Table
from audit.space.encode import RANK

CLOSE = 0.01
"""Share of people whose nearest other is called close."""
MOST_PARTS = 24
"""Of wider tables, groups of columns are compared instead of columns."""
LEEWAY = 1 + 1e-9
"""Distances that differ by less are rounded apart, not apart."""
NOBODY = int(np.iinfo(np.int64).max)
"""Larger than the number of any person."""


@dataclass(frozen=True, eq=False)
class Apart:
    """Who stands apart, and what near means."""

    rows: Mapping[Side, BoolArray]
    """Per side, bool of shape (n_rows,)."""
    radius: float


class Others(NamedTuple):
    """The other people that each row meets, by the smallest and the largest number."""

    first: IntArray
    last: IntArray
    """-1 where nobody is met."""


def standing_apart(lab: Lab) -> Apart:
    """Return who stands apart; kept for the run."""
    return lab.keep_of_people("apart", lambda: _standing_apart(lab))


def near_a_twin(lab: Lab, radius: float) -> BoolArray:
    """Tell for each real row whether exactly one other real person is near it, and nobody else.

    Had that person been a synthetic record, it would be near somebody who stands apart: so often
    do records come near such people without anybody copying them. bool of shape (n_rows,).
    """
    table = lab.table(Side.REAL)
    if table.n_people < 2:
        return np.zeros(table.n_rows, dtype=bool)
    alike = _met_by_columns(lab, table)
    found = lab.nearest_rows(Side.REAL, Side.REAL, RANK, k=_at_most_two(table))
    first, last = alike.first.copy(), alike.last.copy()
    for gap, row in zip(found.distances.T, found.indices.T, strict=True):
        person = table.people[row]
        first = np.where(gap <= 2 * radius * LEEWAY, np.minimum(first, person), first)
        last = np.where(gap <= 2 * radius * LEEWAY, np.maximum(last, person), last)
    near = found.distances[:, 0] <= radius * LEEWAY
    for column in lab.schema.comparable():
        near |= met_another(table.keys_without(column.name), table.people)
    return np.asarray(near & (first == last))


def _standing_apart(lab: Lab) -> Apart:
    tables = [lab.table(s) for s in people_sides(lab)]
    person = pooled_people(tables)
    gaps = np.concatenate([_gaps(lab, s) for s in people_sides(lab)])
    known = gaps[(gaps > 0) & np.isfinite(gaps)]
    close = float(np.quantile(known, CLOSE, method="inverted_cdf")) if known.size else 0.0
    apart = gaps > close * LEEWAY
    for keys in _without_two(lab, tables):
        apart &= ~met_another(keys, person)
    return Apart(by_side(lab, apart), close / 2)


def _gaps(lab: Lab, side: Side) -> FloatArray:
    """Return the distance of each row to the nearest one of another person in the pool."""
    table = lab.table(side)
    gaps = np.full(table.n_rows, np.inf)
    for other in people_sides(lab):
        if other is not side or table.n_people > 1:
            gaps = np.minimum(gaps, lab.nearest_rows(side, other, RANK).distances[:, 0])
    return gaps


def _without_two(lab: Lab, tables: list[Table]) -> Iterator[NDArray[np.uint64]]:
    """Yield keys that rows share when they agree in all parts but two.

    A part is a column, or in wide tables a group of columns. Rows that differ in at most two
    columns agree in all parts but at most two, so in wide tables too many count as alike and too
    few as apart, never the other way round. One lane of 64 bits is enough: were two keys equal by
    chance, one person fewer would stand apart.
    """
    names = sorted(c.name for c in lab.schema.comparable())
    parts = [names[i::MOST_PARTS] for i in range(min(MOST_PARTS, len(names)))]
    keys = [_keys(tables, part) for part in parts]
    with np.errstate(over="ignore"):
        whole = _keys(tables, names)
        if len(parts) < 2:
            yield whole - whole
        for one, other in combinations(keys, 2):
            lab.checkpoint()
            yield whole - one - other


def _keys(tables: list[Table], columns: list[str]) -> NDArray[np.uint64]:
    return np.concatenate([t.keys_over(columns)[:, 0] for t in tables])


def _met_by_columns(lab: Lab, table: Table) -> Others:
    """Return whom each row meets that agrees with it in all columns but at most two."""
    first = np.full(table.n_rows, NOBODY)
    last = np.full(table.n_rows, -1)
    for keys in _without_two(lab, [table]):
        met = others_met(keys, table.people)
        first, last = np.minimum(first, met.first), np.maximum(last, met.last)
    return Others(first, last)


def others_met(keys: NDArray[np.uint64], person: IntArray) -> Others:
    """Return whom each row meets among the rows with its key.

    Parameters
    ----------
    keys
        uint64 of shape (n,) or (n, 2).
    person
        int64 of shape (n,).
    """
    group, n_people = numbered(keys), int(person.max()) + 1
    pairs = np.unique(group * n_people + person)
    groups, people = np.divmod(pairs, n_people)
    start = np.searchsorted(groups, group, side="left")
    end = np.searchsorted(groups, group, side="right") - 1
    first = np.where(people[start] != person, people[start], people[np.minimum(start + 1, end)])
    last = np.where(people[end] != person, people[end], people[np.maximum(end - 1, start)])
    alone = start == end
    return Others(np.where(alone, NOBODY, first), np.where(alone, -1, last))


def _at_most_two(table: Table) -> int:
    """Return how many neighbours everybody has among the rows of others, two at most."""
    return min(2, table.n_rows - int(np.bincount(table.people).max()))
