"""Signatures of people in a PDF: unbroken, and over the whole file?

Whom a certificate belongs to, and whether anybody should trust it, is not decided here.
"""

from collections.abc import Iterator, Mapping

from audit.evidence import pades
from audit.evidence.certificates import can_sign
from audit.facts.verification import Code, Remark, Step, Weight
from audit.text import safe_text


def paper_remarks(files: Mapping[str, bytes]) -> Iterator[Remark]:
    """Yield what is to be known of the signatures in every PDF."""
    for name, content in sorted(files.items()):
        if name.endswith(".pdf") and pades.is_signed(content):
            yield from _of(safe_text(name), content)


def _of(name: str, pdf: bytes) -> Iterator[Remark]:
    if not can_sign():
        yield Remark(Step.PDF_SIGNATURES, Weight.NOT_CHECKED, Code.LIBRARY_MISSING, name)
        return
    for found in pades.signatures_of(pdf):
        field = safe_text(found.field) or "unreadable"
        if not found.intact:
            broken = Code.PDF_SIGNATURE_BROKEN
            yield Remark(Step.PDF_SIGNATURES, Weight.MISMATCH, broken, name, field)
        elif not found.unchanged:
            since = Code.PDF_CHANGED_SINCE
            yield Remark(Step.PDF_SIGNATURES, Weight.MISMATCH, since, name, field)
        else:
            told = f"{field}: {safe_text(found.signer)}"
            yield Remark(Step.PDF_SIGNATURES, Weight.WARNING, Code.PDF_SIGNED, name, told)
