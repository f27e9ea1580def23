"""What the nearest synthetic records say of a secret, by vote.

On coarse columns many records are equally near. Which of them comes first in the table says nothing
of the person; the value that most of them confirm does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audit.contract.arms import Arm, FloatArray, Side
from audit.contract.lab import Lab
from audit.contract.secrets import Secret
from audit.facts.schema import Column
from audit.space.encode import RANK_EUCLIDEAN
from audit.space.neighbours.answer import Neighbours

LISTED = 10
"""Records that are listed for each person; of more that are equally near the first have a vote."""
_DIGITS = 9


@dataclass(frozen=True, eq=False, repr=False)
class Guessed:
    """What is guessed of the secret of each row, shapes (n,)."""

    value: FloatArray
    """The guess that is likeliest to count as right; NaN says that it is missing."""
    unusual: FloatArray
    """How likely the secret is not the commonest value, between 0 and 1."""
    rare: FloatArray
    """The guess if it is not."""


@dataclass(frozen=True, eq=False, repr=False)
class Votes:
    """The vote of those equally near, and of all that are listed."""

    nearest: Guessed
    neighbours: Guessed


def released_votes(arm: Arm, secret: Secret, known: Sequence[Column], lab: Lab) -> Votes:
    """Return what the synthetic records nearest to each row of an arm say; found once in a run."""
    limit = arm.n_people if arm.sampled else None
    names = tuple(sorted(c.name for c in known))
    counts = (secret.column.name, secret.tolerance, secret.absolute)
    key = ("secret votes", arm.side, limit, names, *counts)
    return lab.keep(key, lambda: _released(arm, secret, known, lab))


def _released(arm: Arm, secret: Secret, known: Sequence[Column], lab: Lab) -> Votes:
    synthetic = lab.release.synthetic
    asked = lab.points(arm.side, known, RANK_EUCLIDEAN).take(arm.rows)
    among = lab.points(Side.SYNTHETIC, known, RANK_EUCLIDEAN)
    found = lab.search(asked, among, k=min(LISTED, synthetic.n_rows))
    values = secret.values(Side.SYNTHETIC)[found.indices]
    tied = (found.distances == found.distances[:, :1]).astype(np.float64)
    return Votes(elected(values, tied, secret), elected(values, closeness(found), secret))


def closeness(found: Neighbours) -> FloatArray:
    """Return the weight of each vote: one over the rank, those equally near sharing theirs."""
    distances = found.distances
    below = (distances[:, None, :] < distances[:, :, None]).sum(axis=2)
    upto = (distances[:, None, :] <= distances[:, :, None]).sum(axis=2)
    return np.asarray(2.0 / (below + upto + 1), dtype=np.float64)


def elected(values: FloatArray, weights: FloatArray, secret: Secret) -> Guessed:
    """Return the values that most votes confirm; of equals the one that is listed first.

    Parameters
    ----------
    values
        Secrets of the listed records, float64 of shape (n, k), NaN where missing.
    weights
        What each vote counts, at least 0 and the first more than that, shape (n, k).
    """
    commonest = np.full(values.shape, secret.commonest())
    usual = secret.hit(commonest, values)
    share = np.where(usual, 0.0, weights).sum(axis=1) / weights.sum(axis=1)
    tally = np.empty(values.shape)
    for j in range(values.shape[1]):
        candidate = np.broadcast_to(values[:, j, None], values.shape)
        tally[:, j] = np.where(secret.hit(candidate, values), weights, 0.0).sum(axis=1)
    tally = np.where(weights > 0, np.round(tally, _DIGITS), -1.0)
    each = np.arange(len(values))
    return Guessed(
        value=values[each, tally.argmax(axis=1)],
        unusual=np.round(share, _DIGITS),
        rare=values[each, np.where(usual, -1.0, tally).argmax(axis=1)],
    )
