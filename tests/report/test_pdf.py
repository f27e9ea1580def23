import builtins
import io
import sys
from collections.abc import Callable

import page as validation
import pikepdf
import pytest

from audit.errors import RenderError
from audit.report.html import to_html
from audit.report.pdf import to_pdf
from audit.report.shapes import View

SIGNED_BY = ("operator", "reviewer", "dpo", "legal", "board", "controller")
FACTS = {"run.json": b'{"schema": "synthgate.run/v1"}\n', "verdict.json": b"{}\n"}


@pytest.fixture(scope="module")
def pdf(pages: dict[str, bytes]) -> bytes:
    return to_pdf(pages["not_met"], attachments=FACTS)


@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_the_report_is_archivable_and_accessible(pdf: bytes, profile: str) -> None:
    report = validation.validate_pdf_bytes(pdf, profile=profile)
    assert report.is_compliant, [str(f) for f in report.failures][:5]


def test_the_facts_travel_with_the_paper(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        held = {n: a.get_file().read_bytes() for n, a in document.attachments.items()}
        assert held == FACTS
        root = document.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == "en-GB"
        assert "/OutputIntents" in root
        assert "/OpenAction" not in root or "/JS" not in str(root.OpenAction)


def test_every_font_is_inside(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = [o for o in document.objects if _is(o, "/Type", "/FontDescriptor")]
        assert len(fonts) == 6
        assert all("/FontFile2" in f or "/FontFile3" in f for f in fonts)


def _is(thing: pikepdf.Object, key: str, value: str) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and str(thing.get(key, "")) == value


def test_the_same_page_makes_the_same_bytes(
    pages: dict[str, bytes], first_page: Callable[[bytes], bytes]
) -> None:
    html = first_page(pages["no_holdout"])
    assert to_pdf(html, attachments=FACTS) == to_pdf(html, attachments=FACTS)


@pytest.mark.parametrize("name", ["not_met", "inconclusive", "met", "hostile"])
def test_the_decision_is_one_page(
    pages: dict[str, bytes],
    hostile_view: View,
    first_page: Callable[[bytes], bytes],
    name: str,
) -> None:
    html = to_html(hostile_view) if name == "hostile" else pages[name]
    # Nothing but the decision page and a line of link targets: two pages, or it did not fit.
    cut = first_page(html).replace(
        b'<p id="copies">', b'<p style="break-before: page" id="copies">'
    )
    with pikepdf.open(io.BytesIO(to_pdf(cut, attachments={}))) as document:
        assert len(document.pages) == 2


def test_no_address_is_fetched() -> None:
    for source in ("http://127.0.0.1:9/x.png", "file:///etc/hostname"):
        html = f'<html lang="en"><title>t</title><img src="{source}" alt="x"></html>'
        with pytest.raises(RenderError, match="outside addresses"):
            to_pdf(html.encode(), attachments={})


def test_a_missing_library_is_named_and_prints_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    genuine = builtins.__import__

    def broken(name, *args, **kwargs):
        if name == "weasyprint":
            sys.stdout.write("WeasyPrint could not import some external libraries.")
            raise OSError("cannot load library 'libpango-1.0-0'")
        return genuine(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", broken)
    with pytest.raises(RenderError) as caught:
        to_pdf(b"<html></html>", attachments={})
    assert capsys.readouterr().out == ""
    assert "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in caught.value.hint
    assert caught.value.exit_code == 4


def test_every_signature_waits_in_a_field_of_its_cell(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        form = document.Root.AcroForm
        fields = list(form.Fields)
        names = [str(f.T) for f in fields]
        assert names == [f"signature-{role}" for role in SIGNED_BY]
        assert int(form.SigFlags) == 1
        for field in fields:
            assert str(field.FT) == "/Sig"
            assert "/V" not in field
            assert str(field.TU).startswith("Signature")
            assert int(field.F) == 4
            box = field.AP.N.BBox
            width = float(field.Rect[2]) - float(field.Rect[0])
            assert float(box[2]) == pytest.approx(width, abs=0.02)
            assert width > 60
        tops = [float(f.Rect[3]) for f in fields]
        assert tops == sorted(tops, reverse=True)


def test_a_screen_reader_finds_each_field_under_its_cell(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
        parents = {int(k): v for k, v in zip(numbers[::2], numbers[1::2], strict=True)}
        assert len(parents) == len(numbers) // 2
        for field in document.Root.AcroForm.Fields:
            element = parents[int(field.StructParent)]
            assert str(element.S) == "/Form"
            assert element.K[0].Obj.objgen == field.objgen
            assert str(element.P.S) == "/TD"
            assert element.objgen in {kid.objgen for kid in element.P.K}


def test_a_page_without_cells_to_sign_has_no_form() -> None:
    made = to_pdf(b'<html lang="en"><title>t</title><p>Nothing.</p></html>', attachments={})
    with pikepdf.open(io.BytesIO(made)) as document:
        assert "/AcroForm" not in document.Root


def test_the_outline_follows_the_contents(pdf: bytes, views: dict[str, View]) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as outline:
        titles = [str(item.title) for item in outline.root]
        parts = {str(item.title): len(item.children) for item in outline.root}
    plain = views["not_met"].plain
    whole = [plain[e.anchor].question for e in views["not_met"].contents[1:] if not e.is_part]
    assert [t for t in titles if t in whole] == whole
    assert parts[plain["results"].question] == len(views["not_met"].sections) + 2
