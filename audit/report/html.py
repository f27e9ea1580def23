"""One self-contained page: style, fonts and pictures inside, no script, no outside address."""

import base64
from collections.abc import Iterator, Mapping

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from audit.report.digits import MINUS, THIN
from audit.report.evidence_sections import mark_words
from audit.report.figures import data_uri, pictures
from audit.report.pieces import Picture
from audit.report.shapes import View
from audit.report.templates import LANDMARK, template_bytes, template_folder

_FONTS = ("serif-400", "serif-400i", "serif-600", "sans-400", "sans-600", "mono-400")
_ROOMY, _TIGHT = 26, 19
"""Height of a strip in a roomy and in a tight forest."""


def to_html(view: View) -> bytes:
    """Return the report as one HTML file, the same bytes for the same view."""
    drawn = pictures(_wanted(view), strip_height=_TIGHT if view.decision.is_tight else _ROOMY)
    uris = {picture: data_uri(document) for picture, document in drawn.items()}
    page = _environment().get_template(LANDMARK)
    text = page.render(
        view=view,
        page=view.decision,
        uri=uris.__getitem__,
        fonts=_fonts(),
        marks=mark_words(),
        places=view.places,
    )
    return text.encode("utf-8")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(template_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(minus=MINUS, thin=THIN)
    return environment


def _wanted(view: View) -> Iterator[Picture]:
    for row in view.decision.forest.rows:
        yield row.strip
    for section in view.sections:
        for table in section.bars:
            for bar in table.rows:
                yield bar.strip
        for parts in section.parts:
            for part in parts.rows:
                yield part.strip
        for figure in section.figures:
            yield figure.panel
    for plain in view.plain.values():
        if plain.figure is not None:
            yield plain.figure.panel


def _fonts() -> Mapping[str, str]:
    return {
        name.replace("-", "_"): base64.b64encode(template_bytes("fonts", f"{name}.woff2")).decode()
        for name in _FONTS
    }
