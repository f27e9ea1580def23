"""One entry of the ledger (`synthgate.ledger-entry/v1`); its canonical bytes are chained."""

from typing import Literal

from pydantic import Field, model_validator

from audit.facts.estimate import Estimate
from audit.facts.history import Audited, Entry, Graded, Kind, Policed
from audit.facts.judgement import FindingStatus, Tier, VerdictStatus
from audit.wire.canonical import sha256_of
from audit.wire.rule import RuleId
from audit.wire.strict import Count, Digest, Named, Strict, as_fact, as_model, file_bytes
from audit.wire.strict_json import read_json
from audit.wire.verdict import PolicyNameV1

SCHEMA = "synthgate.ledger-entry/v1"


class GradedV1(Strict):
    """One graded measurement."""

    rule: RuleId
    measure: Named
    status: FindingStatus
    value: float
    low: float | None
    high: float | None

    @model_validator(mode="after")
    def _has_ends_in_their_order(self) -> "GradedV1":
        Estimate(self.value, self.low, self.high, 1.0, "")
        return self


class AuditedV1(Strict):
    """One verdict, without anything of a column or a person."""

    kind: Kind
    release: Named
    run_sha256: Digest
    verdict_sha256: Digest
    synthetic: Digest | None
    real_rows: Count
    real_columns: Count
    policy: PolicyNameV1
    context: Tier
    status: VerdictStatus
    seed: Count
    seed_source: Literal["derived", "given"]
    version: Named
    rules: tuple[GradedV1, ...]

    @classmethod
    def of(cls, fact: Audited) -> "AuditedV1":
        """Return the verdict as it is written."""
        rules = tuple(as_model(rule, GradedV1) for rule in fact.rules)
        return as_model(fact, cls, policy=as_model(fact.policy, PolicyNameV1), rules=rules)

    def fact(self) -> Audited:
        """Return the verdict as a fact."""
        return as_fact(
            self,
            Audited,
            policy=as_fact(self.policy, Policed),
            rules=tuple(as_fact(rule, Graded) for rule in self.rules),
        )


class EntryV1(Strict):
    """The entry."""

    schema_: Literal["synthgate.ledger-entry/v1"] = Field(alias="schema")
    sequence: Count
    recorded: Named
    audited: AuditedV1
    previous: Digest


def entry_of(audited: Audited, *, sequence: int, recorded: str, previous: str) -> tuple[Entry, str]:
    """Return the entry of a verdict in its place, and the text that is stored of it.

    Raises
    ------
    DataError
        If it cannot be written.
    """

    def made() -> EntryV1:
        return EntryV1(
            schema="synthgate.ledger-entry/v1",
            sequence=sequence,
            recorded=recorded,
            audited=AuditedV1.of(audited),
            previous=previous,
        )

    body = file_bytes(made, EntryV1, "the entry of the ledger")
    return Entry(sequence, recorded, audited, previous, sha256_of(body)), body.decode()


def entry_from_text(body: str) -> Entry:
    """Return the entry that a stored text holds, with the digest of the text.

    Raises
    ------
    DataError
        If it is malformed.
    """
    data = body.encode("utf-8", errors="replace")
    read = read_json(data, EntryV1, "an entry of the ledger")
    return Entry(read.sequence, read.recorded, read.audited.fact(), read.previous, sha256_of(data))
