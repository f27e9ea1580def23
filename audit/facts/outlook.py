"""What an audit of these sizes will be able to say, known before anything is attacked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from audit.facts.argument import Argument
from audit.facts.judgement import Rule
from audit.facts.measurement import SafeHigh
from audit.facts.reasons import ReasonCode
from audit.facts.waiver import WaiverNote


class Basis(StrEnum):
    """What a planned number rests on."""

    SIZES = "sizes"
    """On the numbers of people and of competing rankings alone."""
    ASSUMED_RATE = "assumed_rate"
    """Also on a planning value for how often an attack succeeds."""
    CENSUS = "census"
    """It is counted, not estimated."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One measurement as the audit of a release without any leak would report it."""

    basis: Basis
    detectable: float | None = None
    """Smallest true effect (distance from the null) that is found with 80 % power."""
    safe_high: SafeHigh | None = None
    """None where so few people are measured and not graded, or where nothing is estimated."""


Forecast: TypeAlias = Callable[[str, Mapping[str, str], int, int], Planned | None]
"""Measure, its scope, real and holdout people -> what is planned; None where nothing is known."""


@dataclass(frozen=True, slots=True)
class Needed:
    """People from which a release without any leak meets a rule in four of five audits.

    None where more of them alone would not do it.
    """

    holdout: int | None = None
    """In the holdout, with the real people of today."""
    split: int | None = None
    """In the holdout, of all people of today parted anew."""
    real_in_all: int | None = None
    """Real people, with a holdout that grows as they do."""
    holdout_in_all: int | None = None


@dataclass(frozen=True, slots=True)
class Prospect:
    """What one rule will be able to decide."""

    rule: Rule
    limit: float | None
    planned: Planned | None
    chance: float | None
    """That a release without any leak meets the rule; None where it cannot, or nobody knows."""
    reason: ReasonCode | None = None
    """Why it cannot be met as things stand."""
    needed: Needed | None = None
    """Where the chance is below .8."""
    people: int | None = None
    """Real people of whom copies are counted."""
    limit_of_policy: float | None = None
    """Where an argued probability of an attack raised the limit: what it was without."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that would help, and the rules that it helps."""

    code: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """What the run will take, roughly."""

    seconds: float
    """Processor time of one core."""
    memory: float
    """Bytes at the peak."""
    controls: str
    controls_seconds: float
    """Of these, for the planted controls."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that is known of an audit beforehand."""

    policy_id: str
    policy_version: str
    context: str
    people: Mapping[str, int]
    prospects: tuple[Prospect, ...]
    steps: tuple[Step, ...]
    """Cheapest first."""
    at_least: float
    """Chance that a release without any leak meets all rules that are estimated: the lower and the
    upper bound, whatever ties them together."""
    at_most: float
    cost: Cost
    argument: Argument | None = None
    """What becomes of an argued probability of an attack."""
    waivers: tuple[WaiverNote, ...] = ()
    """Waivers that cannot apply whatever is found, and why."""
    waivers_open: int = 0
    """Waivers that may apply, if their rules come out as they say."""
