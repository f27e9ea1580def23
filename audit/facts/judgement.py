"""A policy, what a person declared, and what follows from both for one run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from audit.facts.argument import Argument, ArgumentTerms
from audit.facts.measurement import Measurement
from audit.facts.reasons import ReasonCode
from audit.facts.terms import Basis as Basis
from audit.facts.terms import Decides as Decides
from audit.facts.terms import Operator as Operator
from audit.facts.terms import RuleSeverity as RuleSeverity
from audit.facts.terms import Statistic as Statistic
from audit.facts.terms import Test as Test
from audit.facts.terms import Tier as Tier
from audit.facts.waiver import Waiver, WaiverNote


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit: a number, or where to look it up. Exactly one of the five is set."""

    number: float | None = None
    table: str | None = None
    """Name of a table of the policy, keyed by the sensitivity."""
    context: str | None = None
    """Name of a number of the release context."""
    above_null: float | None = None
    """Distance from the measurement's own value without a leak."""
    declared: str | None = None
    """`key.field` of what a person stated; where nobody did, the rule is not asked."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule speaks about one measure."""

    id: str
    measure: str
    """`check-id.measurement`, or `declared.key`."""
    limit: Limit | None
    """None for `present` and `complete`."""
    basis: Basis
    rationale: str
    cite: tuple[str, ...] = ()
    """Keys into the citations."""
    where: Mapping[str, str] = field(default_factory=dict)
    statistic: Statistic = Statistic.HIGH
    op: Operator = Operator.AT_MOST
    decides: Decides = Decides.BOTH
    test: Test = Test.INTERVAL
    limit_where_control_collides: float | None = None
    """Copies only: the limit where the holdout collides too."""
    severity: RuleSeverity = RuleSeverity.MAJOR
    required: bool = True
    waivable: bool = True
    clears: bool = True
    transposed: bool = False
    """The source defined the limit on another quantity."""
    verified: bool = False
    """The citation was read in the primary source."""
    contexts: tuple[Tier, ...] = ()
    """Where the rule is asked; empty: in every context."""
    if_stated: bool = False
    """Asked only where the statement was made."""
    max_age_months: int | None = None
    """Of a statement: how old it may be on the day of grading."""

    @property
    def is_declared(self) -> bool:
        """The rule asks for a statement of a person, not for a measurement."""
        return self.measure.startswith("declared.")


@dataclass(frozen=True, slots=True)
class Context:
    """The numbers that a release context sets."""

    tier: Tier
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a limit was read."""

    key: str
    text: str
    dated: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """A named, versioned set of rules, resolved: nothing is left to look up elsewhere."""

    id: str
    version: str
    intent: str
    rules: tuple[Rule, ...]
    contexts: tuple[Context, ...]
    contexts_allowed: tuple[Tier, ...]
    tables: Mapping[str, Mapping[str, float]]
    citations: tuple[Citation, ...]
    legal_snapshot: str
    expires_months: int
    sha256: str
    """SHA-256 of the canonical resolved policy, this field left out."""
    concludes: bool = True
    """False: prints `evidence_complete` in place of `met`."""
    alarms_block: bool = False
    asserts: Mapping[str, bool] = field(default_factory=dict)
    extends: str | None = None
    """`id@version` of the policy that this one changes."""
    loosened: Mapping[str, str] = field(default_factory=dict)
    """What is looser than in a parent (rule id, or a field of the whole) -> the reason."""
    argument: ArgumentTerms | None = None
    """Which limits a person may argue up; None: none of them."""
    waiver_days: int | None = None
    """The longest that a waiver may last; 0: nothing can be waived; None: as long as any may."""


class Source(StrEnum):
    """Who says so."""

    DECLARED = "declared"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Declared:
    """What people stated. Printed as stated, never verified."""

    tier: Tier = Tier.PUBLIC
    tier_source: Source = Source.ASSUMED
    recipients: str = ""
    context_note: str = ""
    policy: str = "gdpr-anonymisation-wp29"
    policy_source: Source = Source.ASSUMED
    sensitivity: str = "high"
    sensitivity_source: Source = Source.ASSUMED
    assigned_by: str = ""
    """Who assigned the roles of the columns."""
    operator: str = ""
    """Who ran the audit."""
    controller: str = ""
    """Who is responsible for the real data and decides on the release."""
    purpose: str = ""
    """What the test is for."""
    contact: str = ""
    """Whom to ask, and whom to tell of an incident."""
    computed_at: str = ""
    """Where the attacks were computed."""
    retention: str = ""
    """How long the evidence is kept, and when work files were deleted."""
    split_stated_by: str = ""
    split_source: Source = Source.ASSUMED
    generator: Mapping[str, str] = field(default_factory=dict)
    """name, version, synthesis, candidates."""
    earlier_releases: tuple[str, ...] = ()
    evidence: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Key of the closed list -> what was stated (document, sha256, by, date, ...)."""
    not_applicable: Mapping[str, str] = field(default_factory=dict)
    """Rule id -> reason."""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name of a group of people -> the columns that decide who belongs to it."""
    waivers: tuple[Waiver, ...] = ()
    """As given; whether one applies, grading decides."""
    graded_on: date | None = None
    """The day, in UTC, on which waivers and evidence were held against their dates."""
    earlier_releases_source: Source = Source.ASSUMED
    """Declared: somebody said which there are, or that there are none."""
    p_attack: float | None = None
    """The probability of an attack, where somebody argued one."""


class FindingStatus(StrEnum):
    """The outcome of one rule."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    WAIVED = "waived"
    ALARM = "alarm"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule applied to one run."""

    rule: Rule
    status: FindingStatus
    reason_code: ReasonCode | None = None
    """Why inconclusive; `not_exceeded` beside a pass of a rule that can only fail."""
    numbers: Mapping[str, float] = field(default_factory=dict)
    """Numbers of the reason (people to review) and of the remedy (rows_needed)."""
    limit: float | None = None
    """The limit as resolved for this context and sensitivity."""
    measurement: Measurement | None = None
    pass_probability_if_safe: float | None = None
    worst_scope: Mapping[str, str] = field(default_factory=dict)
    """Which scope (secret, split) has the largest value, where the rule is on the worst case."""
    unwaived: FindingStatus | None = None
    """Of a waived rule: its own outcome, which the waiver sets aside and does not change."""
    limit_of_policy: float | None = None
    """Where an argued probability of an attack raised the limit: what it was without."""


class VerdictStatus(StrEnum):
    """The outcome of the whole."""

    MET = "met"
    MET_WITH_WAIVERS = "met_with_waivers"
    EVIDENCE_COMPLETE = "evidence_complete"
    NOT_MET = "not_met"
    INCONCLUSIVE = "inconclusive"

    @property
    def exit_code(self) -> int:
        """0 criteria met, 10 not met, 11 inconclusive."""
        return {VerdictStatus.NOT_MET: 10, VerdictStatus.INCONCLUSIVE: 11}.get(self, 0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A policy applied to a run."""

    status: VerdictStatus
    policy_id: str
    policy_version: str
    policy_sha256: str
    context: Tier
    run_sha256: str
    findings: tuple[Finding, ...]
    waivers: tuple[WaiverNote, ...] = ()
    """What became of every waiver that was given."""
    sensitivity: str = ""
    """The sensitivity at which limits were looked up; empty where none was."""
    argument: Argument | None = None
    """What became of an argued probability of an attack; None where nobody argued one."""

    @property
    def waived(self) -> int:
        """How many rules hold by waiver only, required or not."""
        return sum(f.status is FindingStatus.WAIVED for f in self.findings)

    def coverage(self) -> dict[str, int]:
        """Count the required rules by outcome, and the alarms."""
        required = [f for f in self.findings if f.rule.required]

        def count(status: FindingStatus) -> int:
            return sum(f.status is status for f in required)

        return {
            "required": len(required),
            "passed": count(FindingStatus.PASS),
            "failed": count(FindingStatus.FAIL),
            "inconclusive": count(FindingStatus.INCONCLUSIVE),
            "waived": count(FindingStatus.WAIVED),
            "not_applicable": count(FindingStatus.NOT_APPLICABLE),
            "alarms": sum(f.status is FindingStatus.ALARM for f in self.findings),
        }
