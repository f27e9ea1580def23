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
    """Attacks the planted people alone, where an attack can be asked to."""
    people: IntArray
    """Who they are: real people first, then holdout, in the order in which both arms stand."""
    rows: IntArray
    """Their rows in the pool."""


def planted(lab: Lab, rng: np.random.Generator, *, jittered: bool) -> Planted | None:
    """Return the release with copies of people of the pool in the place of some of its rows.

    Who is planted depends on the content of their rows alone. None where there are too few rows
    to plant anybody.
    """
    per_side = _per_side(lab)
    if per_side is None:
        return None
    limited = lab.released_as(lab.release.synthetic, target_limit=per_side)
    arms = [limited.arm(side) for side in _PEOPLE]
    tables = [lab.table(side) for side in _PEOPLE]
    people = [np.unique(t.people[a.rows]) for a, t in zip(arms, tables, strict=True)]
    everybody = pool(lab)
    chosen = np.concatenate([people[0], people[1] + tables[0].n_people])
    rows = np.concatenate([arms[0].rows, arms[1].rows + tables[0].n_rows])
    source = everybody.take(rows)
    plan = plan_copies(lab.release.synthetic.n_rows, source.people, chosen.size, rng=rng)
    if jittered:
        source = jittered_table(source, everybody, rng)
    synthetic = lab.release.synthetic.replace_rows(plan.replaced, source, plan.by)
    attacked = lab.released_as(synthetic.in_canonical_order(), target_limit=per_side)
    return Planted(attacked, chosen, rows)


def _per_side(lab: Lab) -> int | None:
    """Return how many people of each side are planted, with room for all their rows."""
    n_rows = lab.release.synthetic.n_rows
    sizes = [lab.table(side).n_people for side in _PEOPLE]
    most = min(MOST, sum(sizes) // 10, sizes[0] // 2, n_rows // 5) // 2
    per_side = min(most, sizes[1] // 2)
    while per_side >= 2:
        limited = lab.released_as(lab.release.synthetic, target_limit=per_side)
        if sum(limited.arm(side).rows.size for side in _PEOPLE) <= n_rows // 5:
            return per_side
        per_side //= 2
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
