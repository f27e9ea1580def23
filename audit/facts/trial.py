"""What people expect of a policy on stored runs, and where it does something else."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audit.facts.judgement import Declared, FindingStatus, VerdictStatus
from audit.facts.reasons import ReasonCode

REFUSED = "refused"
"""What is expected of a policy that does not fit the context, the sensitivity or the exceptions."""
VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a rule should say; what is None may be anything."""

    status: FindingStatus
    reason: ReasonCode | None = None
    limit: float | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One stored run under stated terms."""

    name: str
    run: str
    """Name of the stored run."""
    declared: Declared
    verdict: VerdictStatus | None
    """None: the policy must refuse these terms."""
    rules: Mapping[str, Expectation] = field(default_factory=dict)
    """Rule id -> what is expected; rules that are not named may say anything."""
    line: int | None = None
    verdict_line: int | None = None

    @property
    def expectations(self) -> int:
        """Return how many things are expected: the verdict, and one per rule."""
        return 1 + len(self.rules)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that is not as expected."""

    case: str
    subject: str
    """`verdict`, or the id of a rule."""
    expected: str
    found: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """A policy tried on stored runs."""

    policy_id: str
    policy_version: str
    policy_sha256: str
    cases: int
    expectations: int
    mismatches: tuple[Mismatch, ...]
