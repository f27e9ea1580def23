"""How the measures of a release went from audit to audit."""

from dataclasses import dataclass
from enum import StrEnum

from audit.facts.history import Entry, Graded


class Change(StrEnum):
    """From one measurement to the next; bigger is always riskier."""

    BETTER = "better"
    """The whole interval lies below the one before."""
    WORSE = "worse"
    """The whole interval lies above the one before."""
    WITHIN = "within"
    """The intervals overlap: no difference can be told."""
    UNKNOWN = "unknown"
    """An end that would tell does not exist."""


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement in its turn."""

    sequence: int
    graded: Graded
    change: Change | None
    """From the point before; None of the first."""


@dataclass(frozen=True, slots=True)
class Trend:
    """One graded measure of one release, the oldest point first."""

    rule: str
    measure: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """All that a ledger holds of one release."""

    release: str
    entries: tuple[Entry, ...]
    files: int
    """Different synthetic tables."""
    repeated: int
    """Verdicts that repeat an earlier one: same file, seed, policy and context."""
    seeds_given: int
    """Verdicts whose seed somebody chose."""
    policies: int
    """Different pairs of policy and context."""
    trends: tuple[Trend, ...]
