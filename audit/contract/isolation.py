"""Statements and the people of the pool that each is true of: how many single somebody out.

Both sides are compared in groups of the same size, that of the smaller side. Where the holdout is
the smaller, a group of real people holds only a part r of those whom the release may have leaked,
so what the attack finds beyond the control is divided by r: as many statements would isolate
somebody if the release had been made from that group alone. Without this a verbatim copy of the
data would show an excess of at most r, and pass any limit above it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from audit.contract.arms import FloatArray, IntArray, Side, dealt
from audit.contract.lab import Lab
from audit.contract.predicates import Lookup, Matches, Predicate
from audit.statistics.isolation import isolates

GROUPS = 64
_RELABELLINGS = 999
# With this many times the people a statement should fit to isolate one, the chance is below 1e-8.
_HOPELESS = 25
NEGLIGIBLE = 10
"""A statement counts where it should fit at most one in so many groups of the size of the data."""


class Seen(NamedTuple):
    """How many statements isolate somebody, in groups of the same size on both sides."""

    attack: float
    control: float
    n: int
    """Statements."""
    part: float
    """Part of the real people that such a group holds."""


@dataclass(frozen=True, eq=False)
class Bets:
    """Statements and the people of the pool that each one fits."""

    matches: Matches
    """People numbered over the pool: real first, then holdout."""
    n_real: int
    n_holdout: int

    @property
    def n_drawn(self) -> int:
        """Size at which both sides are compared: that of the smaller."""
        return min(self.n_real, self.n_holdout)

    @property
    def part(self) -> float:
        """Part r of the real people that a group of this size holds."""
        return self.n_drawn / self.n_real

    def counts(self, weight: NDArray[np.bool_]) -> IntArray:
        """Return, per statement, how many people of the subset it fits."""
        hit = weight[self.matches.person].astype(np.int64)
        total = np.concatenate([[0], np.cumsum(hit)])
        return np.diff(total[self.matches.starts])

    @property
    def light(self) -> "Bets":
        """The same statements; one whose weight is not negligible fits nobody.

        A statement of weight w is true of exactly one of n people with probability
        n w (1 - w)^(n - 1) whatever is released, so singling out means doing it with a weight far
        below 1 / n (Cohen and Nissim 2020). The weight is estimated on the pool without the person
        who is singled out, (m - 1) / (N - 1) for m of N people, and must not exceed 1 / (10 n).
        It does not know who is real, so relabelling stays exact.
        """
        counts, size = self.matches.counts, self.n_real + self.n_holdout
        heavy = self.matches.many | ((counts - 1) * NEGLIGIBLE * self.n_real > size - 1)
        starts = np.concatenate([[0], np.cumsum(np.where(heavy, 0, counts))]).astype(np.int64)
        person = self.matches.person[np.repeat(~heavy, counts)]
        return replace(self, matches=Matches(person, starts, self.matches.many))

    def without(self, absent: NDArray[np.bool_]) -> "Bets":
        """The same statements about the people who are not `absent`, bool of shape (people,)."""
        stays = ~absent[self.matches.person]
        starts = np.concatenate([[0], np.cumsum(stays)])[self.matches.starts].astype(np.int64)
        return replace(self, matches=Matches(self.matches.person[stays], starts, self.matches.many))

    @property
    def by_chance(self) -> FloatArray:
        """Chance of each statement to isolate one of as many people, whoever they are.

        The form of n w (1 - w)^(n - 1) without replacement, w being the weight on the pool.
        """
        size = self.n_real + self.n_holdout
        return isolates(self.matches.counts, size, self.n_drawn)


def bets_of(predicates: list[Predicate], lab: Lab) -> Bets:
    """Look up which people of the pool each statement fits."""
    lookups = [lookup_of(lab, s) for s in (Side.REAL, Side.HOLDOUT)]
    n_real, n_holdout = (of.table.n_people for of in lookups)
    parts = []
    for lookup in lookups:
        table = lookup.table
        per_draw = table.n_people / min(n_real, n_holdout)
        rows_of_one = int(np.bincount(table.people).max())
        at_most = int(np.ceil(_HOPELESS * per_draw)) * rows_of_one
        parts.append(lookup.match(predicates, at_most=at_most))
    return Bets(_joined(parts[0], parts[1], n_real), n_real, n_holdout)


def lookup_of(lab: Lab, side: Side) -> Lookup:
    """Return the rows of a table, found by what is true of them; sorted once if that has room."""
    table = lab.table(side)
    has_room = 16 * table.n_rows * len(lab.schema.comparable()) < lab.memory // 8
    if not has_room:
        return Lookup(table)
    keep = lab.keep if side is Side.SYNTHETIC else lab.keep_of_people
    return keep(("lookup", side), lambda: Lookup(table))


def _joined(real: Matches, holdout: Matches, n_real: int) -> Matches:
    """Interleave two lists of matches, statement by statement."""
    which = np.concatenate([np.repeat(np.arange(m.counts.size), m.counts) for m in (real, holdout)])
    person = np.concatenate([real.person, holdout.person + n_real])
    order = np.argsort(which, kind="stable")
    starts = np.concatenate([[0], np.cumsum(real.counts + holdout.counts)]).astype(np.int64)
    return Matches(person[order], starts, real.many | holdout.many)


def without_groups(bets: Bets, lab: Lab) -> FloatArray:
    """Return attack and control rate without each group of people: shape (GROUPS, 2)."""
    sides = (lab.table(s) for s in (Side.REAL, Side.HOLDOUT))
    groups = np.concatenate([dealt(t, GROUPS, seed=lab.seed) for t in sides])
    real = np.arange(groups.size) < bets.n_real
    rates = np.empty((GROUPS, 2))
    for g in range(GROUPS):
        stays = groups != g
        n_t, n_h = int((stays & real).sum()), int((stays & ~real).sum())
        n = min(n_t, n_h)
        attack = float(isolates(bets.counts(real & stays), n_t, n).mean())
        control = float(isolates(bets.counts(~real & stays), n_h, n).mean())
        rates[g] = exposed(attack, control, n / n_t), control
    return rates


def exposed(attack: float, control: float, part: float) -> float:
    """Return the attack rate in a group that holds everybody who may have been leaked."""
    return attack if part == 1 else control + (attack - control) / part


def relabelled(cases: Sequence[Bets], lab: Lab, *, draws: int = _RELABELLINGS) -> FloatArray:
    """Return the excess of each set of statements under random relabellings of the people.

    People whom no statement fits change nothing, so only the others are relabelled: how many of
    them are real is hypergeometric, and which ones is uniform. All sets are relabelled together.

    Returns
    -------
    FloatArray
        Shape (draws, number of sets).
    """
    whole = _stacked(cases)
    rng, size = lab.stream("relabel"), whole.n_real + whole.n_holdout
    fitted, place = np.unique(whole.matches.person, return_inverse=True)
    few = replace(whole, matches=replace(whole.matches, person=place.reshape(-1)))
    n_real = rng.hypergeometric(fitted.size, size - fitted.size, whole.n_real, size=draws)
    sizes = np.array([b.matches.counts.size for b in cases])
    first = np.cumsum(sizes) - sizes
    gaps = np.empty((draws, len(cases)))
    # By how many of a side's people a statement fits.
    every = np.arange(int(few.matches.counts.max(initial=0)) + 1)
    chances = [isolates(every, n, few.n_drawn) for n in (few.n_real, few.n_holdout)]
    for draw, n in enumerate(n_real):
        if draw % 100 == 0:
            lab.checkpoint()
        real = np.zeros(fitted.size, dtype=bool)
        real[rng.permutation(fitted.size)[:n]] = True
        attack, control = chances[0][few.counts(real)], chances[1][few.counts(~real)]
        gaps[draw] = np.add.reduceat(attack - control, first) / sizes
    return gaps


def _stacked(cases: Sequence[Bets]) -> Bets:
    """Return the statements of several sets, one set after the other."""
    counts = np.concatenate([b.matches.counts for b in cases])
    matches = Matches(
        np.concatenate([b.matches.person for b in cases]),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        np.concatenate([b.matches.many for b in cases]),
    )
    return Bets(matches, cases[0].n_real, cases[0].n_holdout)
