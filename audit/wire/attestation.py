"""`attestation.json`: an in-toto Statement about the files of a run, in a DSSE envelope.

The predicate is ours, so that it can say *inconclusive* and why; the stock ones know pass and fail.

References
----------
in-toto Attestation Framework, Statement v1. DSSE (Dead Simple Signing Envelope) 1.0.
"""

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from audit.facts.judgement import Tier, VerdictStatus
from audit.wire.execution import Instant
from audit.wire.policy import Day
from audit.wire.strict import Count, Digest, Named, Strict, file_bytes, repeated, said
from audit.wire.strict_json import read_json
from audit.wire.verdict import PolicyNameV1

FILE = "attestation.json"
STATEMENT_TYPE: TypeAlias = Literal["https://in-toto.io/Statement/v1"]
PREDICATE_TYPE: TypeAlias = Literal["urn:synthgate:attestation:v1"]
"""A name, not an address: nothing is looked up, and no domain has to be owned by anybody."""
PAYLOAD_TYPE: TypeAlias = Literal["application/vnd.in-toto+json"]
MEDIA_TYPE: PAYLOAD_TYPE = "application/vnd.in-toto+json"


class Sha256V1(Strict):
    """Digests by algorithm."""

    sha256: Digest


class SubjectV1(Strict):
    """One thing that the statement is about."""

    name: Named
    digest: Sha256V1


class ToolV1(Strict):
    """What made the folder."""

    name: Literal["synthgate"]
    version: Named


class AttestedRunV1(Strict):
    """The measurements."""

    sha256: Digest
    ended: Instant | None
    """From `execution.json`; null where there is none."""


class WaiverCountV1(Strict):
    """How many waivers."""

    given: Count
    used: Count


class AttestedVerdictV1(Strict):
    """What was concluded."""

    sha256: Digest
    status: VerdictStatus
    policy: PolicyNameV1
    context: Tier
    sensitivity: str
    coverage: dict[str, Count]
    waivers: WaiverCountV1
    expires_months: Count
    graded_on: Day | None
    """The day of grading, else that of the run; null where no file says."""
    expires_on: Day | None


class PredicateV1(Strict):
    """What is said of the subjects."""

    tool: ToolV1
    run: AttestedRunV1
    hmac_sha256: dict[str, Digest | None]
    """Table of real people -> its keyed digest; null where no key was given."""
    verdict: AttestedVerdictV1 | None
    """null of a run that was measured and not graded."""


class StatementV1(Strict):
    """The payload."""

    type_: STATEMENT_TYPE = Field(alias="_type")
    subject: tuple[SubjectV1, ...]
    predicate_type: PREDICATE_TYPE = Field(alias="predicateType")
    predicate: PredicateV1

    @model_validator(mode="after")
    def _names_a_subject_once(self) -> "StatementV1":
        if repeated(s.name for s in self.subject):
            raise ValueError("names a subject twice")
        return self


class SignatureV1(Strict):
    """One signature over the payload."""

    keyid: Named
    sig: Named
    # Ours, and left out by other signers: lets a reader find a broken signature without the key.
    public_key: Named | None = Field(default=None, alias="publicKey")

    @model_serializer(mode="wrap")
    def _without_nothing(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return said(written, "publicKey", "public_key")


class EnvelopeV1(Strict):
    """The file."""

    payload: str
    payload_type: PAYLOAD_TYPE = Field(alias="payloadType")
    signatures: tuple[SignatureV1, ...]
    """Empty where nobody signed."""


def statement_to_bytes(make: Callable[[], StatementV1]) -> bytes:
    """Return the canonical bytes of the statement that `make` makes; a signature is over these.

    Raises
    ------
    DataError
        If what is stated contradicts the format.
    """
    return file_bytes(make, StatementV1, FILE)


def statement_from_bytes(data: bytes) -> StatementV1:
    """Return the statement that the payload of an envelope holds.

    Raises
    ------
    DataError
        With every fault of a malformed one.
    """
    return read_json(data, StatementV1, FILE)


def envelope_to_bytes(envelope: EnvelopeV1) -> bytes:
    """Return the canonical bytes of the envelope."""
    return file_bytes(lambda: envelope, EnvelopeV1, FILE)


def envelope_from_bytes(data: bytes) -> EnvelopeV1:
    """Return the envelope that `data` holds; its payload is not looked at.

    Raises
    ------
    DataError
        With every fault of a malformed file.
    """
    return read_json(data, EnvelopeV1, FILE)
