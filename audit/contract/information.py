"""Distances in which a column counts by how much it tells."""

from collections.abc import Mapping

import numpy as np

from audit.contract.arms import Side
from audit.contract.lab import Lab
from audit.space.encode import RANK, Scaling
from audit.space.points import Points

CLASSES = 20
"""Numbers are put into so many classes of rank before their entropy is taken."""


def information_weights(lab: Lab) -> dict[str, float]:
    """Return one over the entropy of each comparable column among real and holdout people.

    A column with one value only tells nothing and counts 0.

    References
    ----------
    Yoon, Drumright and van der Schaar (2020), IEEE JBHI 24(8):2378, definition of the weights.
    """
    entropies = {c.name: _entropy(lab, c.name) for c in lab.schema.comparable()}
    return {name: 1 / h if h > 0 else 0.0 for name, h in entropies.items()}


def _entropy(lab: Lab, name: str) -> float:
    """Return the Shannon entropy in nats; a missing value is a value."""
    classes = []
    for side in (Side.REAL, *([Side.HOLDOUT] if lab.has_holdout else [])):
        table = lab.table(side)
        if name in table.numbers:
            rank = lab.scale.apply(name, table.numbers[name], Scaling.RANK)
            filled = np.where(np.isnan(rank), -1.0, np.minimum(rank, 1 - 1e-9))
            classes.append(np.floor(filled * CLASSES).astype(np.int64))
        else:
            classes.append(table.codes[name])
    counts = np.unique(np.concatenate(classes), return_counts=True)[1]
    if counts.size < 2:
        return 0.0
    p = counts / counts.sum()
    return float(-(p * np.log(p)).sum())


def weighted_points(lab: Lab, side: Side, weights: Mapping[str, float]) -> Points:
    """Return a whole table on ranks, every column multiplied by its weight."""
    columns = lab.schema.comparable()
    points = lab.points(side, columns, RANK)
    table = lab.table(side)
    # The order in which `encode` lays out the columns: numbers, then codes, then the marks of
    # missing numbers, each by name.
    names = sorted(c.name for c in columns)
    numeric = np.array([weights[n] for n in names if n in table.numbers])
    nominal = np.array([weights[n] for n in names if n not in table.numbers])
    return Points(
        numbers=np.ascontiguousarray(points.numbers * numeric[None, :]),
        codes=points.codes,
        weights=points.weights * np.concatenate([nominal, numeric]),
        metric=points.metric,
        divisor=float(numeric.sum() + nominal.sum()) or 1.0,
    )
