"""People whom statements single out: a statement is no person, and belongs to no part of them.

A rate of statements cannot be asked of the vulnerable alone. Here people are counted: a person is
singled out where any statement is true of this person alone among real and holdout people together.
That does not depend on who is real, so relabelling is exact, and all that is known of the outcomes
of a targeted attack holds of this one.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from audit.contract.arms import BoolArray, IntArray, Side
from audit.contract.check import Yield
from audit.contract.isolation import Bets
from audit.contract.lab import Lab
from audit.contract.outcomes import Wins
from audit.contract.strata import ATTACKED, Strata, strata_of
from audit.contract.strata_wins import within
from audit.contract.strata_worst import other_parts
from audit.contract.targeted import excess_effect, single_case
from audit.facts.measurement import Measurement

COUNTED: Mapping[str, str] = {"counted": "people"}


class Spoken(NamedTuple):
    """Statements of one way to find them, none whose weight is not negligible."""

    made: Bets
    blind: Bets


def isolated_people(told: Sequence[Spoken], lab: Lab) -> Iterator[Yield]:
    """Yield how many people are singled out by any statement, in all and in parts of them.

    The planted control asks for statements alone.
    """
    if lab.target_limit is not None:
        return
    case = people_case(told)
    yield from single_case(case)
    sides = (lab.people(Side.REAL), lab.people(Side.HOLDOUT))
    strata = strata_of(*sides, lab, variance=ATTACKED)
    yield from _in_parts(case, strata, lab.stream("strata"))
    yield from strata.caveats


def people_case(told: Sequence[Spoken]) -> Wins:
    """Return who is singled out; by guessing, with as many statements of each way."""
    n_real, n_holdout = told[0].made.n_real, told[0].made.n_holdout
    alone = np.zeros(n_real + n_holdout, dtype=np.bool_)
    guessed = np.zeros_like(alone)
    for made, blind in told:
        n = made.matches.counts.size
        alone[_meant(made, n)] = True
        guessed[_meant(blind, n)] = True
    return Wins(COUNTED, alone[:n_real], alone[n_real:], guessed[:n_real])


def _meant(bets: Bets, n: int) -> IntArray:
    """Return the person of each of the first n statements that is true of one in the pool."""
    one = np.flatnonzero(bets.matches.counts[:n] == 1)
    return bets.matches.person[bets.matches.starts[one]]


def _in_parts(case: Wins, strata: Strata, rng: np.random.Generator) -> Iterator[Measurement]:
    """Yield the rates of the part that carries the pass, and the excess in all others."""
    if strata.vulnerable is not None:
        for inside in within([case], strata.vulnerable):
            if _is_compared(inside.real, inside.holdout):
                yield from single_case(inside)
    effects = [[excess_effect(c) for c in within([case], s)] for s in strata.others]
    yield from other_parts("excess", strata.others, effects, rng, scope=COUNTED)


def _is_compared(*sides: BoolArray) -> bool:
    return all(side.size > 1 for side in sides)
