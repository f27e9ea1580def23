"""Distances to a second person."""

from typing import NamedTuple

import numpy as np

from audit.contract.arms import FloatArray, IntArray, Side
from audit.contract.lab import Lab
from audit.space.encode import Encoding
from audit.space.neighbours.answer import Owners
from audit.space.points import Points


class TwoPeople(NamedTuple):
    """Distances of rows to the nearest two people."""

    first: FloatArray
    second: FloatArray
    """inf where there is no second person."""


def second_people(lab: Lab, of: Side, among: Side, encoding: Encoding) -> TwoPeople:
    """Return how far the nearest two people of a table are from each row of another."""
    found = lab.nearest_rows(of, among, encoding, k=2)
    person = lab.table(among).people
    owners = person[found.indices]
    second = found.distances[:, 1].copy()
    rest = np.flatnonzero(owners[:, 0] == owners[:, 1])
    columns = lab.schema.comparable()
    if rest.size:
        second[rest] = beyond(
            lab,
            lab.points(of, columns, encoding).take(rest),
            lab.points(among, columns, encoding),
            owner=owners[rest, 0],
            person=person,
        )
    return TwoPeople(found.distances[:, 0], second)


def beyond(
    lab: Lab, queries: Points, rows: Points, *, owner: IntArray, person: IntArray
) -> FloatArray:
    """Return the distance of each query to the nearest row that is not its owner's.

    Parameters
    ----------
    owner
        Whose rows do not count, of shape (n_queries,).
    person
        Whose rows they are, of shape (n_rows,).
    """
    if len(queries) == 0 or np.bincount(person).max() == len(rows):
        return np.full(len(queries), np.inf)
    found = lab.search(queries, rows, owners=Owners(owner, person))
    return found.distances[:, 0]
