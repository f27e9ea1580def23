"""From the data of a picture to its SVG document, and to an address that a page can hold."""

import base64
from collections.abc import Iterable

from audit.report.panels import draw_panels
from audit.report.pieces import BarStrip, PartStrip, Picture, Strip
from audit.report.strips import bars_strip, forest_strip, part_strip


def pictures(wanted: Iterable[Picture], *, strip_height: float = 26) -> dict[Picture, str]:
    """Return the SVG document of every picture; panels are drawn together.

    Parameters
    ----------
    wanted
        Pictures; equal ones are drawn once.
    strip_height
        Height of a row of the forest: a long forest is drawn tighter.
    """
    unique = list(dict.fromkeys(wanted))
    panels = [p for p in unique if not isinstance(p, Strip | BarStrip | PartStrip)]
    drawn: dict[Picture, str] = dict(zip(panels, draw_panels(panels), strict=True))
    for picture in unique:
        if isinstance(picture, Strip):
            drawn[picture] = forest_strip(picture, height=strip_height)
        elif isinstance(picture, BarStrip):
            drawn[picture] = bars_strip(picture)
        elif isinstance(picture, PartStrip):
            drawn[picture] = part_strip(picture)
    return drawn


def data_uri(document: str) -> str:
    """Return an SVG document as an address; a page needs nothing beside itself."""
    encoded = base64.b64encode(document.encode("utf-8")).decode("ascii")
    return f"data:image/svg+xml;base64,{encoded}"
