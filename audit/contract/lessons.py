"""What a match on the known columns teaches about a secret, beyond what everybody knows."""

import numpy as np

from audit.contract.arms import BoolArray, FloatArray, IntArray, Side
from audit.contract.key_classes import KeyClasses, key_classes
from audit.contract.lab import Lab
from audit.contract.predicates import column_values
from audit.contract.rarity import people_sides
from audit.facts.schema import Column, Kind
from audit.statistics.class_sizes import expected_inverse_size

MAD = 1.48
"""Median absolute deviations that are a standard deviation of normal numbers."""


def lesson(lab: Lab, secret: Column) -> FloatArray | None:
    """Return how likely one of the records that match a person teaches the secret.

    Records match a person in all quasi-identifiers but the secret, and the adversary picks one of
    them. A value is taught when the record has it (a number: within 1.48 median absolute
    deviations) and it is not what anybody would have said, the commonest value or one as near to
    the median. A missing value is no secret. Decided on the pool, whoever is real.

    Returns
    -------
    FloatArray or None
        From 0 to 1 per row of the pool, shape (n_pool_rows,); None if the secret is all that is
        known.
    """
    classes = known_classes(lab, secret)
    if classes is None:
        return None
    sides = people_sides(lab)
    truth = np.concatenate([column_values(lab.table(s), secret.name) for s in sides])
    said = column_values(lab.table(Side.SYNTHETIC), secret.name)
    known = truth[~np.isnan(truth)]
    if known.size == 0:
        return np.zeros(truth.size)
    width, usual = _width_and_usual(known, secret.kind)
    is_new = ~np.isnan(truth) & ~(np.abs(truth - usual) <= width)
    values = np.zeros(truth.size)
    values[is_new] = _share_within(classes, said, truth, is_new, width)
    return values


def known_classes(lab: Lab, secret: Column) -> KeyClasses | None:
    """Return the classes by all quasi-identifiers but the secret; None if there is no other."""
    known = [c for c in lab.schema.quasi_identifiers() if c.name != secret.name]
    return key_classes(lab, known) if known else None


def chance_of_person(classes: KeyClasses) -> FloatArray:
    """Return how likely a match by class is the person: mean of 1 / f, shape (n_classes,).

    f is the number of real people of the class, the person included, as the labels would be dealt:
    real and holdout people of one class have the same chance.
    """
    people = np.maximum(classes.everybody, 1)
    return expected_inverse_size(people, classes.n_real, classes.n_people)


def _width_and_usual(known: FloatArray, kind: Kind) -> tuple[float, float]:
    if kind.is_numeric and kind is not Kind.ORDINAL:
        median = float(np.median(known))
        return MAD * float(np.median(np.abs(known - median))), median
    levels, counts = np.unique(known, return_counts=True)
    return 0.0, float(levels[counts.argmax()])


def _share_within(
    classes: KeyClasses, said: FloatArray, truth: FloatArray, rows: BoolArray, width: float
) -> FloatArray:
    """Return which share of a row's records say its value, give or take the width."""
    present = ~np.isnan(said)
    levels = np.unique(said[present])
    step = levels.size + 1
    # Classes first, values within: one sorted list of whole numbers serves all classes.
    listed = np.sort(classes.released[present] * step + np.searchsorted(levels, said[present]))
    own, base = truth[rows], classes.pooled[rows] * step
    count = _before(listed, base + np.searchsorted(levels, own + width, side="right"))
    count -= _before(listed, base + np.searchsorted(levels, own - width, side="left"))
    return np.asarray(count / np.maximum(classes.records[classes.pooled[rows]], 1))


def _before(listed: IntArray, codes: IntArray) -> IntArray:
    return np.searchsorted(listed, codes, side="left").astype(np.int64)
