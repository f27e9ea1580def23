"""Apparent matches: one record and one person alone have the same quasi-identifiers."""

from dataclasses import dataclass

import numpy as np

from audit.contract.arms import BoolArray, FloatArray, IntArray, Side
from audit.contract.key_classes import KeyClasses, key_classes
from audit.contract.lab import Lab
from audit.contract.predicates import column_part, column_values
from audit.contract.rarity import people_sides


@dataclass(frozen=True, eq=False)
class ApparentMatches:
    """People whom nobody else shares the quasi-identifiers with, and one record alone has."""

    agreement: FloatArray
    """Share of the other columns that agree with the record, float64 of shape (n_matched,)."""
    is_real: BoolArray
    """bool of shape (n_matched,)."""


def apparent_matches(lab: Lab) -> ApparentMatches | None:
    """Return who is apparently matched; None where no column is left to agree in.

    Alone is meant among real and holdout people together, so whether a person is matched does not
    depend on who is real.
    """
    known = {c.name for c in lab.schema.quasi_identifiers()}
    names = sorted(c.name for c in lab.schema.comparable() if c.name not in known)
    if not names:
        return None
    classes = key_classes(lab, lab.schema.quasi_identifiers())
    alone = (classes.everybody == 1) & (classes.records == 1)
    rows = np.flatnonzero(alone[classes.pooled])
    agreement = np.zeros(classes.pooled.size)
    agreement[rows] = _agreement(lab, names, rows, _record_of(classes, rows))
    matched = np.unique(classes.person[rows])
    return ApparentMatches(classes.best_of(agreement)[matched], matched < classes.n_real)


def _record_of(classes: KeyClasses, rows: IntArray) -> IntArray:
    """Return the one record of each row's class."""
    record = np.zeros(classes.records.size, dtype=np.int64)
    record[classes.released] = np.arange(classes.released.size)
    return record[classes.pooled[rows]]


def _agreement(lab: Lab, names: list[str], rows: IntArray, records: IntArray) -> FloatArray:
    """Return which share of the columns agree; a missing value agrees with a missing one."""
    agreed = np.zeros(rows.size)
    for name in names:
        people = [column_values(lab.table(s), name) for s in people_sides(lab)]
        own = np.concatenate(people)[rows]
        said = column_part(lab.table(Side.SYNTHETIC), name, records)
        agreed += (own == said) | (np.isnan(own) & np.isnan(said))
    return np.asarray(agreed / len(names))
