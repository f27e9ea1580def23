"""Value replay: names, keys and texts of people that return in the release verbatim.

What the adversary does
-----------------------
Nothing but look: an e-mail address, a patient number or a long text that stands in the release
points at its owner by itself. Direct identifiers, keys and free texts are tested, each by itself.

Sparse values (addresses, texts, long keys) do not meet by chance, and one is too many. Where keys
are dense, or where values of holdout people return as well, meeting by chance is common; there
only the excess over the holdout counts.

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
from typing import ClassVar

import numpy as np

from audit.contract.arms import BoolArray, Side
from audit.contract.check import Check, Yield
from audit.contract.copies import Copies, chances, copies_measured
from audit.contract.lab import Lab
from audit.contract.predicates import column_values
from audit.contract.rarity import met_another
from audit.facts.estimate import exactly
from audit.facts.measurement import Card, Caveat, Family, Measurement
from audit.facts.reasons import CaveatCode
from audit.facts.schema import Column


@dataclass(frozen=True)
class ValueReplay(Check):
    """Identifying values that return verbatim."""

    card: ClassVar[Card] = Card(
        id="value-replay",
        version=1,
        title="Names, keys or texts of people return in the release verbatim",
        family=Family.COPYING,
        threat=None,
        references=("Art. 4(1) GDPR",),
        measures=("sparse_share", "excess", "share", "control_share"),
        alarms_on_copy=False,
    )

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Count people with a value that returns, by sparse and by dense columns."""
        columns = lab.schema.replayable()
        n = lab.table(Side.REAL).n_people
        if not columns:
            yield Caveat(CaveatCode.NO_REPLAYABLE_COLUMN)
        if not lab.has_holdout and columns:
            yield Caveat(CaveatCode.CONTROL_BY_LEAVE_ONE_OUT)
        replays = {c.name: _replayed(lab, c) for c in columns}
        sparse = [c for c in columns if _is_sparse(lab, c, replays[c.name])]
        hit = np.zeros(n, dtype=bool)
        for column in sparse:
            found = replays[column.name].found[Side.REAL]
            hit |= found
            share = exactly(float(found.mean()))
            yield Measurement("sparse_share", share, n, {"column": column.name})
        yield Measurement("sparse_share", exactly(float(hit.mean())), n, null_value=0.0)
        dense = [replays[c.name] for c in columns if c not in sparse]
        if dense:
            yield from copies_measured(_either(dense), {})


def _replayed(lab: Lab, column: Column) -> Copies:
    """Return who has a value of `column` that stands in the release."""
    released = column_values(lab.table(Side.SYNTHETIC), column.name)
    sides = [Side.REAL, *([Side.HOLDOUT] if lab.has_holdout else [])]
    found: dict[Side, BoolArray] = {}
    for side in sides:
        values = column_values(lab.table(side), column.name)
        # A missing value is nobody's: NaN is never in a set.
        found[side] = lab.people(side).any_of(np.isin(values, released) & ~np.isnan(values))
    everybody = {s: np.ones(f.size, dtype=bool) for s, f in found.items()}
    natural = None if lab.has_holdout else _met_by_others(lab, column)
    return Copies(found, everybody, natural, chances(lab))


def _met_by_others(lab: Lab, column: Column) -> BoolArray:
    """Tell for each real person whether another real person has the same value."""
    table = lab.table(Side.REAL)
    values = column_values(table, column.name)
    present = ~np.isnan(values)
    shared = met_another(table.keys_over([column.name]), table.people)
    return lab.people(Side.REAL).any_of(shared & present)


def _is_sparse(lab: Lab, column: Column, replay: Copies) -> bool:
    """Tell whether a single returning value of this column is too many."""
    control = replay.natural if replay.natural is not None else replay.found[Side.HOLDOUT]
    return not lab.release.profiles[column.name].is_dense_key and not control.any()


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
