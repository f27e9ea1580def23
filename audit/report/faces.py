"""The two weights of the sans, as the drawing library reads them."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from matplotlib.font_manager import FontProperties

from audit.report.templates import template_bytes

TEXT, TICK = 7.8, 7.5
_UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Faces:
    """The two weights of the sans."""

    regular: FontProperties
    bold: FontProperties
    drawable: frozenset[int]
    """Code points that both can draw."""

    def ticks(self) -> FontProperties:
        """Return the regular weight in the size of the scales."""
        small = self.regular.copy()
        small.set_size(TICK)
        return small

    def inked(self, words: str) -> str:
        """Return words with a question mark for what the font cannot draw."""
        return "".join(c if ord(c) in self.drawable else _UNKNOWN for c in words)


@contextmanager
def faces() -> Iterator[Faces]:
    """Unpack the fonts for one drawing: they travel as WOFF2, and TrueType alone is read."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        fonts = {name: _unpacked(name) for name in ("sans-400", "sans-600")}
        made = []
        for name, font in fonts.items():
            path = Path(folder) / f"{name}.ttf"
            font.save(path)
            made.append(FontProperties(fname=str(path), size=TEXT))
        drawable = frozenset.intersection(*(frozenset(f.getBestCmap()) for f in fonts.values()))
        yield Faces(made[0], made[1], drawable)


def _unpacked(name: str) -> TTFont:
    font = TTFont(io.BytesIO(template_bytes("fonts", f"{name}.woff2")), recalcTimestamp=False)
    font.flavor = None
    return font
