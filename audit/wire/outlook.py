"""What `synthgate preflight --json` prints (`synthgate.preflight/v1`).

What was found of the release stands as in `run.json`; beside it, what an audit could decide.
"""

from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from audit.facts.judgement import Tier
from audit.facts.measurement import AuditRun
from audit.facts.outlook import Basis, Cost, Outlook, Prospect
from audit.facts.reasons import ReasonCode
from audit.wire.measured import SafeHighV1
from audit.wire.rule import RuleId
from audit.wire.run import PreflightV1, ProvenanceV1, ReleaseV1, RunV1
from audit.wire.strict import Count, Named, Share, Strict, as_model, file_bytes, said
from audit.wire.verdict import ArgumentV1, WaiverNoteV1

SCHEMA = "synthgate.preflight/v1"
FILE = "preflight"


class NeededV1(Strict):
    """People from which a private release meets a rule in four of five audits."""

    holdout: Count | None
    split: Count | None
    real_in_all: Count | None
    holdout_in_all: Count | None


class ProspectV1(Strict):
    """What one rule will be able to decide."""

    rule: RuleId
    measure: Named
    where: dict[str, str]
    required: bool
    limit: float | None
    basis: Basis | None
    detectable: float | None
    safe_high: SafeHighV1 | None
    pass_probability_if_safe: Share | None
    reason_code: ReasonCode | None
    needed: NeededV1 | None
    # Only where an argued probability of an attack raised the limit.
    limit_of_policy: float | None = None

    @model_serializer(mode="wrap")
    def _without_nothing(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return said(written, "limit_of_policy")

    @classmethod
    def of(cls, fact: Prospect) -> "ProspectV1":
        """Return the prospect as it is written."""
        planned, rule = fact.planned, fact.rule
        safe = None if planned is None else planned.safe_high
        return cls(
            rule=rule.id,
            measure=rule.measure,
            where=dict(rule.where),
            required=rule.required,
            limit=fact.limit,
            basis=None if planned is None else planned.basis,
            detectable=None if planned is None else _rounded(planned.detectable),
            safe_high=None if safe is None else SafeHighV1(mean=_six(safe.mean), sd=_six(safe.sd)),
            pass_probability_if_safe=_rounded(fact.chance),
            reason_code=fact.reason,
            needed=None if fact.needed is None else as_model(fact.needed, NeededV1),
            limit_of_policy=fact.limit_of_policy,
        )


class StepV1(Strict):
    """One thing that would help, and the rules that it helps."""

    code: Named
    numbers: dict[str, float]
    rules: tuple[str, ...]


class ChanceV1(Strict):
    """Bounds of the chance that a private release meets all rules that are estimated."""

    at_least: Share
    at_most: Share


class CostV1(Strict):
    """What the run will take, roughly."""

    seconds: float
    memory_bytes: Count
    controls: Named
    controls_seconds: float

    @classmethod
    def of(cls, fact: Cost) -> "CostV1":
        """Return the cost as it is written: two digits, for it is an estimate."""
        return cls(
            seconds=float(f"{fact.seconds:.2g}"),
            memory_bytes=int(float(f"{fact.memory:.2g}")),
            controls=fact.controls,
            controls_seconds=float(f"{fact.controls_seconds:.2g}"),
        )


class OutlookV1(Strict):
    """All that is known of an audit beforehand."""

    policy: Named
    policy_version: Named
    context: Tier
    people: dict[str, Count]
    rules: tuple[ProspectV1, ...]
    together: ChanceV1
    steps: tuple[StepV1, ...]
    cost: CostV1
    # Only where somebody argued, or waived, something.
    attack_probability: ArgumentV1 | None = None
    waivers: tuple[WaiverNoteV1, ...] = ()
    waivers_open: Count = 0

    @model_serializer(mode="wrap")
    def _without_nothing(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return said(written, "attack_probability", "waivers", "waivers_open")

    @classmethod
    def of(cls, fact: Outlook) -> "OutlookV1":
        """Return the outlook as it is written."""
        return cls(
            policy=fact.policy_id,
            policy_version=fact.policy_version,
            context=Tier(fact.context),
            people=dict(fact.people),
            rules=tuple(ProspectV1.of(p) for p in fact.prospects),
            together=ChanceV1(at_least=_six(fact.at_least), at_most=_six(fact.at_most)),
            steps=tuple(
                StepV1(
                    code=s.code, numbers={k: _six(v) for k, v in s.numbers.items()}, rules=s.rules
                )
                for s in fact.steps
            ),
            cost=CostV1.of(fact.cost),
            attack_probability=None
            if fact.argument is None
            else as_model(fact.argument, ArgumentV1),
            waivers=tuple(as_model(note, WaiverNoteV1) for note in fact.waivers),
            waivers_open=fact.waivers_open,
        )


class PreflightFileV1(Strict):
    """What the command prints."""

    schema_: Literal["synthgate.preflight/v1"] = Field(alias="schema")
    provenance: ProvenanceV1
    release: ReleaseV1
    preflight: tuple[PreflightV1, ...]
    outlook: OutlookV1


def preflight_to_bytes(run: AuditRun, outlook: Outlook) -> bytes:
    """Return the canonical bytes of what was found and what follows.

    Raises
    ------
    DataError
        If the facts contradict the format, for example a number that is not finite.
    """

    def make() -> PreflightFileV1:
        seen = RunV1.of(run)
        return PreflightFileV1(
            schema="synthgate.preflight/v1",
            provenance=seen.provenance,
            release=seen.release,
            preflight=seen.preflight,
            outlook=OutlookV1.of(outlook),
        )

    return file_bytes(make, PreflightFileV1, FILE)


def _six(number: float) -> float:
    """Round to 6 significant digits, as facts are."""
    return float(f"{number:.6g}")


def _rounded(number: float | None) -> float | None:
    return None if number is None else _six(number)
