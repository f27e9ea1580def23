"""The attestation: is it about these files, does it say what they say, and who signed it?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.errors import DataError
from audit.evidence.attestation import (
    Attested,
    bytes_of_text,
    statement,
    subjects,
    to_sign,
)
from audit.evidence.bundle import ATTESTATION, DECLARED, EXECUTION, POLICY, RUN, VERDICT
from audit.evidence.signing import PublicKey, can_sign, holds
from audit.evidence.verification.facts import Read
from audit.facts.verification import Code, Remark, Step, Weight
from audit.text import safe_text
from audit.wire.attestation import (
    EnvelopeV1,
    SignatureV1,
    StatementV1,
    statement_from_bytes,
    statement_to_bytes,
)

_JUDGED = (POLICY, DECLARED, VERDICT)


@dataclass(frozen=True, slots=True)
class Stated:
    """What was noticed about the attestation, and whose signatures hold."""

    remarks: tuple[Remark, ...]
    signed_by: tuple[str, ...] = ()


def stated(
    files: Mapping[str, bytes],
    read: Read,
    *,
    written_by: str,
    keys: Sequence[PublicKey],
) -> Stated:
    """Hold the attestation against the files, and its signatures against the keys."""
    envelope = read.facts.get(ATTESTATION)
    if envelope is None:
        # That it is missing or malformed was said; who was to have signed has not.
        return Stated(tuple(_not_signed_by(key) for key in keys))
    payload = bytes_of_text(envelope.payload)
    if payload is None:
        malformed = _attested(Code.MALFORMED, "the payload is not base64")
        return Stated((malformed, *(_not_signed_by(key) for key in keys)))
    about = tuple(_about(payload, files, read, written_by))
    signed = _signed(envelope, payload, keys)
    return Stated((*about, *signed.remarks), signed.signed_by)


def _about(
    payload: bytes, files: Mapping[str, bytes], read: Read, written_by: str
) -> Iterator[Remark]:
    try:
        said = statement_from_bytes(payload)
    except DataError as error:
        yield _attested(Code.MALFORMED, safe_text(error.message.partition("\n")[0]))
        return
    if statement_to_bytes(lambda: said) != payload:
        yield _attested(Code.NOT_CANONICAL)
    others = {name: content for name, content in files.items() if name != ATTESTATION}
    found = subjects(others, read.facts.get(RUN))
    named = {s.name: s.digest.sha256 for s in said.subject}
    differing = sorted(n for n in found.keys() | named.keys() if found.get(n) != named.get(n))
    if differing:
        told = ", ".join(safe_text(n) for n in differing[:20])
        yield _attested(Code.OTHER_SUBJECTS, told)
    yield from _predicate(said, others, read, written_by)


def _predicate(
    said: StatementV1, files: Mapping[str, bytes], read: Read, written_by: str
) -> Iterator[Remark]:
    """Make the statement again; what a malformed file says cannot be compared."""
    facts = read.facts
    unread = [name for name in (RUN, EXECUTION, *_JUDGED) if name in files and name not in facts]
    try:
        if unread or RUN not in facts:
            raise DataError("a file cannot be read")
        made = Attested(facts[RUN], facts.get(EXECUTION), *(facts.get(n) for n in _JUDGED))
        own = dict(statement_from_bytes(statement(files, made, written_by)).predicate)
    except DataError:
        yield Remark(Step.ATTESTATION, Weight.NOT_CHECKED, Code.NOT_COMPARED, ATTESTATION)
        return
    theirs = dict(said.predicate)
    differing = [part for part in own if own[part] != theirs[part]]
    if differing:
        yield _attested(Code.OTHER_PREDICATE, ", ".join(differing))


def _signed(envelope: EnvelopeV1, payload: bytes, keys: Sequence[PublicKey]) -> Stated:
    if not envelope.signatures:
        if keys:
            return Stated(tuple(_not_signed_by(key) for key in keys))
        return Stated((_signature(Weight.WARNING, Code.UNSIGNED, ATTESTATION),))
    if not can_sign():
        missing = _signature(Weight.NOT_CHECKED, Code.LIBRARY_MISSING, ATTESTATION)
        return Stated((missing, *(_not_signed_by(key) for key in keys)))
    remarks: list[Remark] = []
    held: set[str] = set()
    for signature in envelope.signatures:
        found = _one(signature, payload, keys)
        remarks += found.remarks
        held |= set(found.signed_by)
    remarks += [_not_signed_by(key) for key in keys if key.id not in held]
    return Stated(tuple(remarks), tuple(sorted(held)))


def _one(signature: SignatureV1, payload: bytes, keys: Sequence[PublicKey]) -> Stated:
    """Hold one signature against the key that was given for it, else against its own."""
    name = safe_text(signature.keyid)
    own = None if signature.public_key is None else bytes_of_text(signature.public_key)
    if own is None and signature.public_key is not None:
        return Stated((_signature(Weight.MISMATCH, Code.KEY_ID_DIFFERS, name),))
    given = next((key for key in keys if key.id == signature.keyid), None)
    key = given or (None if own is None else PublicKey(own))
    if key is None:
        return Stated((_signature(Weight.NOT_CHECKED, Code.KEY_UNKNOWN, name),))
    if key.id != signature.keyid or (own is not None and own != key.der):
        return Stated((_signature(Weight.MISMATCH, Code.KEY_ID_DIFFERS, name),))
    value = bytes_of_text(signature.sig)
    if value is None or not holds(key, to_sign(payload), value):
        return Stated((_signature(Weight.MISMATCH, Code.SIGNATURE_INVALID, name),))
    if given is None:
        remark = _signature(Weight.WARNING, Code.KEY_NOT_GIVEN, name)
        return Stated((remark,), (key.id,))
    return Stated((), (key.id,))


def _not_signed_by(key: PublicKey) -> Remark:
    return _signature(Weight.MISMATCH, Code.NOT_SIGNED_BY, key.id)


def _signature(weight: Weight, code: Code, file: str) -> Remark:
    return Remark(Step.SIGNATURES, weight, code, file)


def _attested(code: Code, detail: str = "") -> Remark:
    return Remark(Step.ATTESTATION, Weight.MISMATCH, code, ATTESTATION, detail)
