"""Which renditions are made, and what happens where the PDF cannot be."""

from collections.abc import Mapping

import pytest

from audit.errors import RenderError
from audit.evidence import renditions
from audit.evidence.renditions import FORMATS, Renditions, render_files

FACTS = {"run.json": b"{}"}


@pytest.fixture(autouse=True)
def _fake_renderers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every renderer answers with its own name, and for whom; a view is the name of its edition."""
    monkeypatch.setattr(
        renditions, "build_view", lambda *facts, report_only, history, edition="internal": edition
    )
    monkeypatch.setattr(renditions, "for_insiders", lambda view, *facts: f"told {view}")
    monkeypatch.setattr(renditions, "external_verdict", lambda *facts: b"external verdict")
    plain = {
        name: (file, lambda view, n=name: f"{n} for {view}".encode())
        for name, (file, _) in PLAIN.items()
    }
    monkeypatch.setattr(renditions, "_html", lambda view: f"html for {view}".encode())
    monkeypatch.setattr(renditions, "_PLAIN", plain)
    monkeypatch.setattr(renditions, "_next_steps", lambda view: b"steps")
    monkeypatch.setattr(renditions, "_columns", lambda view: b"columns")
    monkeypatch.setattr(
        "audit.report.pdf.to_pdf",
        lambda html, *, attachments: b"pdf of " + html + b" with " + " ".join(attachments).encode(),
    )


PLAIN = dict(renditions._PLAIN)


def rendered(
    formats: tuple[str, ...] | None, editions: tuple[str, ...] | None = None
) -> Renditions:
    facts: Mapping[str, bytes] = FACTS
    return render_files(
        None,
        None,
        policy=None,
        declared=None,
        facts=facts,
        formats=formats,  # type: ignore[arg-type]
        editions=editions,
    )


def test_all_formats_by_default() -> None:
    made = rendered(None)
    assert made.missing == {}
    assert made.files == {
        "report.html": b"html for internal",
        "report.pdf": b"pdf of html for internal with run.json",
        "summary.md": b"md for external",
        "junit.xml": b"junit for external",
        "results.sarif": b"sarif for external",
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
    assert set(FORMATS) == {*PLAIN, "html", "pdf", "json"}


def test_outsiders_have_a_folder_of_their_own_and_none_of_the_facts() -> None:
    made = rendered(None, ("internal", "external")).files
    assert made["external/verdict.json"] == b"external verdict"
    assert made["external/report.html"] == b"html for external"
    assert made["external/report.pdf"] == b"pdf of html for external with verdict.json"
    assert made["report.pdf"] == b"pdf of html for internal with run.json"
    assert made["summary.md"] == b"md for external"


def test_the_external_edition_alone_names_no_column_in_a_report() -> None:
    assert set(rendered(("html",), ("external",)).files) == {
        "external/report.html",
        "external/verdict.json",
        "next-steps.yaml",
    }


def test_insiders_alone_read_everything_in_files_for_machines() -> None:
    made = rendered(("md", "junit", "sarif"), ("internal",)).files
    assert made["summary.md"] == b"md for told internal"
    assert made["results.sarif"] == b"sarif for told internal"


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
