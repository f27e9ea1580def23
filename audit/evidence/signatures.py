"""What somebody signed is not overwritten by those who did not sign it."""

from pathlib import Path

from audit.errors import DataError, UsageError
from audit.evidence import pades
from audit.evidence.bundle import ATTESTATION, PDF
from audit.evidence.signing import Signer
from audit.wire.attestation import envelope_from_bytes

_ELSEWHERE = "Write to another folder with --out, and keep this one as it was signed."


def keep_signatures(folder: Path, signer: Signer | None = None) -> None:
    """Refuse to replace what carries a signature that cannot be put again.

    Parameters
    ----------
    signer
        Who will sign anew; only signatures of others are in the way.

    Raises
    ------
    UsageError
        If the PDF is signed, or the attestation is, by others than `signer`.
    """
    if pades.is_signed(_content(folder / PDF)):
        raise UsageError(f"{PDF} is signed, and would be replaced", _ELSEWHERE)
    own = None if signer is None else signer.public.id
    if any(keyid != own for keyid in signers_of(folder)):
        raise UsageError(
            f"{ATTESTATION} is signed, and would be replaced",
            f"Give the key again with --sign-key. {_ELSEWHERE}",
        )


def signers_of(folder: Path) -> tuple[str, ...]:
    """Return the ids of the keys that signed the attestation; none where it cannot be read."""
    try:
        written = envelope_from_bytes(_content(folder / ATTESTATION))
    except DataError:
        return ()
    return tuple(signature.keyid for signature in written.signatures)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
