"""Numbers that do not leave the house: what stands for them in facts that were redacted.

A number of people below 11 is replaced by one that is the same for all of them, so that nothing
made from redacted facts can tell them apart; the estimate says in its method that it was.
"""

from enum import StrEnum

from audit.facts.estimate import Estimate

SMALL = 11
"""Counts below it, and counts that close to everybody, are not printed for outsiders."""


class Withheld(StrEnum):
    """What is said in place of a number."""

    FEWER = "fewer than 11 people"
    ALL_BUT_FEWER = "all but fewer than 11 people"
    CLASS = "above 0.09: fewer than 11 people"
    """A probability of 1 over so few people."""


def withheld(estimate: Estimate) -> Withheld | None:
    """Return what stands for the number; None for one that is printed."""
    return Withheld(estimate.method) if estimate.method in _WORDS else None


def fewer_than_small(people: float, total: int) -> Withheld | None:
    """Return how a number of people is withheld; None where it may be printed."""
    if 0 < people < SMALL:
        return Withheld.FEWER
    return Withheld.ALL_BUT_FEWER if 0 < total - people < SMALL else None


_WORDS = frozenset(Withheld)
