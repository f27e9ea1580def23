"""The facts in the PDF are read without a PDF library, and as a PDF library reads them."""

import contextlib
import io
import zlib

import pikepdf
import pytest

from audit.evidence.attachments import UnreadableError, attachments_of
from audit.facts.verification import Code, Step
from audit.report.pdf import to_pdf
from tests.evidence import sealed

FILES = {"a.json": b'{"a":1}', "b.csv": b"x,y\n" * 5_000, "c.json": b""}


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return to_pdf(sealed.PAGE, attachments=FILES)


def test_they_are_what_a_pdf_library_reads(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        known = {n: a.get_file().read_bytes() for n, a in document.attachments.items()}
    assert attachments_of(pdf) == known == FILES


def test_a_page_without_attachments_has_none() -> None:
    assert attachments_of(to_pdf(sealed.PAGE, attachments={})) == {}


def test_an_attachment_that_was_replaced_by_an_update_is_the_new_one(pdf: bytes) -> None:
    [number] = [
        word
        for word in range(1, 100)
        if b"\n%d 0 obj\n<</Type /EmbeddedFile" % word in pdf and b'"a"' in _stream(pdf, word)
    ]
    new = zlib.compress(b'{"a":2}')
    update = b"%d 0 obj\n<</Type /EmbeddedFile/Filter /FlateDecode/Length %d>>\nstream\n%b\n"
    update = update % (number, len(new), new) + b"endstream\nendobj\nstartxref\n1\n%%EOF\n"
    assert attachments_of(pdf + update)["a.json"] == b'{"a":2}'


def _stream(pdf: bytes, number: int) -> bytes:
    head = pdf.index(b"\n%d 0 obj\n" % number)
    start = pdf.index(b"stream\n", head) + 7
    return zlib.decompressobj().decompress(pdf[start : pdf.index(b"endstream", start)])


@pytest.mark.parametrize(
    "broken",
    [
        lambda pdf: b"",
        lambda pdf: b"%PDF-1.7\n1 0 obj\n",
        lambda pdf: pdf[: len(pdf) // 2],
        lambda pdf: pdf.replace(b"/Type /ObjStm", b"/Type /ObjStn"),
        lambda pdf: pdf.replace(b"/Filter /FlateDecode", b"/Filter /LZWDecode"),
        lambda pdf: pdf + b"trailing words",
        lambda pdf: pdf.replace(b"endobj", b"endjob", 3),
        lambda pdf: b"<html>",
    ],
)
def test_what_is_not_understood_is_refused_or_has_no_attachment(pdf: bytes, broken) -> None:
    with contextlib.suppress(UnreadableError):
        assert attachments_of(broken(pdf)) == {}


def test_a_bomb_is_not_unpacked(pdf: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.evidence.attachments.MOST_BYTES", 10_000)
    with pytest.raises(UnreadableError):
        attachments_of(pdf)


def test_a_pdf_of_another_run_is_found(tmp_path) -> None:
    files = {n: b for n, b in sealed.assessment().to_files().items() if n in sealed.FACTS}
    others = {**files, "run.json": files["run.json"] + b" ", "more.json": b"{}"}
    del others["declared.json"]
    strange = to_pdf(sealed.PAGE, attachments=others)
    found = sealed.look(sealed.write(tmp_path, instead={"report.pdf": strange}))
    assert {(r.step, r.code, r.detail) for r in found.remarks if r.step is Step.PAPER} == {
        (Step.PAPER, Code.ATTACHMENT_DIFFERS, "run.json"),
        (Step.PAPER, Code.ATTACHMENT_MISSING, "declared.json"),
        (Step.PAPER, Code.ATTACHMENT_UNKNOWN, "more.json"),
    }
    told = sealed.told(sealed.look(sealed.write(tmp_path, instead={"report.pdf": b"%PDF-1.7 x"})))
    assert told == {(Step.PAPER, Code.PDF_UNREADABLE, "report.pdf")}
