"""What a check is, and what it measured: the narrow waist that no record crosses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from audit.facts.display import run_html
from audit.facts.estimate import Estimate
from audit.facts.figures import Figure
from audit.facts.plugins import PluginFacts
from audit.facts.reasons import CaveatCode, ReasonCode

JsonScalar: TypeAlias = bool | int | float | str | None
Json: TypeAlias = "JsonScalar | list[Json] | dict[str, Json]"
NO_SCOPE: Mapping[str, str] = {}


class Family(StrEnum):
    """The risk that a check speaks about; the order is that of the report."""

    COPYING = "copying"
    SINGLING_OUT = "singling_out"
    LINKABILITY = "linkability"
    INFERENCE = "inference"
    MEMBERSHIP = "membership"
    IDENTITY = "identity"
    DISTANCE = "distance"


class Status(StrEnum):
    """What became of a check."""

    MEASURED = "measured"
    SKIPPED = "skipped"
    FAILED = "failed"


class Need(StrEnum):
    """What a check cannot do without."""

    HOLDOUT = "holdout"
    SECRET = "secret"
    QUASI_IDENTIFIERS = "quasi_identifiers"
    TWO_COLUMNS = "two_columns"


@dataclass(frozen=True, slots=True)
class ThreatModel:
    """Who attacks. Three sentences, printed verbatim."""

    knows: str
    sees: str
    wins: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a check says of itself; a check without a complete card cannot be defined."""

    id: str
    """Kebab-case, fixed for ever: policies refer to it."""
    version: int
    """Raised when the same data would give another number."""
    title: str
    family: Family
    threat: ThreatModel | None
    """None for a measurement without an adversary."""
    references: tuple[str, ...]
    measures: tuple[str, ...]
    """Names of the measurements it yields."""
    needs: frozenset[Need] = frozenset()
    clears: bool = True
    """Whether a rule on it may pass; a distance never clears anything."""
    grades: bool = True
    """Whether a policy may rest on it at all; descriptive checks say False."""
    lifecycle: str = "stable"
    alarms_on_copy: bool = True
    """synthetic = real raises an alarm (contract law)."""
    monotone_in_copies: bool = True
    """More copied people never lower the mean of the measurement (contract law)."""
    explanation: Mapping[str, str] = field(default_factory=dict)
    """The fixed headings of the module docstring; filled in by the contract."""


@dataclass(frozen=True, slots=True)
class SafeHigh:
    """Where the end that decides would fall for a perfectly private release of these sizes.

    It is the upper end; for an AUC, which has a limit on both sides of 1/2, the farther of the two.
    """

    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Measurement:
    """A named number. Bigger is always riskier."""

    name: str
    estimate: Estimate
    n: int
    """How many people (or predicates) stand behind it."""
    scope: Mapping[str, str] = field(default_factory=dict)
    """Which part it speaks about: column names, parameter names, numbers; empty for the whole."""
    null_value: float | None = None
    """The value without any leak."""
    p_value: float | None = None
    """Probability of a value at least this large without any leak."""
    p_safe_side: float | None = None
    """Probability of a value at least this *small* without any leak."""
    detectable: float | None = None
    """Smallest true effect (distance from the null) that is found with 80 % power."""
    safe_high: SafeHigh | None = None
    """None where no closed form or simulation says it."""
    least_low: float | None = None
    """Smallest of the single lower ends, where several attacks compete and a limit acts on both
    sides of the null: whoever turns the weakest ranking round has a strong one."""


@dataclass(frozen=True, slots=True)
class Caveat:
    """A code with numbers; its sentence lives in the templates."""

    code: CaveatCode
    numbers: Mapping[str, float] = field(default_factory=dict)
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What one check yielded."""

    card: Card
    status: Status
    reason_code: ReasonCode | None = None
    """Set unless measured."""
    reason_numbers: Mapping[str, float] = field(default_factory=dict)
    failure: str | None = None
    """Type and place of a crash, without any value."""
    measurements: tuple[Measurement, ...] = ()
    caveats: tuple[Caveat, ...] = ()
    figures: tuple[Figure, ...] = ()
    params: Mapping[str, Json] = field(default_factory=dict)


class Severity(StrEnum):
    """What a preflight finding does to the audit."""

    OK = "ok"
    WARNING = "warning"
    BLOCKING = "blocking"


@dataclass(frozen=True, slots=True)
class PreflightFact:
    """One thing that was looked at before any attack ran."""

    id: str
    status: Severity
    code: str
    """A code; its sentence lives in the templates."""
    numbers: Mapping[str, float] = field(default_factory=dict)
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """How often so many copied people were noticed."""

    people: int
    noticed: float
    """Share of the draws."""


@dataclass(frozen=True, slots=True)
class ControlFact:
    """Would this check have noticed, and does it keep quiet? The answer of one control."""

    check: str
    plan: str
    """`full_copy`: the real records in the place of the synthetic ones. `verbatim`, `jittered`:
    copies of N people among them. `null`: nobody, real and holdout people dealt out anew."""
    passed: bool
    """A full copy was noticed; N people of those planted were, in 80 % of the draws; the null
    control alarmed no more often than the level explains."""
    numbers: Mapping[str, float] = field(default_factory=dict)
    curve: tuple[CurvePoint, ...] = ()


@dataclass(frozen=True, slots=True)
class InputFacts:
    """What is known of one input file."""

    rows: int
    columns: int
    digest: str | None
    """SHA-256 of the synthetic file, keyed HMAC of the others; None without a key."""
    digest_of: str = "file"
    """`file`: of its bytes. `content`: of what the table holds, where no single file holds it."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the numbers depend on, and nothing else: no clock, no machine."""

    tool: str
    version: str
    seed: int
    seed_source: str
    """`derived` from the synthetic data, or `given`."""
    inputs: Mapping[str, InputFacts]
    parameters: Mapping[str, Json] = field(default_factory=dict)
    plugins: tuple[PluginFacts, ...] = ()
    """Whose checks ran beside ours, by name."""


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """One column as the run saw it."""

    name: str
    kind: str
    roles: tuple[str, ...]
    source: str
    """`declared` by a person, or `assumed`."""


@dataclass(frozen=True, slots=True)
class SplitFacts:
    """How real and holdout came apart."""

    how: str
    """random, stratified, by_group, temporal, other or unknown."""
    source: str
    """`declared`, or `assumed` (then random)."""
    holdout_used_for: tuple[str, ...] = ()
    strata: tuple[str, ...] = ()

    @property
    def is_exchangeable(self) -> bool:
        """Relabelling real and holdout people is a fair game."""
        return self.how in ("random", "stratified", "by_group") and not self.holdout_used_for


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """What was audited."""

    name: str
    unit: str
    """`row`, or the column that names the person."""
    split: SplitFacts
    columns: tuple[ColumnFacts, ...]
    people: Mapping[str, int] = field(default_factory=dict)
    """Number of people in `real` and, where given, `holdout`."""


@dataclass(frozen=True, slots=True)
class AuditRun:
    """All facts of one audit. Grading and rendering need nothing else."""

    provenance: Provenance
    release: ReleaseFacts
    preflight: tuple[PreflightFact, ...]
    results: tuple[Result, ...]
    controls: tuple[ControlFact, ...] = ()

    def result(self, check_id: str) -> Result | None:
        """Return the result of one check, if it was asked for."""
        return next((r for r in self.results if r.card.id == check_id), None)

    def measurement(self, measure: str, where: Mapping[str, str]) -> Measurement | None:
        """Return the measurement `check.name` whose scope is exactly `where`."""
        check_id, _, name = measure.partition(".")
        result = self.result(check_id)
        if result is None:
            return None
        return next(
            (m for m in result.measurements if m.name == name and dict(m.scope) == dict(where)),
            None,
        )

    def _repr_html_(self) -> str:
        """Show a notebook which checks measured something."""
        sizes = ((table, facts.rows) for table, facts in self.provenance.inputs.items())
        rows = (
            (r.card.id, r.status.value, r.reason_code or "", len(r.measurements))
            for r in self.results
        )
        return run_html(self.release.name, sizes, rows)
