"""Releases that are like the one under audit in everything but what is tried with them."""

from dataclasses import dataclass, replace

import numpy as np

from audit.contract.arms import IntArray, Side
from audit.contract.lab import Lab
from audit.contract.reference import pool
from audit.data.release import Release
from audit.data.table import Table
from audit.facts.schema import Column, Kind
from audit.harness.planting import jitter_codes, jitter_numbers, plan_copies

SMALL = 300
"""People per side of a small world: a full copy of so many is seen by whatever sees any."""
MOST = 1_000
"""People who are planted at most."""
_FEWEST = 4
_PEOPLE = (Side.REAL, Side.HOLDOUT)
_WHOLE = (Kind.INTEGER, Kind.DATETIME)


def small_world(lab: Lab, rng: np.random.Generator, *, copied: bool) -> Lab:
    """Return a lab of few people of the pool, dealt out anew.

    Parameters
    ----------
    copied
        The release is the real table itself; otherwise some of the release under audit.
    """
    n_real, n_holdout = (min(lab.table(side).n_people, SMALL) for side in _PEOPLE)
    release = dealt_out(lab.release, rng, (n_real, n_holdout))
    if copied:
        release = replace(release, synthetic=release.real)
    else:
        n = release.synthetic.n_rows
        rows = np.sort(rng.permutation(n)[: 2 * SMALL])
        release = replace(release, synthetic=release.synthetic.take(rows))
    return replace(lab, release=release, kept={}, of_people={})


def dealt_out(
    release: Release, rng: np.random.Generator, sizes: tuple[int, int] | None = None
) -> Release:
    """Return the release with real and holdout people dealt out anew.

    Parameters
    ----------
    sizes
        People of both sides; None keeps them.
    """
    real, holdout = release.real, release.holdout
    assert holdout is not None
    everybody = real.stacked(holdout)
    n_real, n_holdout = (real.n_people, holdout.n_people) if sizes is None else sizes
    order = rng.permutation(everybody.n_people)
    return replace(
        release,
        real=_rows_of(everybody, order[:n_real]),
        holdout=_rows_of(everybody, order[n_real : n_real + n_holdout]),
    )


def _rows_of(table: Table, people: IntArray) -> Table:
    chosen = np.zeros(table.n_people, np.bool_)
    chosen[people] = True
    return table.take(chosen[table.people]).in_canonical_order()


@dataclass(frozen=True, eq=False)
class Planted:
    """A release in which some people of the pool are copied."""

    lab: Lab
    """Attacks few people, the planted among them, where an attack can be asked to."""
    people: IntArray
    """Who they are: positions in the pool, real people first."""
    seats: IntArray
    """Where they stand among the people whom `lab` attacks, real people first."""
    rows: IntArray
    """Their rows in the pool."""

    @property
    def whole(self) -> Lab:
        """Attacks everybody in the same release; one lab, so that no attack is run twice."""
        return self.lab.keep("whole", lambda: self.lab.released_as(self.lab.release.synthetic))


def planted(lab: Lab, rng: np.random.Generator, *, jittered: bool) -> Planted | None:
    """Return the release with copies of people of the pool in the place of some of its rows.

    Who is planted depends on the content of their rows alone, and each side gives its share: a
    random part of the pool, whoever is real. None where there are too few rows to plant anybody.
    """
    shares = _shares(lab)
    if shares is None:
        return None
    limited = lab.released_as(lab.release.synthetic, target_limit=max(shares))
    tables = [lab.table(side) for side in _PEOPLE]
    arms = [limited.arm(side, n) for side, n in zip(_PEOPLE, shares, strict=True)]
    ids, attacked = (
        [np.unique(t.people[a.rows]) for a, t in zip(those, tables, strict=True)]
        for those in (arms, [limited.arm(side) for side in _PEOPLE])
    )
    places = [np.searchsorted(all_of, some) for all_of, some in zip(attacked, ids, strict=True)]
    everybody = pool(lab)
    rows = np.concatenate([arms[0].rows, arms[1].rows + tables[0].n_rows])
    source = everybody.take(rows)
    people = np.concatenate([ids[0], ids[1] + tables[0].n_people])
    plan = plan_copies(lab.release.synthetic.n_rows, source.people, people.size, rng=rng)
    if jittered:
        source = jittered_table(source, everybody, rng)
    synthetic = lab.release.synthetic.replace_rows(plan.replaced, source, plan.by)
    return Planted(
        lab=lab.released_as(synthetic.in_canonical_order(), target_limit=max(shares)),
        people=people,
        seats=np.concatenate([places[0], places[1] + attacked[0].size]),
        rows=rows,
    )


def _shares(lab: Lab) -> tuple[int, int] | None:
    """Return how many people of each side are planted, with room for all their rows."""
    n_rows = lab.release.synthetic.n_rows
    n_real, n_holdout = (lab.table(side).n_people for side in _PEOPLE)
    most = min(MOST, (n_real + n_holdout) // 10, n_real // 2, n_rows // 5)
    while most >= _FEWEST:
        real = max(1, round(most * n_real / (n_real + n_holdout)))
        shares = real, max(1, most - real)
        limits = zip(_PEOPLE, shares, strict=True)
        if sum(lab.arm(side, n).rows.size for side, n in limits) <= n_rows // 5:
            return shares
        most //= 2
    return None


def jittered_table(table: Table, scale: Table, rng: np.random.Generator) -> Table:
    """Return rows with a little noise on every number and about one category changed in each.

    Ordinal columns stay as they are.

    Parameters
    ----------
    scale
        Rows whose interquartile ranges the noise is measured in.
    """
    columns = sorted(table.schema.comparable(), key=lambda c: c.name)
    coded = [c.name for c in columns if c.name not in table.numbers]
    share = 1 / max(len(coded), 1)
    codes = {n: jitter_codes(table.codes[n], table.n_levels(n), share, rng) for n in coded}
    numbers = {
        c.name: _jittered(c, table, scale, rng) for c in columns if c.name not in table.codes
    }
    return table.with_values(numbers=numbers, codes=codes)


def _jittered(column: Column, table: Table, scale: Table, rng: np.random.Generator) -> np.ndarray:
    known = scale.numbers[column.name]
    known = known[~np.isnan(known)]
    spread = float(np.subtract(*np.quantile(known, [0.75, 0.25]))) if known.size else 0.0
    values = table.numbers[column.name]
    return jitter_numbers(values, scale=spread, rng=rng, integer=column.kind in _WHOLE)
