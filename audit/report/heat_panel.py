"""The heatmap as a vector picture: a shade and a number in every cell."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from audit.report.digits import Look, write
from audit.report.faces import Faces
from audit.report.pieces import HeatPanel
from audit.report.strips import INK, MID

STEPS = (0.01, 0.025, 0.05, 0.075)
"""Where a stronger shade begins."""
_SHADES = ("#ffffff", "#ece9e2", "#d3cfc5", "#97938a", "#55534d")
_QUIET = "#55534d"
_WIDTH = 3.228
_ROW, _TOP, _BOTTOM = 0.2, 0.36, 0.05
_NAMES = 0.42
"""Part of the width that the names of the rows take."""
_LONGEST_NAME, _LONGEST_HEAD = 22, 17
_POINTS = Look(100, 1)


def heat_size(panel: HeatPanel) -> tuple[float, float]:
    """Return width and height of the picture in inches."""
    return _WIDTH, _TOP + _ROW * len(panel.rows) + _BOTTOM


def draw_heat(figure: Figure, panel: HeatPanel, faces: Faces) -> None:
    """Draw names, heads and cells; an unmeasured cell is hatched and holds no number."""
    height = heat_size(panel)[1]
    n_rows, n_columns = len(panel.rows), len(panel.heads)
    box = (_NAMES, _BOTTOM / height, 1 - _NAMES, _ROW * n_rows / height)
    axes = figure.add_axes(box)
    axes.set_axis_off()
    axes.set_xlim(0, n_columns)
    axes.set_ylim(n_rows, 0)
    for i, cells in enumerate(panel.cells):
        for j, cell in enumerate(cells):
            _cell(axes, (j, i), cell, faces)
    _words(axes, panel, faces, left=-_NAMES / (1 - _NAMES) * n_columns)


def _cell(axes: Axes, at: tuple[int, int], cell: float | None, faces: Faces) -> None:
    gap = 0.04
    place = (at[0] + gap, at[1] + gap)
    if cell is None:
        axes.add_patch(
            Rectangle(place, 1 - 2 * gap, 1 - 2 * gap, fill=False, edgecolor=MID, hatch="////")
        )
        return
    shade = shade_of(cell)
    axes.add_patch(
        Rectangle(
            place,
            1 - 2 * gap,
            1 - 2 * gap,
            facecolor=_SHADES[shade],
            edgecolor=MID,
            linewidth=0.4,
        )
    )
    axes.text(
        at[0] + 0.5,
        at[1] + 0.53,
        faces.inked(write(cell, _POINTS)),
        ha="center",
        va="center",
        color=_SHADES[0] if shade == len(_SHADES) - 1 else INK,
        fontproperties=faces.bold if shade else faces.regular,
    )


def shade_of(excess: float) -> int:
    """Return the step of a shade: 0 is none, the largest is the strongest."""
    return sum(excess >= step for step in STEPS)


def _words(axes: Axes, panel: HeatPanel, faces: Faces, *, left: float) -> None:
    # Names are foreign: nothing in them is markup of the drawing library.
    for i, name in enumerate(panel.rows):
        words = faces.inked(_clipped(name, _LONGEST_NAME))
        axes.text(
            left, i + 0.53, words, va="center", parse_math=False, fontproperties=faces.regular
        )
    for j, head in enumerate(panel.heads):
        words = "\n".join(faces.inked(_clipped(line, _LONGEST_HEAD)) for line in head.split("\n"))
        axes.text(
            j + 0.5,
            -0.1,
            words,
            ha="center",
            va="bottom",
            parse_math=False,
            linespacing=1.1,
            color=_QUIET,
            fontproperties=faces.ticks(),
        )


def _clipped(words: str, longest: int) -> str:
    return words if len(words) <= longest else f"{words[: longest - 1]}…"
