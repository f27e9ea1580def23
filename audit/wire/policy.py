"""A policy as a file (`synthgate.policy/v1`).

One format serves twice: what an author writes in YAML, where `extends` names the policy that the
file changes, and `policy.json`, the resolved policy, which needs no other file.
"""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from audit.errors import IntegrityError
from audit.facts.judgement import Citation, Context, Policy, Tier
from audit.wire.canonical import sha256_of
from audit.wire.policy_terms import AttackProbabilityV1, WaiverTermsV1
from audit.wire.rule import RuleV1
from audit.wire.strict import Digest, Named, Strict, file_bytes, said
from audit.wire.strict_json import read_json

SCHEMA = "synthgate.policy/v1"
FILE = "policy.json"
Sentence: TypeAlias = Annotated[str, Field(min_length=1, max_length=2000)]
PolicyId: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=80)]
Day: TypeAlias = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


GivenT = TypeVar("GivenT")
MadeT = TypeVar("MadeT")


class Alarms(StrEnum):
    """What an alarm does to the verdict."""

    REPORT = "report"
    BLOCK = "block"


class CitationV1(Strict):
    """Where a limit was read."""

    text: Sentence
    dated: Sentence
    verified: bool


class CitationsV1(Strict):
    """The sources of the built-in profiles, in one file."""

    schema_: Literal["synthgate.citations/v1"] = Field(alias="schema")
    citations: dict[str, CitationV1]


class PolicyV1(Strict):
    """The file. What a child leaves out, it takes from its parent."""

    schema_: Literal["synthgate.policy/v1"] = Field(alias="schema")
    id: PolicyId
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+([+-][0-9A-Za-z.-]+)?$")]
    intent: Sentence | None = None
    abstract: bool = False
    extends: Named | None = None
    derived_from: str | None = None
    loosens: dict[str, Sentence] = Field(default_factory=dict)
    legal_snapshot: Day | None = None
    expires_months: Annotated[int, Field(ge=1, le=36)] | None = None
    concludes: bool | None = None
    alarms: Alarms | None = None
    asserts: dict[str, bool] = Field(default_factory=dict)
    contexts_allowed: Annotated[tuple[Tier, ...], Field(min_length=1)] | None = None
    contexts: dict[Tier, dict[str, float]] = Field(default_factory=dict)
    tables: dict[str, dict[str, float]] = Field(default_factory=dict)
    citations: dict[str, CitationV1] = Field(default_factory=dict)
    attack_probability: AttackProbabilityV1 | None = None
    waivers: WaiverTermsV1 | None = None
    rules: tuple[RuleV1, ...] = ()
    sha256: Digest | None = None

    @model_serializer(mode="wrap")
    def _without_nothing(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what says nothing: a policy without it keeps its digest."""
        written: dict[str, Any] = write(self)
        return said(written, "attack_probability", "waivers")

    @classmethod
    def of(cls, policy: Policy) -> "PolicyV1":
        """Return a resolved policy as it is written."""
        cited = {
            c.key: CitationV1(text=c.text, dated=c.dated, verified=c.verified)
            for c in policy.citations
        }
        return cls(
            schema="synthgate.policy/v1",
            id=policy.id,
            version=policy.version,
            intent=policy.intent,
            derived_from=policy.extends,
            loosens=dict(policy.loosened),
            legal_snapshot=policy.legal_snapshot,
            expires_months=policy.expires_months,
            concludes=policy.concludes,
            alarms=Alarms.BLOCK if policy.alarms_block else Alarms.REPORT,
            asserts=dict(policy.asserts),
            contexts_allowed=policy.contexts_allowed,
            contexts={c.tier: dict(c.numbers) for c in policy.contexts},
            tables={name: dict(table) for name, table in policy.tables.items()},
            citations=cited,
            attack_probability=_optional(policy.argument, AttackProbabilityV1.of),
            waivers=_optional(policy.waiver_days, lambda days: WaiverTermsV1(max_days=days)),
            rules=tuple(RuleV1.of(rule) for rule in policy.rules),
            sha256=policy.sha256 or None,
        )

    def fact(self) -> Policy:
        """Return a resolved policy as a fact; what is left out takes the cautious value."""
        cited = (Citation(k, c.text, c.dated, c.verified) for k, c in self.citations.items())
        return Policy(
            id=self.id,
            version=self.version,
            intent=self.intent or "",
            rules=tuple(rule.fact() for rule in self.rules),
            contexts=tuple(Context(tier, n) for tier, n in sorted(self.contexts.items())),
            contexts_allowed=self.contexts_allowed or tuple(sorted(self.contexts)),
            tables=self.tables,
            citations=tuple(sorted(cited, key=lambda c: c.key)),
            legal_snapshot=self.legal_snapshot or "",
            expires_months=self.expires_months or 1,
            sha256=self.sha256 or "",
            concludes=self.concludes is not False,
            alarms_block=self.alarms is Alarms.BLOCK,
            asserts=self.asserts,
            extends=self.derived_from,
            loosened=self.loosens,
            argument=_optional(self.attack_probability, AttackProbabilityV1.fact),
            waiver_days=_optional(self.waivers, lambda terms: terms.max_days),
        )


def _optional(value: GivenT | None, made: Callable[[GivenT], MadeT]) -> MadeT | None:
    return None if value is None else made(value)


def sealed(policy: Policy) -> Policy:
    """Return the policy with its own digest: SHA-256 of its canonical form without the digest."""
    return replace(policy, sha256=sha256_of(policy_to_bytes(replace(policy, sha256=""))))


def policy_to_bytes(policy: Policy) -> bytes:
    """Return the canonical bytes of a resolved policy.

    Raises
    ------
    DataError
        If the policy contradicts the format.
    """
    return file_bytes(lambda: PolicyV1.of(policy), PolicyV1, FILE)


def policy_from_bytes(data: bytes) -> Policy:
    """Return the resolved policy that `data` holds.

    Raises
    ------
    DataError
        With every fault of a malformed file.
    IntegrityError
        If the digest in the file is not that of its content.
    """
    policy = read_json(data, PolicyV1, FILE).fact()
    if policy.sha256 != sealed(policy).sha256:
        raise IntegrityError(
            f"{FILE}: the digest in the file is not that of its content",
            "The policy was changed after it was resolved.",
        )
    return policy
