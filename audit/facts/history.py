"""What a ledger knows of audits that were made: one entry per verdict, and what was tried before.

Numbers, digests and ids only: no column, no scope, no person.
"""

from dataclasses import dataclass
from enum import StrEnum

from audit.facts.judgement import FindingStatus, Tier, VerdictStatus

UNNAMED = "release"
"""The name of a release that nobody named."""
ORIGIN = "0" * 64
"""What stands before the first entry."""


class Kind(StrEnum):
    """Which command gave the verdict."""

    RUN = "run"
    GRADE = "grade"


@dataclass(frozen=True, slots=True)
class Graded:
    """One graded measurement; the rule stands for the part that was measured."""

    rule: str
    measure: str
    status: FindingStatus
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Policed:
    """Which policy, to the byte."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Audited:
    """One verdict, as far as it may be remembered."""

    kind: Kind
    release: str
    run_sha256: str
    verdict_sha256: str
    synthetic: str | None
    """Digest of the synthetic table; None where it came from memory."""
    real_rows: int
    real_columns: int
    policy: Policed
    context: Tier
    status: VerdictStatus
    seed: int
    seed_source: str
    version: str
    """Of the program that measured."""
    rules: tuple[Graded, ...]

    @property
    def file(self) -> str:
        """What tells this synthetic table from others."""
        if self.synthetic is not None:
            return self.synthetic
        derived = self.seed_source == "derived"
        # The derived seed is a digest of the content.
        return f"{self.version} {self.seed}" if derived else self.run_sha256

    @property
    def identity(self) -> tuple[object, ...]:
        """What two verdicts share that repeat one another."""
        return (self.file, self.seed, self.policy.sha256, self.context)


@dataclass(frozen=True, slots=True)
class Entry:
    """One verdict in its place in the chain."""

    sequence: int
    recorded: str
    """When, in UTC."""
    audited: Audited
    previous: str
    """SHA-256 of the entry before."""
    sha256: str
    """Of this one, `previous` included."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What the ledger counted before a verdict."""

    audits: int
    """Verdicts under this name."""
    repeated: int
    """Of them, those of the same file, seed, policy and context: no search."""
    candidates: int
    """Other synthetic files under this name."""
    seeds: int
    """Other seeds for this file."""
    policies: int
    """Other policies or contexts for this file."""

    @property
    def was_searched(self) -> bool:
        """Anything but the same again was tried before."""
        return bool(self.candidates or self.seeds or self.policies)


@dataclass(frozen=True, slots=True)
class History:
    """The entry of a verdict, and what was tried before it."""

    release: str
    sequence: int
    recorded: str
    run_sha256: str
    verdict_sha256: str
    previous: str
    sha256: str
    tried: Tried
