"""Who is rare: people whose record differs in at least two columns from everybody else's.

Decided on real and holdout people together, so it does not depend on who is a member.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from audit.contract.arms import BoolArray, IntArray, Side
from audit.contract.lab import Lab
from audit.contract.rows import as_words
from audit.data.table import Table


def rare_people(lab: Lab) -> Mapping[Side, BoolArray]:
    """Return for each side which people are rare: bool of shape (n_people,).

    A row is rare when no row of another person agrees with it in all columns but at most one. A
    person is rare when one of the person's rows is.
    """
    return lab.keep("rare", lambda: _rare_people(lab))


def _rare_people(lab: Lab) -> Mapping[Side, BoolArray]:
    sides = [Side.REAL, *([Side.HOLDOUT] if lab.has_holdout else [])]
    tables = [lab.table(s) for s in sides]
    offsets = np.cumsum([0, *(t.n_people for t in tables)])
    person = np.concatenate([t.people + o for t, o in zip(tables, offsets, strict=False)])
    rare_row = ~_shared_with_others(tables, person, [c.name for c in lab.schema.comparable()])
    found = np.bincount(person, rare_row, minlength=int(offsets[-1])) > 0
    return {s: found[offsets[i] : offsets[i + 1]] for i, s in enumerate(sides)}


def _shared_with_others(
    tables: Sequence[Table], person: IntArray, columns: Sequence[str]
) -> BoolArray:
    """Tell for each row whether another person's row agrees in all columns but at most one."""
    whole = np.concatenate([t.keys for t in tables])
    shared = np.zeros(person.size, dtype=bool)
    for column in columns:
        # A row's key is a wrapping sum over its columns, so leaving one out is a subtraction.
        part = np.concatenate([t.keys_over([column]) for t in tables])
        with np.errstate(over="ignore"):
            shared |= met_another(whole - part, person)
    return shared


def met_another(keys: NDArray[np.uint64], person: IntArray) -> BoolArray:
    """Tell for each row whether a row of another person has the same key.

    Parameters
    ----------
    keys
        uint64 of shape (n, 2).
    person
        int64 of shape (n,).
    """
    _, group = np.unique(as_words(keys), return_inverse=True)
    smallest = np.full(group.max() + 1, np.iinfo(np.int64).max)
    largest = np.full(group.max() + 1, -1, dtype=np.int64)
    np.minimum.at(smallest, group, person)
    np.maximum.at(largest, group, person)
    return np.asarray((smallest != largest)[group])
