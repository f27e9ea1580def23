"""People sign the PDF: appended, archivable, and broken by any later change."""

import io
import logging
from pathlib import Path

import page as validation
import pytest

pytest.importorskip("pyhanko", reason="the extra synthgate[pades] is not installed")

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from audit import api
from audit.errors import IntegrityError, RenderError, UsageError
from audit.evidence import certificates, pades
from audit.evidence.attachments import attachments_of
from audit.evidence.certificates import PdfSigner, read_p12
from audit.evidence.pades import sign_pdf, signatures_of
from audit.evidence.signing import read_signer
from audit.facts.verification import Code, State, Step, Weight
from audit.report.pdf import to_pdf
from tests.evidence import sealed
from tests.evidence.certified import OWNER, self_signed

PHRASE = b"correct horse"


@pytest.fixture(scope="module")
def p12(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that its owner issued to herself."""
    key = ec.generate_private_key(ec.SECP256R1())
    file = tmp_path_factory.mktemp("certificate") / "ada.p12"
    lock = BestAvailableEncryption(PHRASE)
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(b"ada", key, self_signed(key), None, lock)
    )
    return file


@pytest.fixture(scope="module")
def person(p12: Path) -> PdfSigner:
    return read_p12(p12, PHRASE)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return to_pdf(sealed.PAGE, attachments={"run.json": b"{}"})


@pytest.fixture(scope="module")
def signed(pdf: bytes, person: PdfSigner) -> bytes:
    return sign_pdf(pdf, person).pdf


def with_field(pdf: bytes, *names: str) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    for number, name in enumerate(names):
        box = (50, 50 + 60 * number, 250, 100 + 60 * number)
        append_signature_field(writer, SigFieldSpec(name, box=box))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_signature_is_appended_and_a_validator_finds_it_intact(
    pdf: bytes, signed: bytes, p12: Path
) -> None:
    assert signed.startswith(pdf)
    [found] = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    own = ValidationContext(trust_roots=[found.signer_cert], allow_fetching=False)
    status = validate_pdf_signature(found, signer_validation_context=own)
    assert "INTACT:TRUSTED" in status.summary()
    assert status.bottom_line
    assert found.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_a_signed_report_is_still_archivable_and_accessible(signed: bytes, profile: str) -> None:
    report = validation.validate_pdf_bytes(signed, profile=profile)
    assert report.is_compliant, [str(f) for f in report.failures][:5]


def test_the_facts_still_travel_with_it(signed: bytes) -> None:
    assert attachments_of(signed) == {"run.json": b"{}"}


def test_who_signed_is_told(signed: bytes, pdf: bytes) -> None:
    [found] = signatures_of(signed)
    assert (found.field, found.signer) == ("Synthgate1", OWNER)
    assert found.intact
    assert found.unchanged
    assert pades.is_signed(signed)
    assert not pades.is_signed(pdf)


def test_a_changed_byte_breaks_it(signed: bytes, pdf: bytes) -> None:
    for place in (*range(100, len(pdf), len(pdf) // 9), len(pdf) + 40, len(signed) - 9):
        broken = bytearray(signed)
        broken[place] ^= 1
        assert not all(s.intact and s.unchanged for s in signatures_of(bytes(broken))), place


def test_a_page_that_was_changed_afterwards_is_told(
    signed: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(90)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    with caplog.at_level(logging.DEBUG):
        [found] = signatures_of(out.getvalue())
    assert found.intact
    assert not found.unchanged
    assert caplog.records == []


def test_people_sign_in_the_fields_that_wait_for_them(pdf: bytes, person: PdfSigner) -> None:
    waiting = with_field(pdf, "Assessor", "Controller")
    first = sign_pdf(waiting, person, field_name="Controller")
    second = sign_pdf(first.pdf, person, field_name="Assessor")
    third = sign_pdf(second.pdf, person)
    assert [s.field for s in signatures_of(third.pdf)] == ["Controller", "Assessor", "Synthgate1"]
    assert all(s.intact and s.unchanged for s in signatures_of(third.pdf))
    with pytest.raises(UsageError, match="no empty signature field Controller") as refused:
        sign_pdf(first.pdf, person, field_name="Controller")
    assert refused.value.hint == "Its empty fields: Assessor."
    with pytest.raises(UsageError, match="no empty signature field") as refused:
        sign_pdf(pdf, person, field_name="Nobody")
    assert "leave --field out" in refused.value.hint


def test_two_sign_without_a_place_on_the_page(signed: bytes, person: PdfSigner) -> None:
    both = signatures_of(sign_pdf(signed, person).pdf)
    assert [s.field for s in both] == ["Synthgate1", "Synthgate2"]
    assert all(s.intact and s.unchanged for s in both)


def test_what_is_no_certificate_is_refused(p12: Path, tmp_path: Path) -> None:
    (tmp_path / "text.p12").write_text("secret of somebody")
    for file, phrase in ((p12, b"wrong horse"), (p12, None), (tmp_path / "text.p12", PHRASE)):
        with pytest.raises(UsageError, match="no PKCS#12 file") as refused:
            read_p12(file, phrase)
        told = str(refused.value) + refused.value.hint + repr(refused.value.__cause__)
        assert "horse" not in told
        assert "somebody" not in told
    with pytest.raises(UsageError, match="cannot be read"):
        read_p12(tmp_path / "absent.p12", PHRASE)


def test_what_is_no_pdf_is_refused(person: PdfSigner) -> None:
    with pytest.raises(IntegrityError):
        sign_pdf(b"<html>", person)


def test_an_authority_that_does_not_answer_is_an_error_and_no_signature(
    pdf: bytes, person: PdfSigner
) -> None:
    with pytest.raises(RenderError, match="could not be signed") as refused:
        sign_pdf(pdf, person, tsa_url="http://127.0.0.1:9/stamp")
    assert "address of the authority" in refused.value.hint


# --- a folder ------------------------------------------------------------------------------------


def test_signing_the_pdf_seals_the_folder_anew(tmp_path: Path, person: PdfSigner) -> None:
    place, key = sealed.write(tmp_path / "run"), sealed.signer(tmp_path)
    before = {p.name: p.read_bytes() for p in place.iterdir()}
    assert api.sign(place, signer=key, person=person).field == "Synthgate1"
    after = {p.name: p.read_bytes() for p in place.iterdir()}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"report.pdf", "manifest.json", "SHA256SUMS", "attestation.json"}
    found = sealed.look(place, key.public)
    assert found.intact
    assert found.vouched == (key.public.id,)
    assert found.state(Step.PDF_SIGNATURES) is State.WARNING
    [told] = [r for r in found.of(Weight.WARNING) if r.code is Code.PDF_SIGNED]
    assert told.detail == f"Synthgate1: {OWNER}"


def test_a_broken_signature_is_found_although_the_lists_fit(
    tmp_path: Path, person: PdfSigner
) -> None:
    facts = {n: b for n, b in sealed.assessment().to_files().items() if n in sealed.FACTS}
    good = sign_pdf(to_pdf(sealed.PAGE, attachments=facts), person).pdf
    place = good.index(b"/CreationDate")
    bad = good[: place + 16] + b"9" + good[place + 17 :]
    found = sealed.look(sealed.write(tmp_path, instead={"report.pdf": bad}))
    assert (Step.PDF_SIGNATURES, Code.PDF_SIGNATURE_BROKEN, "report.pdf") in sealed.told(found)


def test_nobody_signs_what_was_changed(tmp_path: Path, person: PdfSigner) -> None:
    place = sealed.write(tmp_path / "run")
    (place / "summary.md").write_text("All is well.")
    with pytest.raises(IntegrityError, match=r"summary\.md"):
        api.sign(place, person=person)


def test_a_signature_of_somebody_else_is_not_lost(tmp_path: Path, person: PdfSigner) -> None:
    from audit.evidence.key_files import write_key

    place = sealed.write(tmp_path / "run", sealed.signer(tmp_path))
    write_key(tmp_path / "other")
    for signer in (None, read_signer(tmp_path / "other")):
        with pytest.raises(UsageError, match="signed already"):
            api.sign(place, signer=signer, person=person)
    api.sign(place, signer=sealed.signer(tmp_path), person=person)
    with pytest.raises(UsageError, match=r"report\.pdf is signed"):
        api.rerender(place, formats=["md"])


def test_without_the_library_it_is_said_how_to_get_it(
    p12: Path, tmp_path: Path, signed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, "find_spec", lambda name: None)
    with pytest.raises(RenderError, match="not installed") as refused:
        read_p12(p12, PHRASE)
    assert "synthgate[pades]" in refused.value.hint
    found = sealed.look({"run.json": b"{}", "report.pdf": signed})
    assert Code.LIBRARY_MISSING in sealed.codes(found, Weight.NOT_CHECKED)
