"""What got better or worse between two graded runs, for machines (`synthgate.diff/v1`)."""

from typing import Literal

from pydantic import Field

from audit.facts.comparison import (
    Apart,
    ApartCode,
    Comparison,
    Gap,
    MeasurementPair,
    Move,
    RulePair,
    Side,
    Trend,
    own,
)
from audit.facts.estimate import Estimate
from audit.facts.judgement import Finding, FindingStatus, RuleSeverity, Tier, VerdictStatus
from audit.facts.reasons import ReasonCode
from audit.wire.rule import RuleId
from audit.wire.strict import Count, Digest, Named, Strict, as_model, file_bytes
from audit.wire.verdict import PolicyNameV1

SCHEMA = "synthgate.diff/v1"
FILE = "diff.json"


class SideV1(Strict):
    """One of the two audits."""

    run_sha256: Digest
    tool: Named
    version: str
    seed: Count
    seed_source: Named
    policy: PolicyNameV1
    context: Tier
    status: VerdictStatus
    exit_code: int
    synthetic_sha256: Digest | None
    synthetic_rows: Count | None

    @classmethod
    def of(cls, side: Side) -> "SideV1":
        """Return an audit as it is named."""
        verdict, made = side.verdict, side.run.provenance
        synthetic = made.inputs.get("synthetic")
        return cls(
            run_sha256=verdict.run_sha256,
            tool=made.tool,
            version=made.version,
            seed=made.seed,
            seed_source=made.seed_source,
            policy=PolicyNameV1(
                id=verdict.policy_id, version=verdict.policy_version, sha256=verdict.policy_sha256
            ),
            context=verdict.context,
            status=verdict.status,
            exit_code=verdict.status.exit_code,
            synthetic_sha256=None if synthetic is None else synthetic.digest,
            synthetic_rows=None if synthetic is None else synthetic.rows,
        )


class ApartV1(Strict):
    """One thing that differs between the two audits, beside the release."""

    code: ApartCode
    obstacle: bool
    old: str
    new: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, fact: Apart) -> "ApartV1":
        """Return it as it is written."""
        return as_model(fact, cls, obstacle=fact.code.is_obstacle)


class NumbersV1(Strict):
    """A number with its ends."""

    value: float
    low: float | None
    high: float | None
    exact: bool

    @classmethod
    def of(cls, fact: Estimate | None) -> "NumbersV1 | None":
        """Return the number, if there is one."""
        if fact is None:
            return None
        return cls(value=fact.value, low=fact.low, high=fact.high, exact=fact.is_exact)


class OutcomeV1(Strict):
    """What one rule came out as; `own` is the outcome that a waiver sets aside."""

    status: FindingStatus
    own: FindingStatus
    reason_code: ReasonCode | None
    limit: float | None
    numbers: NumbersV1 | None

    @classmethod
    def of(cls, finding: Finding | None) -> "OutcomeV1 | None":
        """Return the outcome, if the rule was there."""
        if finding is None:
            return None
        measured = finding.measurement
        return cls(
            status=finding.status,
            own=own(finding),
            reason_code=finding.reason_code,
            limit=finding.limit,
            numbers=NumbersV1.of(None if measured is None else measured.estimate),
        )


class RulePairV1(Strict):
    """One rule under both verdicts."""

    rule: RuleId
    measure: Named
    where: dict[str, str]
    required: bool
    severity: RuleSeverity
    move: Move
    outcome_changed: bool
    trend: Trend
    gap: Gap | None
    old: OutcomeV1 | None
    new: OutcomeV1 | None

    @classmethod
    def of(cls, pair: RulePair) -> "RulePairV1":
        """Return the rule as it is written."""
        return cls(
            rule=pair.rule.id,
            measure=pair.rule.measure,
            where=dict(pair.rule.where),
            required=pair.rule.required,
            severity=pair.rule.severity,
            move=pair.move,
            outcome_changed=pair.is_by_outcome,
            trend=pair.trend,
            gap=pair.gap,
            old=OutcomeV1.of(pair.old),
            new=OutcomeV1.of(pair.new),
        )


class MeasurementPairV1(Strict):
    """One measurement of both runs."""

    check: Named
    name: Named
    scope: dict[str, str]
    trend: Trend
    gap: Gap | None
    old: NumbersV1 | None
    new: NumbersV1 | None

    @classmethod
    def of(cls, pair: MeasurementPair) -> "MeasurementPairV1":
        """Return the measurement as it is written."""
        numbers = {"old": NumbersV1.of(pair.old), "new": NumbersV1.of(pair.new)}
        return as_model(pair, cls, **numbers)


class DiffV1(Strict):
    """The file."""

    schema_: Literal["synthgate.diff/v1"] = Field(alias="schema")
    gate_code: Literal[0, 10, 11]
    comparable: bool
    old: SideV1
    new: SideV1
    apart: tuple[ApartV1, ...]
    moves: dict[Move, Count]
    trends: dict[Trend, Count]
    rules: tuple[RulePairV1, ...]
    measurements: tuple[MeasurementPairV1, ...]

    @classmethod
    def of(cls, found: Comparison) -> "DiffV1":
        """Return the comparison as it is written."""
        return cls(
            schema="synthgate.diff/v1",
            gate_code=found.gate_code,  # type: ignore[arg-type]
            comparable=not found.obstacles,
            old=SideV1.of(found.old),
            new=SideV1.of(found.new),
            apart=tuple(ApartV1.of(a) for a in found.apart),
            moves={move: len(found.of_move(move)) for move in Move},
            trends={trend: len(found.of_trend(trend)) for trend in Trend},
            rules=tuple(RulePairV1.of(pair) for pair in found.rules),
            measurements=tuple(MeasurementPairV1.of(pair) for pair in found.measurements),
        )


def diff_to_bytes(found: Comparison) -> bytes:
    """Return the canonical bytes of a comparison.

    Raises
    ------
    DataError
        If it cannot be written.
    """
    return file_bytes(lambda: DiffV1.of(found), DiffV1, FILE)
