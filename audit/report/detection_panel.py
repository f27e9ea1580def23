"""Detection curves as a vector picture: one small panel per check, all on the same axes.

Above each panel stands where a curve reaches 80 %, bold for verbatim copies.
"""

from dataclasses import dataclass
from math import log10

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from audit.report.digits import PERCENT, write_count
from audit.report.faces import Faces
from audit.report.pieces import Detection, DetectionCurve, DetectionPanel
from audit.report.strips import INK

_QUIET = "#55534d"
_DASHES = (0, (4, 2))
_DOTS = (0, (0.9, 1.8))
_POWER = 80
_COLUMNS = 2
_WIDTH = 3.228
_LEFT, _RIGHT, _BETWEEN = 0.37, 0.13, 0.2
_TOP, _KEY, _BOTTOM = 0.2, 0.24, 0.36
_NAME, _PLOT, _GAP = 0.35, 0.62, 0.1
_WIDE = (_WIDTH - _LEFT - _RIGHT - _BETWEEN) / _COLUMNS
_LETTER, _APART = 0.058, 0.06
"""Width of a letter and of the least gap between two numbers, in inches."""
_LONGEST_NAME = 26
_VERBATIM, _JITTERED = "verbatim copies", "copies with a little noise"


@dataclass(frozen=True, slots=True)
class _Line:
    """How a curve and its number are drawn."""

    curve: DetectionCurve
    style: str | tuple[int, tuple[int, int]]
    width: float
    colour: str
    is_bold: bool


def detection_size(panel: DetectionPanel) -> tuple[float, float]:
    """Return width and height of the picture in inches."""
    rows = -(-len(panel.checks) // _COLUMNS)
    return _WIDTH, _TOP + _KEY + rows * (_NAME + _PLOT) + (rows - 1) * _GAP + _BOTTOM


def draw_detection(figure: Figure, panel: DetectionPanel, faces: Faces) -> None:
    """Draw a panel per check in two columns; only the outer ones carry the words of the scales."""
    width, height = detection_size(panel)
    _words(figure, height, faces)
    for i, check in enumerate(panel.checks):
        row, column = divmod(i, _COLUMNS)
        left = _LEFT + column * (_WIDE + _BETWEEN)
        top = _TOP + _KEY + row * (_NAME + _PLOT + _GAP) + _NAME
        box = (left / width, 1 - (top + _PLOT) / height, _WIDE / width, _PLOT / height)
        axes = figure.add_axes(box)
        _scales(axes, panel.most, is_left=not column)
        if i + _COLUMNS < len(panel.checks):
            # The lowest panel of a column says what the axis counts.
            axes.set_xticklabels([])
        for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
            label.set_fontproperties(faces.ticks())
        _check(axes, check, panel.most, faces)


def _words(figure: Figure, height: float, faces: Faces) -> None:
    """Write what both axes count, and how the two curves are told apart."""
    titles = (
        (0.0, 1 - 0.1 / height, "share of draws in which the check noticed", "left"),
        (1 - _RIGHT / _WIDTH, 0.1 / height, "copied people (log scale)", "right"),
    )
    for x, y, words, side in titles:
        figure.text(x, y, words, ha=side, va="center", color=INK, fontproperties=faces.regular)
    key = figure.add_axes((0, 1 - (_TOP + _KEY) / height, 1, _KEY / height))
    key.set_axis_off()
    key.set_xlim(0, _WIDTH)
    key.set_ylim(0, 1)
    bold, quiet = faces.bold, faces.regular
    for x, words, style, colour, font in (
        (_LEFT, _VERBATIM, "-", INK, bold),
        (_LEFT + 1.25, _JITTERED, _DASHES, _QUIET, quiet),
    ):
        key.plot([x, x + 0.2], [0.62] * 2, color=colour, linestyle=style, linewidth=1.3)
        key.text(x + 0.26, 0.6, words, va="center", color=colour, fontproperties=font)


def _scales(axes: Axes, most: float, *, is_left: bool) -> None:
    axes.set_xscale("log")
    axes.set_xlim(1, max(most, 2.0))
    axes.set_ylim(-2, 103)
    decades = [10**k for k in range(int(log10(max(most, 2.0)) + 1e-9) + 1)]
    axes.set_xticks(decades, [write_count(d) for d in decades])
    axes.set_yticks([0, 50, _POWER], ["0", "50", f"{_POWER}{PERCENT}"] if is_left else [""] * 3)
    axes.minorticks_off()
    axes.axhline(_POWER, color=INK, linestyle=_DOTS, linewidth=0.9)


def _check(axes: Axes, check: Detection, most: float, faces: Faces) -> None:
    name = check.name
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME - 1]}…"
    axes.set_title(
        faces.inked(name), loc="left", pad=12, fontproperties=faces.bold, parse_math=False
    )
    lines = [
        _Line(curve, style, width, colour, is_bold)
        for curve, style, width, colour, is_bold in (
            (check.verbatim, "-", 1.3, INK, True),
            (check.jittered, _DASHES, 1.1, _QUIET, False),
        )
        if curve is not None
    ]
    for line in lines:
        axes.plot(
            *zip(*line.curve.points, strict=True),
            color=line.colour,
            linestyle=line.style,
            linewidth=line.width,
            clip_on=False,
        )
    for line, left in zip(lines, _lefts([line.curve for line in lines], most), strict=True):
        _number(axes, line, left, faces)


def _number(axes: Axes, line: _Line, left: float, faces: Faces) -> None:
    """Write above the panel how many people it takes, and mark where the curve gets there."""
    reached = [(n, share) for n, share in line.curve.points if n == line.curve.enough]
    axes.plot(
        [n for n, _ in reached],
        [share for _, share in reached],
        "o",
        color=line.colour,
        markersize=2.6,
        clip_on=False,
    )
    font = (faces.bold if line.is_bold else faces.regular).copy()
    font.set_size(faces.ticks().get_size())
    axes.text(
        left / _WIDE,
        1.05,
        faces.inked(line.curve.words),
        transform=axes.transAxes,
        color=line.colour,
        fontproperties=font,
    )


def _lefts(curves: list[DetectionCurve], most: float) -> list[float]:
    """Return where the numbers begin, in inches: over their curves, inside and apart."""
    widths = [_LETTER * len(c.words) for c in curves]
    middles = [_WIDE if c.enough is None else _place(c.enough, most) for c in curves]
    lefts = [min(max(m - w / 2, 0.0), _WIDE - w) for m, w in zip(middles, widths, strict=True)]
    if len(lefts) < 2:
        return lefts
    first, last = sorted((0, 1), key=lambda i: middles[i])
    lefts[last] = min(max(lefts[last], lefts[first] + widths[first] + _APART), _WIDE - widths[last])
    lefts[first] = min(lefts[first], lefts[last] - widths[first] - _APART)
    return lefts


def _place(people: float, most: float) -> float:
    return _WIDE * min(log10(max(people, 1.0)) / log10(max(most, 2.0)), 1.0)
