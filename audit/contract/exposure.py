"""Who is exposed: people who stand alone, ranked before anything is attacked.

A record that few others resemble is what a generator learns by heart, and what an adversary can
tell apart. Two things make a record stand alone, and each hides from the other: it is far from
its nearest neighbours (mean distance to the nearest rows of other people, in two encodings), or
its values are rare one by one (sum over columns of -log of how many people have a value as rare;
distances tie everywhere in tables of few categories). The score is the mean of the three ranks.

The pool is real and holdout together and the release is not looked at: the score does not know who
was a member, nor what was released, so strata made from it are fixed beforehand. Neighbours among
real people alone would give members one neighbour less than others (`statistics.md` F11).

References
----------
Meeus et al., Achilles' Heels, ESORICS 2023 (mean distance to the five nearest); `attacks.md` 12.1.
"""

from collections.abc import Mapping

import numpy as np

from audit.contract.arms import FloatArray, Side, person_content
from audit.contract.lab import Lab
from audit.contract.reference import pool, pooled_points, pooled_surroundings
from audit.data.table import Table
from audit.space.encode import RANK, STANDARDISED, Encoding
from audit.space.neighbours.answer import Owners
from audit.statistics.roc import midranks

NEAREST = 5
ENCODINGS = (RANK, STANDARDISED)


def standing(lab: Lab) -> Mapping[Side, FloatArray]:
    """Return for each person which part of the pool stands alone more than this person does.

    Returns
    -------
    Mapping
        For real and holdout float64 of shape (n_people,), from 0 for the most exposed to below 1.
        People of equal records stand equal; other ties are broken by content.
    """
    return lab.keep("standing", lambda: _standing(lab))


def alone(lab: Lab) -> FloatArray:
    """Return how much each row of the pool stands alone: shape (n_rows,), more is more exposed."""
    table = pool(lab)
    parts = [*(_distance(encoding, lab) for encoding in ENCODINGS), _rarity(table)]
    return np.asarray(sum(midranks(part) for part in parts), dtype=np.float64)


def _standing(lab: Lab) -> Mapping[Side, FloatArray]:
    table = pool(lab)
    score = np.full(table.n_people, -np.inf)
    # A person with several rows is as exposed as the one that stands out most.
    np.maximum.at(score, table.people, alone(lab))
    content = person_content(table)
    order = np.lexsort((content, -score))
    same = (score[order][1:] == score[order][:-1]) & (content[order][1:] == content[order][:-1])
    place = np.arange(order.size)
    first = np.maximum.accumulate(np.where(np.concatenate([[False], same]), 0, place))
    ahead = np.empty(order.size)
    ahead[order] = first / order.size
    n_real = lab.table(Side.REAL).n_people
    return {Side.REAL: ahead[:n_real], Side.HOLDOUT: ahead[n_real:]}


def _distance(encoding: Encoding, lab: Lab) -> FloatArray:
    """Return the mean distance of each pooled row to the nearest rows of other people."""
    table = pool(lab)
    k = min(NEAREST, table.n_rows - int(np.bincount(table.people).max()))
    found = pooled_surroundings(encoding, lab).others
    if lab.release.reference is not None or found.shape[1] < k:
        points, own = pooled_points(encoding, lab), Owners(table.people, table.people)
        found = lab.search(points, points, k=k, owners=own).distances
    return np.asarray(found[:, :k].mean(axis=1), dtype=np.float64)


def _rarity(table: Table) -> FloatArray:
    """Return the sum over columns of -log of the share of rows whose value is as rare."""
    total = np.zeros(table.n_rows)
    for name in sorted(c.name for c in table.schema.comparable()):
        codes = table.codes.get(name)
        share = _tail(table.numbers[name]) if codes is None else _frequency(codes)
        total -= np.log(share)
    return total


def _frequency(codes: np.ndarray) -> FloatArray:
    """Return how many rows share each code, as a part of all; missing is a value like others."""
    return np.asarray(np.bincount(codes + 1)[codes + 1] / codes.size, dtype=np.float64)


def _tail(values: FloatArray) -> FloatArray:
    """Return how many rows lie as far out on the same side, doubled, as a part of all."""
    known = np.sort(values[~np.isnan(values)])
    below = np.searchsorted(known, values, side="right")
    above = known.size - np.searchsorted(known, values, side="left")
    out = np.minimum(2 * np.minimum(below, above), known.size)
    counts = np.where(np.isnan(values), values.size - known.size, out)
    return np.asarray(np.maximum(counts, 1) / values.size, dtype=np.float64)
