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


def rare_rows(lab: Lab) -> Mapping[Side, BoolArray]:
    """Return for each side which rows are rare: bool of shape (n_rows,).

    A row is rare when no row of another person agrees with it in all columns but at most one. A
    person is rare when one of the person's rows is.
    """
    return lab.keep("rare", lambda: _rare_rows(lab))


def rare_but_for_a_twin(lab: Lab) -> BoolArray:
    """Tell for each real row whether exactly one other real person has it, and nobody one like it.

    Had that twin been a synthetic record, the row would be a copy of a rare person's: so often do
    rare rows return without anybody copying them. bool of shape (n_rows,).
    """
    table = lab.table(Side.REAL)
    row_content = _numbered(table.keys)
    twins = _distinct_persons(row_content, table.people)[row_content] == 2
    beside = np.zeros(table.n_rows, dtype=bool)
    for column in lab.schema.comparable():
        with np.errstate(over="ignore"):
            rest = _numbered(table.keys - table.keys_over([column.name]))
        near = np.flatnonzero(np.bincount(rest, twins)[rest])
        beside[near] |= _met_another_content(row_content[near], rest[near], table.people[near])
    return np.asarray(twins & ~beside)


def _rare_rows(lab: Lab) -> Mapping[Side, BoolArray]:
    sides = [Side.REAL, *([Side.HOLDOUT] if lab.has_holdout else [])]
    tables = [lab.table(s) for s in sides]
    offsets = np.cumsum([0, *(t.n_people for t in tables)])
    person = np.concatenate([t.people + o for t, o in zip(tables, offsets, strict=False)])
    rare = ~_shared_with_others(tables, person, [c.name for c in lab.schema.comparable()])
    ends = np.cumsum([0, *(t.n_rows for t in tables)])
    return {s: rare[ends[i] : ends[i + 1]] for i, s in enumerate(sides)}


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
    group = _numbered(keys)
    smallest = np.full(group.max() + 1, np.iinfo(np.int64).max)
    largest = np.full(group.max() + 1, -1, dtype=np.int64)
    np.minimum.at(smallest, group, person)
    np.maximum.at(largest, group, person)
    return np.asarray((smallest != largest)[group])


def _numbered(keys: NDArray[np.uint64]) -> IntArray:
    """Number rows by their key, equal keys alike: int64 of shape (n,)."""
    return np.unique(as_words(keys), return_inverse=True)[1].reshape(-1).astype(np.int64)


def _distinct_persons(group: IntArray, person: IntArray) -> IntArray:
    """Count the distinct persons of each group: int64 of shape (n_groups,)."""
    pairs = np.unique(np.column_stack([group, person]), axis=0)
    return np.bincount(pairs[:, 0]).astype(np.int64)


def _met_another_content(content: IntArray, group: IntArray, person: IntArray) -> BoolArray:
    """Tell for each row whether its group holds another content of another person.

    `content` decides `group`. Of the pairs (content, person) in the group, those with the row's
    content and those with the row's person do not count; the row's own pair is in both.
    """
    pairs, pair_of = np.unique(
        np.column_stack([group, content, person]), axis=0, return_inverse=True
    )
    in_group = np.bincount(pairs[:, 0])[pairs[:, 0]]
    same_content = np.bincount(pairs[:, 1])[pairs[:, 1]]
    _, mine, count = np.unique(pairs[:, [0, 2]], axis=0, return_inverse=True, return_counts=True)
    same_person = count[mine.reshape(-1)]
    return np.asarray((in_group - same_content - same_person + 1 > 0)[pair_of.reshape(-1)])
