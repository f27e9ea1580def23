"""`verdict.json`: a policy applied to a run (`synthgate.verdict/v1`).

The numbers that decide stand flat in each finding, as a dashboard wants them; `evidence` holds the
rest of the measurement, so that nothing of the verdict is lost.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from audit.facts.argument import Argument, ArgumentCode
from audit.facts.estimate import Estimate
from audit.facts.judgement import (
    Finding,
    FindingStatus,
    Tier,
    Verdict,
    VerdictStatus,
)
from audit.facts.measurement import Measurement, SafeHigh
from audit.facts.reasons import ReasonCode, WaiverCode
from audit.facts.waiver import WaiverNote
from audit.wire.measured import SafeHighV1
from audit.wire.rule import NEWER, LimitV1, RuleId, RuleV1, TermsV1
from audit.wire.strict import (
    Count,
    Digest,
    Named,
    Share,
    Strict,
    as_fact,
    as_model,
    file_bytes,
    repeated,
    said,
)
from audit.wire.strict_json import read_json

SCHEMA = "synthgate.verdict/v1"
FILE = "verdict.json"


class EvidenceV1(Strict):
    """What stands behind the numbers of a finding."""

    name: Named
    scope: dict[str, str]
    n: Count
    confidence: Share
    method: str
    null_value: float | None
    p_value: Share | None
    p_safe_side: Share | None
    detectable: float | None
    safe_high: SafeHighV1 | None
    least_low: float | None

    @classmethod
    def of(cls, fact: Measurement) -> "EvidenceV1":
        """Return what `fact` says beside its three numbers."""
        safe = fact.safe_high
        return cls(
            name=fact.name,
            scope=dict(fact.scope),
            n=fact.n,
            confidence=fact.estimate.confidence,
            method=fact.estimate.method,
            null_value=fact.null_value,
            p_value=fact.p_value,
            p_safe_side=fact.p_safe_side,
            detectable=fact.detectable,
            safe_high=None if safe is None else as_model(safe, SafeHighV1),
            least_low=fact.least_low,
        )

    def fact(self, value: float, *, low: float | None, high: float | None) -> Measurement:
        """Return the measurement with its three numbers."""
        safe = self.safe_high
        return Measurement(
            name=self.name,
            estimate=Estimate(value, low, high, self.confidence, self.method),
            n=self.n,
            scope=self.scope,
            null_value=self.null_value,
            p_value=self.p_value,
            p_safe_side=self.p_safe_side,
            detectable=self.detectable,
            safe_high=None if safe is None else as_fact(safe, SafeHigh),
            least_low=self.least_low,
        )


class FindingV1(TermsV1):
    """One rule applied to one run."""

    rule: RuleId
    status: FindingStatus
    reason_code: ReasonCode | None
    numbers: dict[str, float]
    value: float | None
    low: float | None
    high: float | None
    limit: float | None
    limit_as_written: LimitV1 | None
    pass_probability_if_safe: Share | None
    worst_scope: dict[str, str]
    evidence: EvidenceV1 | None
    # Only of a waived rule.
    unwaived: FindingStatus | None = None
    # Only where an argued probability of an attack raised the limit.
    limit_of_policy: float | None = None

    @model_serializer(mode="wrap")
    def _without_nothing(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return said(written, "unwaived", "limit_of_policy", *NEWER)

    @model_validator(mode="after")
    def _only_what_is_waived_has_an_outcome_behind_it(self) -> "FindingV1":
        if (self.status is FindingStatus.WAIVED) != (self.unwaived is not None):
            raise ValueError("a waived rule and its own outcome stand together")
        if self.unwaived not in (None, FindingStatus.FAIL, FindingStatus.INCONCLUSIVE):
            raise ValueError("nothing but fail and inconclusive can be waived")
        return self

    @model_validator(mode="after")
    def _numbers_belong_to_a_measurement(self) -> "FindingV1":
        if (self.value is None) != (self.evidence is None):
            raise ValueError("a value and its evidence stand together")
        self.fact()
        return self

    @classmethod
    def of(cls, finding: Finding) -> "FindingV1":
        """Return the finding as it is written."""
        terms = dict(RuleV1.of(finding.rule))
        measured = finding.measurement
        estimate = None if measured is None else measured.estimate
        return cls(
            rule=terms.pop("id"),
            limit_as_written=terms.pop("limit"),
            status=finding.status,
            reason_code=finding.reason_code,
            numbers=dict(finding.numbers),
            value=None if estimate is None else estimate.value,
            low=None if estimate is None else estimate.low,
            high=None if estimate is None else estimate.high,
            limit=finding.limit,
            pass_probability_if_safe=finding.pass_probability_if_safe,
            worst_scope=dict(finding.worst_scope),
            unwaived=finding.unwaived,
            limit_of_policy=finding.limit_of_policy,
            evidence=None if measured is None else EvidenceV1.of(measured),
            **terms,
        )

    def fact(self) -> Finding:
        """Return the finding as a fact."""
        terms = {name: getattr(self, name) for name in TermsV1.model_fields}
        rule = RuleV1(id=self.rule, limit=self.limit_as_written, **terms)
        if rule.missing():
            raise ValueError("the rule of the finding is not complete")
        measured = None
        if self.evidence is not None and self.value is not None:
            measured = self.evidence.fact(self.value, low=self.low, high=self.high)
        return Finding(
            rule=rule.fact(),
            status=self.status,
            reason_code=self.reason_code,
            numbers=self.numbers,
            limit=self.limit,
            measurement=measured,
            pass_probability_if_safe=self.pass_probability_if_safe,
            worst_scope=self.worst_scope,
            unwaived=self.unwaived,
            limit_of_policy=self.limit_of_policy,
        )


class PolicyNameV1(Strict):
    """Which policy was applied."""

    id: Named
    version: str
    sha256: Digest


class WaiverNoteV1(Strict):
    """What became of one waiver."""

    id: Named
    rule: RuleId
    code: WaiverCode


class ArgumentV1(Strict):
    """What became of an argued probability of an attack."""

    stated: Share
    applied: Share
    code: ArgumentCode


class VerdictV1(Strict):
    """The file."""

    schema_: Literal["synthgate.verdict/v1"] = Field(alias="schema")
    status: VerdictStatus
    policy: PolicyNameV1
    context: Tier
    run_sha256: Digest
    coverage: dict[str, Annotated[int, Field(ge=0)]]
    findings: tuple[FindingV1, ...]
    # Only where waivers were given.
    waivers: tuple[WaiverNoteV1, ...] = ()
    # Only where a limit depends on it.
    sensitivity: str = ""
    # Only where somebody argued one.
    attack_probability: ArgumentV1 | None = None

    @model_serializer(mode="wrap")
    def _without_nothing(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return said(written, "waivers", "sensitivity", "attack_probability")

    @model_validator(mode="after")
    def _counts_what_it_lists(self) -> "VerdictV1":
        if repeated(finding.rule for finding in self.findings):
            raise ValueError("holds a rule twice")
        if self.fact().coverage() != self.coverage:
            raise ValueError("the coverage is not that of the findings")
        used = {note.rule for note in self.waivers if note.code is WaiverCode.USED}
        if used != {f.rule for f in self.findings if f.status is FindingStatus.WAIVED}:
            raise ValueError("the waived rules are not those of the waivers")
        return self

    @classmethod
    def of(cls, verdict: Verdict) -> "VerdictV1":
        """Return the verdict as it is written."""
        return cls(
            schema="synthgate.verdict/v1",
            status=verdict.status,
            policy=PolicyNameV1(
                id=verdict.policy_id, version=verdict.policy_version, sha256=verdict.policy_sha256
            ),
            context=verdict.context,
            run_sha256=verdict.run_sha256,
            coverage=verdict.coverage(),
            findings=tuple(FindingV1.of(f) for f in verdict.findings),
            waivers=tuple(as_model(note, WaiverNoteV1) for note in verdict.waivers),
            sensitivity=verdict.sensitivity,
            attack_probability=None
            if verdict.argument is None
            else as_model(verdict.argument, ArgumentV1),
        )

    def fact(self) -> Verdict:
        """Return the verdict as a fact."""
        return Verdict(
            status=self.status,
            policy_id=self.policy.id,
            policy_version=self.policy.version,
            policy_sha256=self.policy.sha256,
            context=self.context,
            run_sha256=self.run_sha256,
            findings=tuple(f.fact() for f in self.findings),
            waivers=tuple(as_fact(note, WaiverNote) for note in self.waivers),
            sensitivity=self.sensitivity,
            argument=None
            if self.attack_probability is None
            else as_fact(self.attack_probability, Argument),
        )


def verdict_to_bytes(verdict: Verdict) -> bytes:
    """Return the canonical bytes of `verdict`.

    Raises
    ------
    DataError
        If the facts contradict the format.
    """
    return file_bytes(lambda: VerdictV1.of(verdict), VerdictV1, FILE)


def verdict_from_bytes(data: bytes) -> Verdict:
    """Return the verdict that `data` holds.

    It is what the file says; whether it follows from the run, only grading again can tell.

    Raises
    ------
    DataError
        With every fault of a malformed file, each with its JSON path and without any value.
    """
    return read_json(data, VerdictV1, FILE).fact()
