"""What `synthgate verify --json` prints (`synthgate.verification/v1`)."""

from typing import Literal

from pydantic import Field

from audit.facts.verification import Code, Remark, State, Step, Verification, Weight
from audit.version import VERSION
from audit.wire.policy import Day
from audit.wire.strict import Digest, Named, Strict, file_bytes

SCHEMA = "synthgate.verification/v1"
FILE = "verification"


class StepV1(Strict):
    """One thing that was looked at."""

    step: Step
    state: State


class RemarkV1(Strict):
    """One thing that was noticed."""

    step: Step
    code: Code
    file: str
    detail: str

    @classmethod
    def of(cls, remark: Remark) -> "RemarkV1":
        """Return the remark as it is written; its weight is the list that it stands in."""
        return cls(step=remark.step, code=remark.code, file=remark.file, detail=remark.detail)


class VerificationV1(Strict):
    """What the command prints."""

    schema_: Literal["synthgate.verification/v1"] = Field(alias="schema")
    version: Named
    """Of the program that looked."""
    written_by: str
    folder: str
    as_of: Day
    outcome: Literal["intact", "mismatch"]
    verdict: str
    signed_by: tuple[Digest, ...]
    vouched: tuple[Digest, ...]
    steps: tuple[StepV1, ...]
    mismatches: tuple[RemarkV1, ...]
    warnings: tuple[RemarkV1, ...]
    not_checked: tuple[RemarkV1, ...]

    @classmethod
    def of(cls, fact: Verification) -> "VerificationV1":
        """Return what was noticed as it is written."""

        def told(weight: Weight) -> tuple[RemarkV1, ...]:
            return tuple(RemarkV1.of(remark) for remark in fact.of(weight))

        return cls(
            schema="synthgate.verification/v1",
            version=VERSION,
            written_by=fact.written_by,
            folder=fact.folder,
            as_of=fact.as_of.isoformat(),
            outcome="intact" if fact.intact else "mismatch",
            verdict=fact.verdict,
            signed_by=fact.signed_by,
            vouched=fact.vouched,
            steps=tuple(StepV1(step=step, state=fact.state(step)) for step in fact.steps),
            mismatches=told(Weight.MISMATCH),
            warnings=told(Weight.WARNING),
            not_checked=told(Weight.NOT_CHECKED),
        )


def verification_to_bytes(fact: Verification) -> bytes:
    """Return the canonical bytes of what was noticed."""
    return file_bytes(lambda: VerificationV1.of(fact), VerificationV1, FILE)
