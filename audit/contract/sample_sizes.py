"""How many people take part where relabelling decides whose row is nearest."""

from dataclasses import dataclass
from math import ceil, log

from audit.contract.arms import Side
from audit.contract.lab import Lab

MISSED = 1e-6
"""Chance that a list of neighbours is too short for relabelling to find a label in it."""
MOST_PEOPLE = 5_000
"""Where relabelling decides whose row is nearest, at most so many people of a side take part."""
MOST_TIMES = 4
"""And at most so many times as many as of the smallest side."""


@dataclass(frozen=True, slots=True)
class SampleSizes:
    """How many people take part where relabelling decides whose row is nearest."""

    size: int
    """People of each kind that are compared: all kinds alike."""
    most: int
    """People per side that such samples are drawn from."""
    takes_all: bool
    """Nobody is left out, and every row is a person."""
    depth: int
    """Neighbours among which a row of either label stands, but for a chance of 1e-6."""


def sample_sizes(lab: Lab) -> SampleSizes:
    """Return the sizes; they follow from those of the tables alone."""
    tables = [lab.table(s) for s in Side]
    people = [t.n_people for t in tables]
    limits = [x for x in (lab.target_limit, MOST_PEOPLE) if x is not None]
    size = min(*people, *limits)
    most = min(*limits, MOST_TIMES * size)
    pooled = sum(min(lab.table(s).n_people, most) for s in (Side.REAL, Side.HOLDOUT))
    takes_all = max(people) <= most and people == [t.n_rows for t in tables]
    return SampleSizes(size, most, takes_all, enough(size / pooled))


def enough(share: float) -> int:
    """Return how long a list must be to hold one of so large a share, but for 1e-6."""
    return 1 if share >= 1 else max(2, ceil(log(MISSED) / log(1 - share)))
