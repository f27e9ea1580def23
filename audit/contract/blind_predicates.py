"""Statements that look at nothing but the columns: the baseline of singling out."""

from math import isnan

import numpy as np

from audit.contract.arms import Side
from audit.contract.lab import Lab
from audit.contract.predicates import Condition, Op, Predicate, column_values

_COMPARISONS = (Op.EQUALS, Op.AT_MOST, Op.AT_LEAST)


def random_predicates(lab: Lab, n: int, *, n_columns: int) -> list[Predicate]:
    """Return conjunctions of random comparisons with random values of random columns.

    Values are drawn evenly from the distinct values of the synthetic column, so the guesser knows
    the domain of a column and nothing of how its values go together or how rare they are.
    """
    rng, table = lab.stream("blind"), lab.table(Side.SYNTHETIC)
    columns = sorted(lab.schema.comparable(), key=lambda c: c.name)
    levels = {c.name: np.unique(column_values(table, c.name)) for c in columns}
    width = min(n_columns, len(columns))
    made = []
    for _ in range(n):
        chosen = [columns[i] for i in rng.choice(len(columns), width, replace=False)]
        conditions = []
        for column in chosen:
            of = levels[column.name]
            # The same draws as `choice`, which takes several times as long for one.
            value = float(of[rng.integers(of.size)])
            op = rng.integers(3 if column.kind.is_numeric else 1)
            missing = isnan(value)
            kind = Op.MISSING if missing else _COMPARISONS[int(op)]
            conditions.append(Condition(column.name, kind, 0.0 if missing else value))
        made.append(Predicate(tuple(conditions)))
    return made
