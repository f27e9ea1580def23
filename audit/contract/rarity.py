"""Who is rare: people whose record differs in at least two columns from everybody else's.

Decided on real and holdout people together, so it does not depend on who is a member.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from audit.contract.arms import BoolArray, IntArray, Side
from audit.contract.lab import Lab
from audit.data.table import Table


def rare_rows(lab: Lab) -> Mapping[Side, BoolArray]:
    """Return for each side which rows are rare: bool of shape (n_rows,).

    A row is rare when no row of another person agrees with it in all columns but at most one. A
    person is rare when one of the person's rows is.
    """
    return lab.keep_of_people("rare", lambda: _rare_rows(lab))


def unique_rows(lab: Lab) -> Mapping[Side, BoolArray]:
    """Return for each side which rows nobody else in the pool has: bool of shape (n_rows,).

    A unique row of a real person occurs in real once and in the holdout never; every copy of it
    is a copy of that person.
    """
    tables = [lab.table(s) for s in people_sides(lab)]
    alone = ~met_another(np.concatenate([t.keys for t in tables]), pooled_people(tables))
    return by_side(lab, alone)


def rare_but_for_a_twin(lab: Lab) -> BoolArray:
    """Tell for each real row whether exactly one other real person has it, and nobody one like it.

    Had that twin been a synthetic record, the row would be a copy of a rare person's: so often do
    rare rows return without anybody copying them. bool of shape (n_rows,).
    """
    table = lab.table(Side.REAL)
    row_content = numbered(table.keys)
    twins = _distinct_persons(row_content, table.people)[row_content] == 2
    beside = np.zeros(table.n_rows, dtype=bool)
    for column in lab.schema.comparable():
        rest = numbered(table.keys_without(column.name))
        near = np.flatnonzero(np.bincount(rest, twins)[rest])
        beside[near] |= _met_another_content(row_content[near], rest[near], table.people[near])
    return np.asarray(twins & ~beside)


def unique_but_for_a_twin(lab: Lab) -> BoolArray:
    """Tell for each real row whether exactly one other real person has it: bool (n_rows,)."""
    table = lab.table(Side.REAL)
    return shared_by_two(table.keys, table.people)


def people_sides(lab: Lab) -> tuple[Side, ...]:
    """Return the sides that hold people."""
    return (Side.REAL, Side.HOLDOUT) if lab.has_holdout else (Side.REAL,)


def pooled_people(tables: Sequence[Table]) -> IntArray:
    """Return the person of each row of some tables stacked, real people first."""
    offsets = np.cumsum([0, *(t.n_people for t in tables)])
    return np.concatenate([t.people + o for t, o in zip(tables, offsets, strict=False)])


def by_side(lab: Lab, rows: BoolArray) -> dict[Side, BoolArray]:
    """Part what is known of the rows of the pool into the rows of each side."""
    sides = people_sides(lab)
    ends = np.cumsum([lab.table(s).n_rows for s in sides])
    return dict(zip(sides, np.split(rows, ends[:-1]), strict=True))


def _rare_rows(lab: Lab) -> Mapping[Side, BoolArray]:
    tables = [lab.table(s) for s in people_sides(lab)]
    names = [c.name for c in lab.schema.comparable()]
    return by_side(lab, ~_shared_with_others(tables, pooled_people(tables), names))


def _shared_with_others(
    tables: Sequence[Table], person: IntArray, columns: Sequence[str]
) -> BoolArray:
    """Tell for each row whether another person's row agrees in all columns but at most one."""
    shared = np.zeros(person.size, dtype=bool)
    for column in columns:
        shared |= met_another(np.concatenate([t.keys_without(column) for t in tables]), person)
    return shared


def met_another(keys: NDArray[np.uint64], person: IntArray) -> BoolArray:
    """Tell for each row whether a row of another person has the same key.

    Parameters
    ----------
    keys
        uint64 of shape (n,) or (n, 2).
    person
        int64 of shape (n,).
    """
    group = numbered(keys)
    # Whoever is written last stands for the group; a row of anybody else gives it away as shared.
    one = np.empty(group.size, dtype=np.int64)
    one[group] = person
    shared = np.zeros(group.size, dtype=bool)
    shared[group[one[group] != person]] = True
    return np.asarray(shared[group])


def shared_by_two(keys: NDArray[np.uint64], person: IntArray) -> BoolArray:
    """Tell for each row whether exactly one other person has its key: bool of shape (n,)."""
    group = numbered(keys)
    return np.asarray(_distinct_persons(group, person)[group] == 2)


def numbered(keys: NDArray[np.uint64]) -> IntArray:
    """Number rows by their key, equal keys alike: int64 of shape (n,), values 0 to n - 1.

    Parameters
    ----------
    keys
        uint64 of shape (n,) or (n, 2). Two lanes are compared in the order of the first: hashes
        that agree in 64 bits and not in 128 do not occur.
    """
    lane = keys if keys.ndim == 1 else keys[:, 0]
    order = np.argsort(lane, kind="stable")
    ordered = keys[order]
    fresh = ordered[1:] != ordered[:-1]
    steps = fresh if fresh.ndim == 1 else fresh.any(axis=1)
    numbers = np.zeros(lane.size, dtype=np.int64)
    numbers[order[1:]] = np.cumsum(steps)
    return numbers


def stands_in(keys: NDArray[np.uint64], among: NDArray[np.uint64]) -> BoolArray:
    """Tell for each key whether it is one of others: bool of shape (n,)."""
    group = numbered(np.concatenate([keys, among]))
    present = np.zeros(group.size, dtype=bool)
    present[group[len(keys) :]] = True
    return np.asarray(present[group[: len(keys)]])


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
