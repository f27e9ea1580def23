"""Signatures of people in the PDF (PAdES); with pyHanko, which is an extra.

A signature is appended: every byte that was there before stays where it is. What pyHanko does by
itself breaks PDF/A-3 (it rewrites the metadata) and PDF/UA-1 (its field is not tagged), so the
metadata stay, and a field of our making has no place on the page.

References
----------
ETSI EN 319 142-1 (PAdES). ISO 19005-3, ISO 14289-1. ISO 32000-1:2008, 12.8 (signatures).
"""

import contextlib
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

from audit.errors import IntegrityError, RenderError, UsageError
from audit.evidence.certificates import Foreign, PdfSigner, require_library
from audit.text import safe_text

OWN_FIELD = "Synthgate"


@dataclass(frozen=True, slots=True)
class PdfSignature:
    """One signature as it was found."""

    field: str
    signer: str
    """Common name of the certificate; foreign text, and nobody's word for who it is."""
    intact: bool
    """What was signed is unchanged, and the key of the certificate signed it."""
    unchanged: bool
    """Nothing was appended since but further signatures."""


@dataclass(frozen=True, slots=True)
class SignedPdf:
    """A PDF with one signature more."""

    pdf: bytes = field(repr=False)
    field: str


def is_signed(pdf: bytes) -> bool:
    """Tell whether a PDF carries a signature; no library is needed."""
    return b"/ByteRange" in pdf


def sign_pdf(
    pdf: bytes, signer: PdfSigner, *, field_name: str | None = None, tsa_url: str | None = None
) -> SignedPdf:
    """Return the PDF with a signature appended.

    Parameters
    ----------
    field_name
        An empty signature field of the document; by default a new one without a place on the page.
    tsa_url
        Time-stamping authority (RFC 3161): the one case in which this program opens a network
        connection. A digest of the signature leaves the machine, and nothing else.

    Raises
    ------
    UsageError
        If there is no such empty field.
    IntegrityError
        If the PDF cannot be read.
    RenderError
        If the signature cannot be made, for example because the authority does not answer.
    """
    require_library()
    from pyhanko.sign import signers, timestamps

    writer = _writer(pdf)
    empty, filled = _fields(writer)
    if field_name is not None and field_name not in empty:
        known = ", ".join(safe_text(name) for name in empty)
        raise UsageError(
            f"the PDF has no empty signature field {safe_text(field_name)}",
            f"Its empty fields: {known}." if known else "It has none; leave --field out.",
        )
    name = field_name or _new_name({*empty, *filled})
    meta = _metadata(name, certify=field_name is None and not filled)
    spec = None if field_name is not None else _invisible(name)
    stamper = None if tsa_url is None else timestamps.HTTPTimeStamper(tsa_url)
    try:
        pen = signers.PdfSigner(
            meta, signer=signer.handle, timestamper=stamper, new_field_spec=spec
        )
        with _quiet():
            made = pen.sign_pdf(writer, existing_fields_only=field_name is not None)
    except Exception as error:
        kind = safe_text(type(error).__name__)
        raise RenderError(
            f"the PDF could not be signed ({kind})",
            "Check the certificate, whether an earlier signature forbids another"
            + (", and the address of the authority." if tsa_url else "."),
        ) from None
    return SignedPdf(bytes(made.getvalue()), name)


def signatures_of(pdf: bytes) -> tuple[PdfSignature, ...]:
    """Return every signature of a PDF, in the order in which they were put.

    A file that cannot be read is one signature that is not intact.
    """
    require_library()
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        with _quiet():
            found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
            return tuple(_judged(each) for each in found) or (_unreadable(),)
    except Exception:  # A broken file breaks the reader anywhere.
        return (_unreadable(),)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep pyHanko from telling a log, at length, what it makes of a file."""
    logger = logging.getLogger("pyhanko")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _judged(signature: Foreign) -> PdfSignature:
    """Ask for integrity alone: whom to trust is not decided here, and no network is needed."""
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity
    from pyhanko.sign.validation.status import SignatureCoverageLevel as Covers

    signature.compute_integrity_info()
    found = signature.summarise_integrity_info()
    intact, valid = validate_sig_integrity(
        signature.signer_info,
        signature.signer_cert,
        expected_content_type="data",
        actual_digest=signature.compute_digest(),
    )
    whole = found["coverage"] in (Covers.ENTIRE_FILE, Covers.ENTIRE_REVISION)
    return PdfSignature(
        field=str(signature.field_name),
        signer=str(signature.signer_cert.subject.native.get("common_name", "")),
        intact=bool(intact and valid),
        unchanged=whole and found["docmdp_ok"] is not False,
    )


def _unreadable() -> PdfSignature:
    return PdfSignature(field="", signer="", intact=False, unchanged=False)


def _writer(pdf: bytes) -> Foreign:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class KeepsMetadata(IncrementalPdfFileWriter):
        """Appends, and leaves what the document says about itself as it is."""

        def _update_meta(self) -> None:
            return

    try:
        return KeepsMetadata(io.BytesIO(pdf))
    except Exception:  # A broken file breaks the reader anywhere.
        raise IntegrityError("the PDF cannot be read", "Render the report again.") from None


def _fields(writer: Foreign) -> tuple[list[str], list[str]]:
    """Return the names of the signature fields: the empty ones, and those that are signed."""
    from pyhanko.sign.fields import enumerate_sig_fields

    found = [(str(name), value is not None) for name, value, _ in enumerate_sig_fields(writer)]
    return [n for n, signed in found if not signed], [n for n, signed in found if signed]


def _metadata(name: str, *, certify: bool) -> Foreign:
    """Return how to sign.

    The first signature in a field of ours also certifies: later changes other than further
    signatures break it. One on the sign-off page does not: it is one of several, in any order.
    """
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata

    return PdfSignatureMetadata(
        field_name=name,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=certify,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )


def _invisible(name: str) -> Foreign:
    from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec

    return SigFieldSpec(
        name,
        readable_field_name="Signature of this report",
        invis_sig_settings=InvisSigSettings(box_out_of_bounds=True),
    )


def _new_name(taken: set[str]) -> str:
    number = 1
    while f"{OWN_FIELD}{number}" in taken:
        number += 1
    return f"{OWN_FIELD}{number}"
