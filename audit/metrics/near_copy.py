"""Near copy: people whose record returns in the release with hardly anything changed.

What the adversary does
-----------------------
Nothing but look. A generator, or somebody who wants to pass an audit of identical records, changes
a copied record a little: one value, or every number in a digit that nobody reads. Such a record
still shows the person. Two ways of being near are looked for: all comparable columns agree but at
most one, numbers being equal when they agree in about five digits; or the distance lies within a
small radius, on the scale of ranks.

What is near a person may be near others as well. So what is graded are people who stand apart: the
record of everybody else, real or holdout, differs in at least three columns and lies farther away
than two radii. Whatever is near such a person is near nobody else. The radius is half of the first
percentile of the distances between people and their nearest others. Everything is decided on real
and holdout people together.

What a high value means
-----------------------
Records of people in the data were copied into the release and disguised, or the generator
reproduces them but for a detail.

What a low value does not mean
------------------------------
A record with two values changed, or with every number moved visibly, is not near. That nobody is
nearly copied is no proof of privacy.

Cost
----
One hash join for each pair of columns (of at most 24 groups of columns), and the nearest
neighbours of all people among people and among synthetic records, which other checks look for too.

References
----------
Platzer and Reutterer, Frontiers in Big Data 4, 2021. NIST SDNist. SDMetrics, NewRowSynthesis
(numbers compared with a tolerance).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.apart import LEEWAY, Apart, near_a_twin, standing_apart
from audit.contract.arms import BoolArray, FloatArray, Side
from audit.contract.check import Check, Yield
from audit.contract.copies import Copies, chances, copies_measured
from audit.contract.lab import Lab
from audit.contract.rarity import people_sides, stands_in
from audit.contract.reference import released
from audit.data.table import Table
from audit.facts.measurement import Card, Caveat, Family, Measurement, Need
from audit.facts.reasons import CaveatCode
from audit.facts.schema import Kind
from audit.space.encode import RANK

SAME = 1e-5
"""Numbers that differ by less are the same: a share of their size, or of their column's spread."""
Rows = Mapping[Side, BoolArray]


@dataclass(frozen=True)
class NearCopy(Check):
    """Records that return with hardly anything changed."""

    card: ClassVar[Card] = Card(
        id="near-copy",
        version=1,
        title="Records of people return in the release with hardly anything changed",
        family=Family.COPYING,
        threat=None,
        references=("Platzer and Reutterer 2021", "NIST SDNist"),
        measures=("excess", "share", "control_share"),
        needs=frozenset({Need.TWO_COLUMNS}),
    )

    def graded(self, lab: Lab) -> Copies:
        """Return to whom of those who stand apart a record comes near: what policies grade."""
        apart, ways = standing_apart(lab), _ways(lab)
        either = {s: ways["one_column"][s] | ways["radius"][s] for s in apart.rows}
        return _copies(lab, either, apart.rows, apart.radius)

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Count people to whom a record comes near: those who stand apart, and all."""
        apart, ways = standing_apart(lab), _ways(lab)
        either = {s: ways["one_column"][s] | ways["radius"][s] for s in apart.rows}
        if not apart.rows[Side.REAL].any():
            yield Caveat(CaveatCode.NO_RARE_PEOPLE)
        for scope, near in (({}, either), *(({"within": w}, near) for w, near in ways.items())):
            yield from _measured(lab, near, apart, scope)
        if not lab.has_holdout:
            yield Caveat(CaveatCode.CONTROL_BY_LEAVE_ONE_OUT)


def _ways(lab: Lab) -> Mapping[str, Rows]:
    """Return who has a record near, by one column or by distance; done once in a run."""
    radius = standing_apart(lab).radius
    return lab.keep(
        "near by", lambda: {"one_column": _but_one_column(lab), "radius": _within(lab, radius)}
    )


def _measured(
    lab: Lab, near: Rows, apart: Apart, scope: Mapping[str, str]
) -> Iterator[Measurement]:
    if apart.rows[Side.REAL].any():
        yield from copies_measured(_copies(lab, near, apart.rows, apart.radius), scope)
    if lab.has_holdout:
        # Without one, who meets whom by chance is known of people who stand apart only.
        everybody = {s: np.ones(r.size, dtype=bool) for s, r in near.items()}
        whole = _copies(lab, near, everybody, apart.radius)
        yield from copies_measured(whole, {**scope, "rows": "all"})


def _copies(lab: Lab, near: Rows, counted: Rows, radius: float) -> Copies:
    found = {s: lab.people(s).any_of(near[s] & rows) for s, rows in counted.items()}
    among = {s: lab.people(s).any_of(rows) for s, rows in counted.items()}
    if lab.has_holdout:
        return Copies(found, among)
    twins = lab.keep("near twins", lambda: near_a_twin(lab, radius))
    return Copies(found, among, lab.people(Side.REAL).any_of(twins), chances(lab))


def _within(lab: Lab, radius: float) -> Rows:
    """Tell for each row of people whether a synthetic record lies within the radius."""
    gaps = {s: released(s, RANK, lab).distances for s in people_sides(lab)}
    return {s: np.asarray(g[:, 0] <= radius * LEEWAY) for s, g in gaps.items()}


def _but_one_column(lab: Lab) -> Rows:
    """Tell for each row of people whether a synthetic record agrees in all columns but one."""
    columns = [c.name for c in lab.schema.comparable()]
    settled = _settled(lab)
    near = {s: np.zeros(lab.table(s).n_rows, dtype=bool) for s in people_sides(lab)}
    for column in columns:
        lab.checkpoint()
        rest = settled.keys_without(column)
        for side, found in near.items():
            found |= stands_in(lab.table(side).keys_without(column), rest)
    return near


def _settled(lab: Lab) -> Table:
    """Return the synthetic table with every number that is all but one of the pool's set to it."""
    table = lab.table(Side.SYNTHETIC)
    numbers = {
        c.name: _snapped(table.numbers[c.name], lab.scale.columns[c.name])
        for c in lab.schema.comparable()
        if c.kind.is_numeric and c.kind is not Kind.ORDINAL
    }
    return table.with_values(numbers=numbers)


def _snapped(values: FloatArray, known: FloatArray) -> FloatArray:
    """Return `values`, each replaced by the nearest of `known` if it is about the same number.

    Parameters
    ----------
    values
        float64 of shape (n,), NaN where missing.
    known
        float64 of shape (m,), ascending, nothing missing.
    """
    if known.size == 0:
        return values
    place = np.clip(np.searchsorted(known, values), 1, max(known.size - 1, 1))
    below, above = known[place - 1], known[np.minimum(place, known.size - 1)]
    low, high = np.quantile(known, [0.25, 0.75], method="inverted_cdf")
    # The largest doubles lie farther apart than a double can say: infinitely far is far enough.
    with np.errstate(over="ignore"):
        nearest = np.where(values - below <= above - values, below, above)
        same = np.abs(values - nearest) <= SAME * np.maximum(np.abs(nearest), high - low)
    return np.where(same, nearest, values)
