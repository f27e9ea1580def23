"""`external/verdict.json`: a verdict for outsiders (`synthgate.external-verdict/v1`).

It is written from redacted facts and holds no scope and no column: what it says cannot be graded
again, and a fuller verdict is held by the controller.
"""

from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from audit.facts.judgement import Basis, Finding, FindingStatus, RuleSeverity, Tier, Verdict
from audit.facts.judgement import VerdictStatus as Status
from audit.facts.reasons import ReasonCode, WaiverCode
from audit.facts.withheld import SMALL, Withheld, withheld
from audit.text import safe_text
from audit.wire.rule import RuleId
from audit.wire.strict import Count, Digest, Named, Share, Strict, as_model, file_bytes, said
from audit.wire.strict_json import read_json
from audit.wire.verdict import ArgumentV1, PolicyNameV1

SCHEMA = "synthgate.external-verdict/v1"
FILE = "external/verdict.json"


class ExternalFindingV1(Strict):
    """One rule applied to one run."""

    rule: RuleId
    measure: Named
    part: Literal["vulnerable", "others", "declared"] | None
    status: FindingStatus
    unwaived: FindingStatus | None
    reason_code: ReasonCode | None
    value: float | None
    low: float | None
    high: float | None
    fewer_than: Count | None
    all_but_fewer_than: Count | None
    limit: float | None
    # Only where an argued probability of an attack raised the limit.
    limit_of_policy: float | None = None
    severity: RuleSeverity
    required: bool
    pass_probability_if_safe: Share | None
    basis: Basis
    transposed: bool
    verified: bool
    cite: tuple[str, ...]

    @model_serializer(mode="wrap")
    def _without_nothing(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return said(written, "limit_of_policy")

    @classmethod
    def of(cls, finding: Finding) -> "ExternalFindingV1":
        """Return a redacted finding as it is written."""
        rule, measured = finding.rule, finding.measurement
        estimate = None if measured is None else measured.estimate
        kind = None if estimate is None else withheld(estimate)
        shown = estimate if kind is None else None
        # Any other part is refused: its name would be that of a group.
        part: Any = rule.where.get("subset")
        return cls(
            rule=rule.id,
            measure=rule.measure,
            part=part,
            status=finding.status,
            unwaived=finding.unwaived,
            reason_code=finding.reason_code,
            value=None if shown is None else shown.value,
            low=None if shown is None else shown.low,
            high=None if shown is None else shown.high,
            fewer_than=SMALL if kind in (Withheld.FEWER, Withheld.CLASS) else None,
            all_but_fewer_than=SMALL if kind is Withheld.ALL_BUT_FEWER else None,
            limit=finding.limit,
            limit_of_policy=finding.limit_of_policy,
            severity=rule.severity,
            required=rule.required,
            pass_probability_if_safe=finding.pass_probability_if_safe,
            basis=rule.basis,
            transposed=rule.transposed,
            verified=rule.verified,
            cite=tuple(safe_text(key, 60) for key in rule.cite),
        )


class ExternalWaiverV1(Strict):
    """What became of one waiver."""

    id: Named
    rule: RuleId
    code: WaiverCode


class ExternalVerdictV1(Strict):
    """The file."""

    schema_: Literal["synthgate.external-verdict/v1"] = Field(alias="schema")
    note: str
    status: Status
    policy: PolicyNameV1
    context: Tier
    run_sha256: Digest
    synthetic_sha256: Digest | None
    coverage: dict[str, Count]
    findings: tuple[ExternalFindingV1, ...]
    waivers: tuple[ExternalWaiverV1, ...]
    # Only where a limit depends on it.
    sensitivity: str = ""
    # Only where somebody argued one.
    attack_probability: ArgumentV1 | None = None

    @model_serializer(mode="wrap")
    def _without_nothing(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return said(written, "sensitivity", "attack_probability")


NOTE = (
    "For outsiders: no column, no scope; ends rounded outward to half a point; counts below 11 not "
    "printed. A fuller edition is held by the controller."
)


def external_verdict_to_bytes(verdict: Verdict, *, synthetic: str | None) -> bytes:
    """Return the canonical bytes of a verdict that was redacted.

    Parameters
    ----------
    synthetic
        SHA-256 of the synthetic file; None where the run is not bound to one.

    Raises
    ------
    DataError
        If the facts contradict the format, for example because they were not redacted.
    """

    def made() -> ExternalVerdictV1:
        policy = PolicyNameV1(
            id=safe_text(verdict.policy_id),
            version=safe_text(verdict.policy_version),
            sha256=verdict.policy_sha256,
        )
        argued = verdict.argument
        argument = None if argued is None else as_model(argued, ArgumentV1)
        return ExternalVerdictV1(
            schema="synthgate.external-verdict/v1",
            note=NOTE,
            status=verdict.status,
            policy=policy,
            context=verdict.context,
            run_sha256=verdict.run_sha256,
            synthetic_sha256=synthetic,
            coverage=verdict.coverage(),
            findings=tuple(ExternalFindingV1.of(f) for f in verdict.findings),
            waivers=tuple(
                ExternalWaiverV1(id=safe_text(n.id), rule=n.rule, code=n.code)
                for n in verdict.waivers
            ),
            sensitivity=verdict.sensitivity,
            attack_probability=argument,
        )

    return file_bytes(made, ExternalVerdictV1, FILE)


def external_verdict_from_bytes(data: bytes) -> ExternalVerdictV1:
    """Return what `data` tells outsiders.

    Raises
    ------
    DataError
        With every fault of a malformed file, each with its JSON path and without any value.
    """
    return read_json(data, ExternalVerdictV1, FILE)
