"""Which renditions are made, and what happens where the PDF cannot be."""

from collections.abc import Mapping

import pytest

from audit.errors import RenderError
from audit.evidence import renditions
from audit.evidence.renditions import FORMATS, Renditions, render_files

FACTS = {"run.json": b"{}"}


@pytest.fixture(autouse=True)
def _fake_renderers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every renderer answers with its own name."""
    monkeypatch.setattr(renditions, "build_view", lambda *facts, report_only, history: report_only)
    plain = {name: (file, lambda view, n=name: n.encode()) for name, (file, _) in PLAIN.items()}
    monkeypatch.setattr(renditions, "_html", lambda view: b"html")
    monkeypatch.setattr(renditions, "_PLAIN", plain)
    monkeypatch.setattr(renditions, "_next_steps", lambda view: b"steps")
    monkeypatch.setattr(renditions, "_columns", lambda view: b"columns")
    monkeypatch.setattr("audit.report.pdf.to_pdf", lambda html, *, attachments: b"pdf of " + html)


PLAIN = dict(renditions._PLAIN)


def rendered(formats: tuple[str, ...] | None) -> Renditions:
    facts: Mapping[str, bytes] = FACTS
    return render_files(
        None,
        None,
        policy=None,
        declared=None,
        facts=facts,
        formats=formats,  # type: ignore[arg-type]
    )


def test_all_formats_by_default() -> None:
    made = rendered(None)
    assert made.missing == {}
    assert made.files == {
        "report.html": b"html",
        "report.pdf": b"pdf of html",
        "summary.md": b"md",
        "junit.xml": b"junit",
        "results.sarif": b"sarif",
        "columns.csv": b"columns",
        "next-steps.yaml": b"steps",
    }


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("html", "report.html"),
        ("pdf", "report.pdf"),
        ("md", "summary.md"),
        ("junit", "junit.xml"),
        ("sarif", "results.sarif"),
        ("json", None),
    ],
)
def test_one_format_alone(name: str, file: str | None) -> None:
    expected = {"columns.csv", "next-steps.yaml"} | ({file} if file else set())
    assert set(rendered((name,)).files) == expected


def test_every_format_is_known() -> None:
    assert set(FORMATS) == {*PLAIN, "pdf", "json"}


def broken(html: bytes, *, attachments: object) -> bytes:
    raise RenderError("no Pango", "install it")


def test_a_pdf_that_cannot_be_made_is_missing_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.report.pdf.to_pdf", broken)
    made = rendered(None)
    assert made.missing == {"report.pdf": "no Pango. install it"}
    assert "report.html" in made.files


def test_a_pdf_that_was_asked_for_by_name_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.report.pdf.to_pdf", broken)
    with pytest.raises(RenderError, match="no Pango"):
        rendered(("pdf",))
