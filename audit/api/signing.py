"""Signatures put on a finished folder, whose every other byte stays."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from audit.errors import IntegrityError, UsageError
from audit.evidence import bundle
from audit.evidence.certificates import PdfSigner
from audit.evidence.closing import close, countersign
from audit.evidence.pades import sign_pdf
from audit.evidence.signatures import signers_of
from audit.evidence.signing import Signer
from audit.evidence.verification.whole import Asked, verify_folder
from audit.facts.verification import Weight


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed."""

    field: str
    """Field of the PDF; empty where the PDF was not signed."""


def sign(
    folder: str | Path,
    *,
    signer: Signer | None = None,
    person: PdfSigner | None = None,
    field: str | None = None,
    tsa_url: str | None = None,
) -> Signed:
    """Sign the attestation of a folder, its PDF, or both; the PDF first.

    Signing the PDF changes it, so list and attestation are written anew. Signing the attestation
    alone adds a signature to those that are there.

    Parameters
    ----------
    signer
        Signs the attestation.
    person
        Signs the PDF, in `field` or in a new one; `tsa_url` names who confirms the time.

    Raises
    ------
    UsageError
        If nobody signs, there is no PDF, or a signature of somebody else would be lost.
    IntegrityError
        If the folder was changed since it was sealed: nobody should sign that.
    RenderError
        If the signature cannot be made or written.
    """
    path = Path(folder)
    if signer is None and person is None:
        raise UsageError(
            "nobody signs", "Give --sign-key KEY, --p12 FILE, or both; see: synthgate sign --help"
        )
    _require_intact(path)
    if person is None:
        assert signer is not None
        countersign(path, signer)
        return Signed("")
    _require_no_other(path, signer)
    try:
        before = (path / bundle.PDF).read_bytes()
    except OSError:
        hint = "Write it first: synthgate render DIR --format pdf"
        raise UsageError(f"there is no {bundle.PDF} to be signed", hint) from None
    signed = sign_pdf(before, person, field_name=field, tsa_url=tsa_url)
    bundle.write_files(path, {bundle.PDF: signed.pdf})
    close(path, signer)
    return Signed(signed.field)


def _require_intact(path: Path) -> None:
    found = verify_folder(path, Asked(as_of=datetime.now(UTC).date()))
    if not found.intact:
        files = ", ".join(sorted({r.file for r in found.of(Weight.MISMATCH) if r.file}))
        raise IntegrityError(
            f"the folder was changed since it was sealed: {files}",
            "synthgate verify DIR tells what differs; nothing was signed.",
        )


def _require_no_other(path: Path, signer: Signer | None) -> None:
    own = None if signer is None else signer.public.id
    if any(keyid != own for keyid in signers_of(path)):
        raise UsageError(
            "the attestation is signed already, and a signed PDF makes it void",
            "Sign the PDF before the attestation; or give the key again with --sign-key.",
        )
