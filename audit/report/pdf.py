"""The same page on paper: tagged PDF/A-3a and PDF/UA-1, its facts attached, the same bytes again.

Recipe: the metadata stream stays uncompressed and carries the PDF/UA part with its PDF/A extension
schema (ISO 19005-3:2012 6.6.2.3, ISO 14289-1:2014 5). No address but `data:` is ever fetched.
"""

import contextlib
import io
import os
import warnings
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from types import ModuleType
from typing import Any, TypeAlias, cast

from audit.errors import RenderError
from audit.report.signature_fields import add_signature_fields
from audit.text import safe_text

Foreign: TypeAlias = Any
"""WeasyPrint carries no types."""
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Date of every attachment: a run has no clock, and equal runs have equal bytes."""
_AMBIGUOUS = b"\r\nendstream"
"""A stream that ends in a carriage return: a reader may take it for a part of the end of line, and
the length for wrong (ISO 19005-3:2012 6.1.7.1)."""
_TRIES = 4
MEDIA = {"json": "application/json", "csv": "text/csv", "yaml": "application/yaml"}

_UA_PART = b"""<rdf:Description rdf:about="" \
xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>\
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>\
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq>\
</pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


def to_pdf(html: bytes, *, attachments: Mapping[str, bytes]) -> bytes:
    """Return the report as a tagged PDF/A-3a that is PDF/UA-1 as well.

    Parameters
    ----------
    html
        What `to_html` returned.
    attachments
        File name -> content; the facts travel with the paper.

    Raises
    ------
    RenderError
        If the system's text libraries are missing, or the page asked for an address.
    """
    weasyprint = _weasyprint()
    fetcher = _deny_all(weasyprint)
    made = b""
    for padding in range(_TRIES):
        made = _written(weasyprint, html, fetcher, attachments=attachments, padding=padding)
        if fetcher.denied:
            raise RenderError(f"the report asked for {len(fetcher.denied)} outside addresses")
        if _AMBIGUOUS not in made:
            break
    return made


def _written(
    weasyprint: ModuleType,
    html: bytes,
    fetcher: Foreign,
    *,
    attachments: Mapping[str, bytes],
    padding: int,
) -> bytes:
    with _still_clock(), warnings.catch_warnings():
        # Without HarfBuzz's subsetter the fonts are larger and nothing else changes.
        warnings.filterwarnings("ignore", message=".*[Hh]arf[Bb]uzz.*")
        # WeasyPrint leaves the file of its colour profile to the garbage collector.
        warnings.filterwarnings("ignore", message=".*sRGB2014.icc.*", category=ResourceWarning)
        document = weasyprint.HTML(string=html.decode("utf-8"), url_fetcher=fetcher)
        made = document.write_pdf(
            pdf_variant="pdf/a-3a",
            finisher=partial(_finish, padding=padding),
            attachments=[_attachment(weasyprint, n, b) for n, b in sorted(attachments.items())],
        )
    return bytes(made)


def _weasyprint() -> ModuleType:
    """Import WeasyPrint; its banner about a missing library must not reach stdout."""
    banner = io.StringIO()
    try:
        with contextlib.redirect_stdout(banner):
            import weasyprint
    except (ImportError, OSError) as error:
        raise RenderError(
            f"the PDF cannot be made: a system library is missing ({type(error).__name__})",
            f"Install it: apt-get install -y --no-install-recommends {PACKAGES}",
        ) from None
    return cast(ModuleType, weasyprint)


def _deny_all(weasyprint: ModuleType) -> Foreign:
    class Deny(weasyprint.urls.URLFetcher):  # type: ignore[name-defined,misc]
        """Fetches what the page holds itself, and remembers what else was asked for."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols={"data"}, allow_redirects=False)
            self.denied: list[str] = []

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Foreign:
            if url[:5].lower() != "data:":
                # The scheme only: an address may carry data.
                self.denied.append(safe_text(url.split(":", 1)[0], 12))
            return super().fetch(url, headers)

    return Deny()


def _attachment(weasyprint: ModuleType, name: str, content: bytes) -> Foreign:
    suffix = name.rpartition(".")[2]
    return weasyprint.Attachment(
        string=content,
        name=safe_text(name, 60),
        description=f"{safe_text(name, 60)} of this audit ({MEDIA.get(suffix, 'data')})",
        relationship="Data",
        created=EPOCH,
        modified=EPOCH,
    )


@contextlib.contextmanager
def _still_clock() -> Iterator[None]:
    # fontTools writes a date into every subset unless this is set.
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = before or str(int(EPOCH.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]


def _finish(document: Foreign, pdf: Foreign, *, padding: int) -> None:
    add_signature_fields(document, pdf)
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    metadata.compress = False
    before, tag, after = metadata.stream[0].rpartition(b"</rdf:RDF>")
    # White space moves what follows, and so changes the bytes of the table of contents.
    metadata.stream[0] = before + _UA_PART + b"\n" * padding + tag + after
    for thing in pdf.objects:
        if getattr(thing, "compress", False) and thing.data.endswith(_AMBIGUOUS):
            thing.compress = False
