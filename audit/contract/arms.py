"""The people that an attack is tried on: real ones, and ones who were never in the data."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from audit.data.table import Table

BoolArray: TypeAlias = NDArray[np.bool_]
FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]

STEP = np.uint64(0x9E3779B97F4A7C15)


class Side(StrEnum):
    """One of the three tables."""

    REAL = "real"
    HOLDOUT = "holdout"
    SYNTHETIC = "synthetic"


@dataclass(frozen=True, eq=False)
class Arm:
    """People of one side, with all the rows of each.

    The unit is the person. A person with several rows is attacked through each of them; the
    adversary needs one to win (`any_of`), and claims membership by the strongest (`best_of`).
    """

    side: Side
    rows: IntArray
    """Positions in the side's table, int64 of shape (n,)."""
    person: IntArray
    """Which person each row belongs to, int64 of shape (n,), 0 to n_people - 1."""
    n_people: int
    sampled: bool
    """Whether people were left out to keep the audit affordable."""

    def any_of(self, won: BoolArray) -> BoolArray:
        """Return, per person, whether any of the rows was won: bool of shape (n_people,)."""
        return np.bincount(self.person, won, minlength=self.n_people) > 0

    def best_of(self, scores: FloatArray) -> FloatArray:
        """Return, per person, the largest score: float64 of shape (n_people,)."""
        best = np.full(self.n_people, -np.inf)
        np.maximum.at(best, self.person, scores)
        return best

    def mean_of(self, values: FloatArray) -> FloatArray:
        """Return, per person, the mean over the rows; `values` has shape (n,) or (n, p)."""
        size = np.bincount(self.person, minlength=self.n_people)
        if values.ndim == 1:
            return np.bincount(self.person, values, minlength=self.n_people) / size
        return np.column_stack([self.mean_of(values[:, j]) for j in range(values.shape[1])])


def everybody(side: Side, table: Table) -> Arm:
    """Return all people of a table."""
    rows = np.arange(table.n_rows)
    return Arm(side, rows, table.people, table.n_people, sampled=False)


def some_people(side: Side, table: Table, at_most: int, *, seed: int) -> Arm:
    """Return at most `at_most` people, chosen by the content of their rows, evenly.

    The choice is a pseudo-random function of row content and seed: it does not depend on the
    order of the rows, on the other table or on who is a member.
    """
    if table.n_people <= at_most:
        return everybody(side, table)
    chosen = np.sort(np.argsort(people_lots(table, seed=seed), kind="stable")[:at_most])
    renumber = np.full(table.n_people, -1, dtype=np.int64)
    renumber[chosen] = np.arange(chosen.size)
    rows = np.flatnonzero(renumber[table.people] >= 0)
    return Arm(side, rows, renumber[table.people[rows]], chosen.size, sampled=True)


def dealt(table: Table, n_groups: int, *, seed: int) -> IntArray:
    """Deal the people of a table into groups of equal size, give or take one.

    Returns
    -------
    IntArray
        Group 0 to n_groups - 1 of each person, int64 of shape (n_people,).
    """
    rank = np.empty(table.n_people, dtype=np.int64)
    rank[np.argsort(people_lots(table, seed=seed), kind="stable")] = np.arange(table.n_people)
    return rank % n_groups


def people_lots(table: Table, *, seed: int) -> NDArray[np.uint64]:
    """Draw one 64-bit lot per person, a pseudo-random function of seed and content.

    Every person has the same chance of a low lot: the lot is drawn for the content of all rows
    together, so more rows buy no more chances, and people of equal content draw one lot each.
    """
    content = person_content(table)
    order = np.argsort(content, kind="stable")
    first = np.searchsorted(content[order], content[order], side="left")
    turn = np.empty(table.n_people, dtype=np.uint64)
    turn[order] = (np.arange(table.n_people) - first).astype(np.uint64)
    return scrambled(scrambled(content + np.uint64(seed % 2**64)) ^ scrambled(turn + STEP))


def person_content(table: Table) -> NDArray[np.uint64]:
    """Return 64 bits per person, equal for people of equal rows: uint64 of shape (n_people,)."""
    content = np.zeros(table.n_people, dtype=np.uint64)
    np.add.at(content, table.people, scrambled(scrambled(table.keys[:, 0]) ^ table.keys[:, 1]))
    return content


def scrambled(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the finaliser of SplitMix64, a bijection whose every bit looks random."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
