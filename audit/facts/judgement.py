"""A policy, what a person declared, and what follows from both for one run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from audit.facts.measurement import Measurement
from audit.facts.reasons import ReasonCode
from audit.facts.waiver import Waiver, WaiverNote


class Tier(StrEnum):
    """To whom the release goes."""

    PUBLIC = "public"
    TRUSTED_THIRD_PARTY = "trusted_third_party"
    INTERNAL = "internal"
    SECURE_ENCLAVE = "secure_enclave"


class Basis(StrEnum):
    """On whose authority a limit stands."""

    LAW = "law"
    REGULATOR_GUIDANCE = "regulator_guidance"
    STANDARD = "standard"
    LITERATURE_CONVENTION = "literature_convention"
    INDUSTRY_CONVENTION = "industry_convention"
    PROJECT_DEFAULT = "project_default"
    ORGANISATION_POLICY = "organisation_policy"


class RuleSeverity(StrEnum):
    """How much a broken rule weighs when it was not required."""

    BLOCKER = "blocker"
    MAJOR = "major"
    MINOR = "minor"
    ADVISORY = "advisory"


class Statistic(StrEnum):
    """Which number of the measurement meets the limit first."""

    HIGH = "high"
    LOW = "low"
    VALUE = "value"


class Operator(StrEnum):
    """How the number and the limit are compared."""

    AT_MOST = "<="
    EQUALS = "=="
    PRESENT = "present"
    COMPLETE = "complete"


class Decides(StrEnum):
    """Whether a rule can pass, or only fail."""

    BOTH = "both"
    FAIL_ONLY = "fail_only"


class Test(StrEnum):
    """How the interval and the limit decide."""

    INTERVAL = "interval"
    """Upper end within: pass. Lower end beyond: fail."""
    COPIES = "copies"
    """The census rule for copies (DESIGN section 4, point 7)."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit: a number, or where to look it up. Exactly one of the four is set."""

    number: float | None = None
    table: str | None = None
    """Name of a table of the policy, keyed by the sensitivity."""
    context: str | None = None
    """Name of a number of the release context."""
    above_null: float | None = None
    """Distance from the measurement's own value without a leak."""


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
    """The day, in UTC, on which waivers were held against their dates."""
    operator: str = ""
    """Who ran the audit."""
    controller: str = ""
    """Who decides on the data, and on the release."""
    purpose: str = ""
    contact: str = ""
    computed_at: str = ""
    """Where the computation ran."""
    retention: str = ""
    """How long the evidence is kept, and where."""


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
