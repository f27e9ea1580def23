"""The last act of every command that writes a folder: list, check sums, attestation.

In this order, each over what came before it. A folder without an attestation is not complete.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from audit.evidence.attestation import (
    attested,
    bytes_of_text,
    envelope,
    statement,
    text_of,
    to_sign,
)
from audit.evidence.bundle import ATTESTATION, ORDER, seal
from audit.evidence.folder import write_file
from audit.evidence.manifest import CHECKSUMS, MANIFEST
from audit.evidence.signing import Signer
from audit.version import VERSION
from audit.wire.attestation import SignatureV1, envelope_from_bytes


def close(folder: Path, signer: Signer | None = None) -> None:
    """Seal a folder and state what it holds; with a signer, signed.

    Raises
    ------
    RenderError
        If a file cannot be written.
    DataError, IntegrityError
        If a file that was just written cannot be read back.
    """
    seal(folder)
    files = held(folder)
    payload = statement(files, attested(files), VERSION)
    signatures = [] if signer is None else [signature(signer, payload)]
    write_file(folder, ATTESTATION, envelope(payload, signatures))


def countersign(folder: Path, signer: Signer) -> None:
    """Add a signature to the attestation as it stands; nothing else of the folder changes."""
    written = envelope_from_bytes((folder / ATTESTATION).read_bytes())
    payload = bytes_of_text(written.payload) or b""
    others = [s for s in written.signatures if s.keyid != signer.public.id]
    write_file(folder, ATTESTATION, envelope(payload, [*others, signature(signer, payload)]))


def signature(signer: Signer, payload: bytes) -> SignatureV1:
    """Return the signature over a statement."""
    return SignatureV1(
        keyid=signer.public.id,
        sig=text_of(signer.sign(to_sign(payload))),
        publicKey=text_of(signer.public.der),
    )


def held(folder: Path) -> Mapping[str, bytes]:
    """Return the files that an attestation is about."""
    names: Iterable[str] = (*ORDER, MANIFEST, CHECKSUMS)
    return {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}
