"""What an adversary knows of the population: everybody on the list but the candidate.

A record in a crowded place lies near the release whether or not it was in the data. An attack that
allows for this compares the release with a *reference*: the pool of real and holdout people
without the candidate's own rows, thinned to the size of the release, or the reference table where
one is given. It does not know who of the pool is real, so every score is a fixed number per person
and relabelling stays exact (DESIGN section 4, point 4).

The pool is searched once. Thinning is not sampled: the mean over all draws follows from the ranks
of the neighbours (`rank_law`), so it has no seed and equal records have equal scores.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from audit.contract.arms import Arm, FloatArray, IntArray, Side
from audit.contract.lab import Lab
from audit.data.table import Table
from audit.space.encode import RANK, STANDARDISED, Encoding, assemble, scaled_columns
from audit.space.neighbours.answer import Neighbours, Owners
from audit.space.points import Points
from audit.statistics.draws import rank_law, ranks_needed

DEEP = (RANK, STANDARDISED)
"""Encodings in which whole neighbourhoods are searched; in the others the nearest row only."""
NEAREST = 50
"""Rows of the release, and of a draw of the reference, in the largest neighbourhood."""
BESIDE = 16
"""Rows of the reference that are listed for each synthetic record."""
LONGEST = 128
"""Rows of the whole pool that are listed at most; beyond, the last one stands in."""
_DIGITS = 12
_KNOWN = 0.9
"""Share of draws in which a row must be on the list."""


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The nearest rows of the release and of the reference, for each row of an arm or the pool."""

    released: FloatArray
    """Distances to the nearest synthetic records, ascending, float64 of shape (n, k)."""
    released_rows: IntArray
    """Which records they are, int64 of shape (n, k)."""
    others: FloatArray
    """Distances to the nearest rows of the whole reference, ascending, float64 of shape (n, q)."""
    law: FloatArray
    """P(the m-th nearest row of a draw is the r-th of the whole reference), shape (k, q)."""
    resolution: float
    """Half the smallest positive distance: what stands for 0 under a logarithm."""
    gap: float
    """Typical distance of a person to the nearest other one in a draw of the reference."""

    @property
    def depth(self) -> int:
        """Rows of each side that are known: the list holds them in nearly every draw."""
        listed = np.count_nonzero(self.law.sum(axis=1) >= _KNOWN)
        return int(max(1, min(self.released.shape[1], listed)))

    def take(self, rows: IntArray) -> "Surroundings":
        """Return the given rows."""
        return replace(
            self,
            released=self.released[rows],
            released_rows=self.released_rows[rows],
            others=self.others[rows],
        )

    def mean_over_draws(self, values: FloatArray, k: int) -> FloatArray:
        """Return the mean of what belongs to the k-th nearest row of a draw, shape (n,).

        Parameters
        ----------
        values
            One for each of `others`, float64 of shape (n, q).
        """
        weights = self.law[k - 1].copy()
        weights[-1] += max(0.0, 1.0 - weights.sum())
        # Rounded, since sums may differ in their last bit from row to row, and equals must tie.
        return np.asarray(np.round(values @ weights, _DIGITS), dtype=np.float64)

    def log(self, distances: FloatArray) -> FloatArray:
        """Return logarithms, equal records standing at half the smallest positive distance."""
        return np.asarray(np.log(np.maximum(distances, self.resolution)), dtype=np.float64)


def surroundings(arm: Arm, encoding: Encoding, lab: Lab) -> Surroundings:
    """Return the surroundings of each row of an arm: of the release, and of the reference.

    Searched once for all attacks, over all comparable columns. Distances only: equal records have
    equal surroundings, whoever they belong to.
    """
    whole = pooled_surroundings(encoding, lab)
    offset = 0 if arm.side is Side.REAL else lab.table(Side.REAL).n_rows
    return whole.take(arm.rows + offset)


def pooled_surroundings(encoding: Encoding, lab: Lab) -> Surroundings:
    """Return the surroundings of all real rows, then of all holdout rows."""
    return lab.keep(("surroundings", encoding), lambda: _search(encoding, lab))


def beside_released(encoding: Encoding, lab: Lab) -> Neighbours:
    """Return the rows of the reference that are nearest to each synthetic record.

    Returns
    -------
    Neighbours
        Of shape (n_synthetic, q), q at most `BESIDE`; rows of the pool as `pool` numbers them,
        or of the reference table where one is given.
    """

    def search() -> Neighbours:
        among = reference_points(encoding, lab)
        released = points_of(lab.table(Side.SYNTHETIC), encoding, lab)
        return lab.search(released, among, k=min(BESIDE, len(among)))

    return lab.keep(("beside released", encoding), search)


def neighbourhoods(wanted: Sequence[int], lab: Lab) -> tuple[int, ...]:
    """Return those of the wanted sizes that the tables are large enough for, at least one."""
    drawn, size = _drawn(lab), _size(lab)
    law = rank_law(min(NEAREST, drawn), drawn=drawn, of=size, longest=min(LONGEST, size))
    most = max(1, int((law.sum(axis=1) >= _KNOWN).sum()))
    return tuple(k for k in wanted if k <= most) or (most,)


def pool(lab: Lab) -> Table:
    """Return real and holdout rows as one table, real rows first, people numbered through."""
    return lab.keep_of_people(
        "stacked pool", lambda: lab.table(Side.REAL).stacked(lab.table(Side.HOLDOUT))
    )


def pooled_points(encoding: Encoding, lab: Lab) -> Points:
    """Return the pool as points of all comparable columns."""
    return points_of(pool(lab), encoding, lab)


def reference_points(encoding: Encoding, lab: Lab) -> Points:
    """Return the reference as points: the table that was given, or the pool."""
    given = lab.release.reference
    return points_of(pool(lab) if given is None else given, encoding, lab)


def reference_share(lab: Lab) -> float:
    """Return which part of the reference a draw of the size of the release is."""
    return _drawn(lab) / _size(lab)


def points_of(table: Table, encoding: Encoding, lab: Lab) -> Points:
    """Return a table of the release as points on the shared scale."""
    columns = sorted(c.name for c in lab.schema.comparable())
    numbers = {name: v for name, v in table.numbers.items() if name in columns}
    scaled = scaled_columns(numbers, scale=lab.scale, scaling=encoding.scaling)
    return assemble(scaled, table.codes, n=table.n_rows, columns=columns, metric=encoding.metric)


def _search(encoding: Encoding, lab: Lab) -> Surroundings:
    sides = [released(side, encoding, lab) for side in (Side.REAL, Side.HOLDOUT)]
    distances, rows = (np.concatenate(parts) for parts in zip(*sides, strict=True))
    drawn, size = _drawn(lab), _size(lab)
    k = min(distances.shape[1], drawn)
    longest = min(ranks_needed(k, drawn=drawn, of=size), LONGEST)
    others = _others(encoding, longest, lab)
    positive = [x[x > 0] for x in (distances, others)]
    smallest = min((float(x.min()) for x in positive if x.size), default=1.0)
    law = rank_law(k, drawn=drawn, of=size, longest=longest)
    found = Surroundings(distances, rows, others, law, smallest / 2, gap=1.0)
    gaps = found.mean_over_draws(others, 1)
    # Where everybody has an equal, the smallest difference that there is must do.
    return replace(found, gap=max(float(np.median(gaps)), smallest))


def released(side: Side, encoding: Encoding, lab: Lab) -> Neighbours:
    """Return the nearest synthetic records of each row of a side, as many as any attack asks for.

    Whoever asks for the nearest alone asks here too, so that nothing is searched twice.
    """
    k = NEAREST if encoding in DEEP and lab.has_holdout else 1
    k = min(k, lab.table(Side.SYNTHETIC).n_rows)
    return lab.nearest_rows(side, Side.SYNTHETIC, encoding, k=k)


def _others(encoding: Encoding, k: int, lab: Lab) -> FloatArray:
    people = pool(lab).people
    own = None if lab.release.reference is not None else Owners(people, people)
    queries, among = pooled_points(encoding, lab), reference_points(encoding, lab)
    return lab.search(queries, among, k=k, owners=own).distances


def _drawn(lab: Lab) -> int:
    return min(lab.table(Side.SYNTHETIC).n_rows, _size(lab))


def _size(lab: Lab) -> int:
    """Return how many reference rows every candidate has at least."""
    if lab.release.reference is not None:
        return lab.release.reference.n_rows
    everybody = pool(lab)
    return everybody.n_rows - int(np.bincount(everybody.people).max())
