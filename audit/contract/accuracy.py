"""Nearest-neighbour adversarial accuracy under every relabelling at once."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from audit.contract.arms import Arm, FloatArray, IntArray, Side
from audit.contract.lab import Lab
from audit.contract.pool import (
    Pool,
    near_groups,
    near_others,
    nearest_others,
    nearest_pooled,
    pool_of,
    pool_points,
    whole_pool,
)
from audit.contract.sample_sizes import enough, sample_sizes
from audit.contract.ties import same
from audit.space.encode import RANK
from audit.space.neighbours.answer import Neighbours, Owners
from audit.statistics.bit_labels import Words, any_within, counted

_SIDES = (Side.REAL, Side.HOLDOUT)


class Accuracies(NamedTuple):
    """Accuracy against real and against holdout people, per relabelling."""

    real: FloatArray
    holdout: FloatArray


@dataclass(frozen=True, eq=False)
class Field:
    """Everybody's neighbours, found without knowing who is real; one row of each person."""

    pool: Pool
    n_released: int
    others: Neighbours
    """Pooled rows of other people nearest to each pooled row."""
    to_released: Neighbours
    """Synthetic records nearest to each pooled row."""
    groups: Neighbours
    """Groups of equal pooled rows nearest to each synthetic record."""
    released: Neighbours
    """Other synthetic records nearest to each one."""


def field_of(lab: Lab) -> Field:
    """Search the neighbours, of everybody or of a sample of people keyed by their content."""
    sizes = sample_sizes(lab)
    if sizes.takes_all:
        return _whole_field(lab, enough(sizes.size / lab.table(Side.SYNTHETIC).n_rows))
    return lab.keep(("accuracy", sizes), lambda: _sampled_field(lab))


def _whole_field(lab: Lab, k: int) -> Field:
    pool = whole_pool(lab)
    n = lab.table(Side.SYNTHETIC).n_rows
    found = [lab.nearest_rows(s, Side.SYNTHETIC, RANK, k=min(k, n)) for s in _SIDES]
    to_released = Neighbours(
        np.concatenate([f.distances for f in found])[pool.stacked],
        np.concatenate([f.indices for f in found])[pool.stacked],
    )
    return Field(
        pool=pool,
        n_released=n,
        others=nearest_others(lab, RANK),
        to_released=to_released,
        groups=nearest_pooled(lab, lab.schema.comparable(), RANK).near,
        released=lab.nearest_rows(Side.SYNTHETIC, Side.SYNTHETIC, RANK, k=min(k, n - 1)),
    )


def _sampled_field(lab: Lab) -> Field:
    sizes, columns = sample_sizes(lab), lab.schema.comparable()
    arms = {s: _one_row_each(lab.arm(s, sizes.most)) for s in Side}
    pool = pool_of(lab, real=arms[Side.REAL], holdout=arms[Side.HOLDOUT])
    rows = pool_points(lab, columns, RANK, pool)
    released = lab.points(Side.SYNTHETIC, columns, RANK).take(arms[Side.SYNTHETIC])
    n, own = len(released), np.arange(len(released))
    k = enough(sizes.size / n)
    return Field(
        pool=pool,
        n_released=n,
        others=near_others(lab, rows, pool, k=sizes.depth),
        to_released=lab.search(rows, released, k=min(k, n)),
        groups=near_groups(lab, released, rows, pool, k=sizes.depth),
        released=lab.search(released, released, k=min(k, n - 1), owners=Owners(own, own)),
    )


def _one_row_each(arm: Arm) -> IntArray:
    return np.asarray(arm.rows[np.unique(arm.person, return_index=True)[1]])


def accuracies(field: Field, real: Words, holdout: Words, released: IntArray) -> Accuracies:
    """Return both accuracies under every relabelling.

    Parameters
    ----------
    real, holdout
        Who stands for real and for holdout people, in words of relabellings, shape (n_people, w);
        the same number of each in every relabelling.
    released
        The synthetic records that take part.

    Returns
    -------
    Accuracies
        AA(real, synthetic) and AA(holdout, synthetic), each of shape (64 w,); ties count half.
    """
    taking = np.zeros(field.n_released, dtype=bool)
    taking[released] = True
    reach = _first_kept(field.to_released, taking)
    inner = _first_kept(field.released, taking)[released]
    groups = Neighbours(field.groups.distances[released], field.groups.indices[released])
    found = []
    for words in (real, holdout):
        size = counted(words)[0]
        own = words[field.pool.person]
        by_group = np.bitwise_or.reduceat(own, field.pool.firsts, axis=0)
        people = _beaten(field.others, reach, own, among=own) / size
        # A person nearer than the nearest other record makes a record *less* distinct.
        records = 1 - _beaten(groups, inner, by_group, among=None) / released.size
        found.append((people + records) / 2)
    return Accuracies(*found)


def _first_kept(found: Neighbours, taking: np.ndarray) -> FloatArray:
    """Return the distance to the nearest neighbour that takes part, shape (n,)."""
    kept = taking[found.indices]
    first = np.where(kept.any(axis=1), kept.argmax(axis=1), kept.shape[1] - 1)
    return np.asarray(found.distances[np.arange(len(kept)), first])


def _beaten(
    found: Neighbours, reach: FloatArray, words: Words, *, among: Words | None
) -> FloatArray:
    """Return how many rows have a labelled neighbour nearer than their reach, ties half."""
    tied = same(found.distances, reach[:, None])
    nearer = (found.distances < reach[:, None]) & ~tied
    total = np.zeros(words.shape[1] * 64)
    for inside in (nearer, nearer | tied):
        hit = any_within(words, found.indices, inside.sum(axis=1))
        total += counted(hit if among is None else hit & among) / 2
    return total
