"""Value replay: names, keys and texts of people that return in the release verbatim.

What the adversary does
-----------------------
Nothing but look: an e-mail address, a patient number or a long text that stands in the release
points at its owner by itself. Direct identifiers, keys and free texts are tested, each by itself;
so are long strings in columns that nobody declared, where a third of the people have one of their
own.

Sparse values (addresses, texts, long keys) do not meet by chance, and one is too many. Where keys
are dense, or where values of holdout people return as well, meeting by chance is common; there
only the excess over the holdout counts. In a column of long strings some values may be common
("none", "as before") and return for everybody. What only one person of the pool has is then judged
by itself: one is too many unless such a value of a holdout person returns.

What a high value means
-----------------------
Identifying values of people in the data were carried over into the release.

What a low value does not mean
------------------------------
Values are compared whole. A name inside a longer text, or spelt in another way, is not found.

Cost
----
One look-up per column.

References
----------
LeakPro, text scanner for synthetic data. Art. 4(1) GDPR (direct identification).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from audit.contract.arms import BoolArray, Side
from audit.contract.check import Check, Yield
from audit.contract.copies import Copies, chances, copies_measured
from audit.contract.lab import Lab
from audit.contract.predicates import column_values
from audit.contract.rarity import (
    by_side,
    met_another,
    people_sides,
    pooled_people,
    shared_by_two,
)
from audit.facts.estimate import exactly
from audit.facts.measurement import Card, Caveat, Family, Measurement
from audit.facts.reasons import CaveatCode
from audit.facts.schema import Column, Kind, Role

LONG = 20
"""Mean length in characters from which texts are no labels."""
OWN = 1 / 3
"""Share of people with a value of their own from which a column has no fixed list of labels."""


class Readings(NamedTuple):
    """Whose values of one column return."""

    whole: Copies
    """Counted on all values that count in this column."""
    own: Copies | None
    """Counted on values that nobody else has, where the column holds long strings."""


@dataclass(frozen=True)
class ValueReplay(Check):
    """Identifying values that return verbatim."""

    card: ClassVar[Card] = Card(
        id="value-replay",
        version=2,
        title="Names, keys or texts of people return in the release verbatim",
        family=Family.COPYING,
        threat=None,
        references=("Art. 4(1) GDPR",),
        measures=("sparse_share", "excess", "share", "control_share"),
        alarms_on_copy=False,
    )

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Count people with a value that returns, by sparse and by dense columns."""
        named = lab.schema.replayable()
        texts = tuple(c for c in lab.schema if c not in named and _is_open(lab, c))
        if not named and not texts:
            yield Caveat(CaveatCode.NO_REPLAYABLE_COLUMN)
        elif not lab.has_holdout:
            yield Caveat(CaveatCode.CONTROL_BY_LEAVE_ONE_OUT)
        n = lab.table(Side.REAL).n_people
        hit, dense = np.zeros(n, dtype=bool), []
        for column in (*named, *texts):
            whole, own = _readings(lab, column, is_named=column in named)
            is_dense = _by_chance(whole) or lab.release.profiles[column.name].is_dense_key
            if is_dense:
                dense.append(whole)
            sparse = own if is_dense else whole
            if sparse is not None and not _by_chance(sparse):
                found = sparse.found[Side.REAL]
                hit |= found
                share = exactly(float(found.mean()))
                yield Measurement("sparse_share", share, n, {"column": column.name})
        yield Measurement("sparse_share", exactly(float(hit.mean())), n, null_value=0.0)
        if dense:
            yield from copies_measured(_either(dense), {})


def _readings(lab: Lab, column: Column, *, is_named: bool) -> Readings:
    """Return whose values return; of a column of categories only own ones, since others are labels.

    Parameters
    ----------
    is_named
        The column holds identifiers, keys or texts by its kind or its declared role.
    """
    own = _replayed_own(lab, column) if _is_long(lab, column) else None
    if own is not None and not is_named:
        return Readings(own, None)
    return Readings(_replayed(lab, column), own)


def _is_long(lab: Lab, column: Column) -> bool:
    return lab.release.profiles[column.name].mean_length >= LONG


def _is_open(lab: Lab, column: Column) -> bool:
    """Tell whether a column of categories holds long strings without a fixed list of labels."""
    if column.kind is not Kind.CATEGORICAL or column.has(Role.EXCLUDED):
        return False
    if not _is_long(lab, column):
        return False
    owners = [lab.people(s).any_of(rows) for s, rows in _own_rows(lab, column).items()]
    return float(np.concatenate(owners).mean()) >= OWN


def _own_rows(lab: Lab, column: Column) -> Mapping[Side, BoolArray]:
    """Tell for each row of the pool whether nobody else has its value, which is not missing."""
    tables = [lab.table(s) for s in people_sides(lab)]
    keys = np.concatenate([t.keys_over([column.name]) for t in tables])
    values = np.concatenate([column_values(t, column.name) for t in tables])
    return by_side(lab, ~met_another(keys, pooled_people(tables)) & ~np.isnan(values))


def _replayed(lab: Lab, column: Column) -> Copies:
    """Return who has a value of `column` that stands in the release."""
    rows = {s: np.ones(lab.table(s).n_rows, dtype=bool) for s in people_sides(lab)}
    table = lab.table(Side.REAL)
    met = met_another(table.keys_over([column.name]), table.people)
    return _found(lab, column, rows, met)


def _replayed_own(lab: Lab, column: Column) -> Copies:
    """Return who has a value that nobody else has and that stands in the release."""
    table = lab.table(Side.REAL)
    twins = shared_by_two(table.keys_over([column.name]), table.people)
    return _found(lab, column, _own_rows(lab, column), twins)


def _found(lab: Lab, column: Column, rows: Mapping[Side, BoolArray], natural: BoolArray) -> Copies:
    """Return who is found through some rows.

    `natural` gives the real rows that would have been found among other real people.
    """
    released = column_values(lab.table(Side.SYNTHETIC), column.name)
    found, present = {}, {}
    for side, counted in rows.items():
        values = column_values(lab.table(side), column.name)
        # A missing value is nobody's.
        present[side] = ~np.isnan(values)
        returns = counted & present[side] & np.isin(values, released)
        found[side] = lab.people(side).any_of(returns)
    everybody = {s: np.ones(f.size, dtype=bool) for s, f in found.items()}
    if lab.has_holdout:
        return Copies(found, everybody)
    others = lab.people(Side.REAL).any_of(natural & present[Side.REAL])
    return Copies(found, everybody, others, chances(lab))


def _by_chance(replay: Copies) -> bool:
    """Tell whether values of people who were never in the data return as well."""
    control = replay.natural if replay.natural is not None else replay.found[Side.HOLDOUT]
    return bool(control.any())


def _either(replays: list[Copies]) -> Copies:
    """Return who has at least one value that returns."""

    def merge(parts: list[Mapping[Side, BoolArray]]) -> Mapping[Side, BoolArray]:
        return {s: np.any([p[s] for p in parts], axis=0) for s in parts[0]}

    naturals = [r.natural for r in replays if r.natural is not None]
    return Copies(
        merge([r.found for r in replays]),
        replays[0].among,
        np.any(naturals, axis=0) if naturals else None,
        replays[0].chances,
    )
