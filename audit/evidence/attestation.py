"""The statement about the files of a run, and the envelope that signatures are put on.

The statement is a function of the files: made again from them, it must be the same. It is written
last, over everything else, also where nobody signs: then it is an inventory and no more.

References
----------
in-toto Attestation Framework, Statement v1. DSSE 1.0, protocol (PAE).
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from audit.evidence.bundle import DECLARED, EXECUTION, POLICY, RUN, VERDICT
from audit.facts.judgement import Declared, Policy, Verdict
from audit.facts.measurement import AuditRun
from audit.facts.reasons import WaiverCode
from audit.policy.validity import valid_until
from audit.wire.attestation import (
    MEDIA_TYPE,
    AttestedRunV1,
    AttestedVerdictV1,
    EnvelopeV1,
    PredicateV1,
    Sha256V1,
    SignatureV1,
    StatementV1,
    SubjectV1,
    ToolV1,
    WaiverCountV1,
    envelope_to_bytes,
    statement_to_bytes,
)
from audit.wire.canonical import sha256_of
from audit.wire.declared import declared_from_bytes
from audit.wire.execution import ExecutionV1, execution_from_bytes
from audit.wire.policy import policy_from_bytes
from audit.wire.run import run_from_bytes
from audit.wire.verdict import PolicyNameV1, verdict_from_bytes

SYNTHETIC = "synthetic"
"""Name of the subject that is the synthetic file; a file of the folder has a dot in its name."""


@dataclass(frozen=True, slots=True)
class Attested:
    """The facts that a statement repeats."""

    run: AuditRun
    execution: ExecutionV1 | None
    policy: Policy | None
    declared: Declared | None
    verdict: Verdict | None

    @property
    def graded_on(self) -> date | None:
        """The day of grading, else that of the run; None where no file says."""
        if self.declared is not None and self.declared.graded_on is not None:
            return self.declared.graded_on
        return None if self.execution is None else self.execution.day


def attested(files: Mapping[str, bytes]) -> Attested:
    """Return the facts that the files of a folder hold.

    Raises
    ------
    DataError, IntegrityError
        If there is no run, or a file is malformed.
    """
    policy, declared, verdict = (files.get(name) for name in (POLICY, DECLARED, VERDICT))
    execution = files.get(EXECUTION)
    return Attested(
        run=run_from_bytes(files.get(RUN, b"")),
        execution=None if execution is None else execution_from_bytes(execution),
        policy=None if policy is None else policy_from_bytes(policy),
        declared=None if declared is None else declared_from_bytes(declared),
        verdict=None if verdict is None else verdict_from_bytes(verdict),
    )


def statement(files: Mapping[str, bytes], facts: Attested, version: str) -> bytes:
    """Return what is stated of a folder: the bytes that a signature is over.

    Parameters
    ----------
    files
        Every file of the folder but the attestation itself.
    facts
        What the files hold.
    version
        Of the program that seals the folder.

    Raises
    ------
    DataError
        If a file states what cannot be attested, for example a digest that is none.
    """

    def make() -> StatementV1:
        execution = facts.execution
        digests = subjects(files, facts.run)
        return StatementV1(
            _type="https://in-toto.io/Statement/v1",
            subject=tuple(
                SubjectV1(name=name, digest=Sha256V1(sha256=digest))
                for name, digest in sorted(digests.items())
            ),
            predicateType="urn:synthgate:attestation:v1",
            predicate=PredicateV1(
                tool=ToolV1(name="synthgate", version=version),
                run=AttestedRunV1(
                    sha256=digests[RUN], ended=None if execution is None else execution.ended
                ),
                hmac_sha256={
                    side: found.digest
                    for side, found in facts.run.provenance.inputs.items()
                    if side != SYNTHETIC
                },
                verdict=_concluded(facts, digests),
            ),
        )

    return statement_to_bytes(make)


def subjects(files: Mapping[str, bytes], run: AuditRun | None) -> dict[str, str]:
    """Return every file with its digest, and the synthetic file where the run names its digest."""
    digests = {name: sha256_of(content) for name, content in files.items()}
    synthetic = None if run is None else run.provenance.inputs.get(SYNTHETIC)
    if synthetic is not None and synthetic.digest is not None:
        digests[SYNTHETIC] = synthetic.digest
    return digests


def _concluded(facts: Attested, digests: Mapping[str, str]) -> AttestedVerdictV1 | None:
    verdict, policy, declared = facts.verdict, facts.policy, facts.declared
    if verdict is None or policy is None or declared is None:
        return None
    day = facts.graded_on
    used = sum(note.code is WaiverCode.USED for note in verdict.waivers)
    return AttestedVerdictV1(
        sha256=digests[VERDICT],
        status=verdict.status,
        policy=PolicyNameV1(
            id=verdict.policy_id, version=verdict.policy_version, sha256=verdict.policy_sha256
        ),
        context=verdict.context,
        sensitivity=declared.sensitivity,
        coverage=verdict.coverage(),
        waivers=WaiverCountV1(given=len(declared.waivers), used=used),
        expires_months=policy.expires_months,
        graded_on=None if day is None else day.isoformat(),
        expires_on=None if day is None else valid_until(policy, day).isoformat(),
    )


def envelope(payload: bytes, signatures: Iterable[SignatureV1] = ()) -> bytes:
    """Return the file: a statement and the signatures over it, which may be none."""
    return envelope_to_bytes(
        EnvelopeV1(
            payload=text_of(payload),
            payloadType=MEDIA_TYPE,
            signatures=tuple(sorted(signatures, key=lambda s: (s.keyid, s.sig))),
        )
    )


def to_sign(payload: bytes) -> bytes:
    """Return the bytes that are signed: the pre-authentication encoding of DSSE."""
    kind = MEDIA_TYPE.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def text_of(data: bytes) -> str:
    """Return bytes as standard base64."""
    return base64.b64encode(data).decode("ascii")


def bytes_of_text(text: str) -> bytes | None:
    """Return the bytes of standard base64 in its one form; None for any other text."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if text_of(data) == text else None
