"""Panels: distances, ROC, heatmap, detection, as vector pictures whose words are paths."""

import io
from collections.abc import Sequence
from typing import TypeAlias
from xml.sax.saxutils import escape

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from audit.facts.figures import Ecdf, Roc
from audit.report.detection_panel import detection_size, draw_detection
from audit.report.digits import PERCENT
from audit.report.faces import Faces, faces
from audit.report.heat_panel import draw_heat, heat_size
from audit.report.pieces import DetectionPanel, EcdfPanel, HeatPanel, Panel, RocPanel
from audit.report.strips import INK, MID
from audit.report.templates import template_folder

QUIET = "#55534d"
_BOX = (0.13, 0.2, 0.835, 0.68)
_TAIL = 0.1
_FLOOR = 0.001
_DASHES = (0, (4, 2))
"""The third curve: told from the other two in grey and by those who see no colour."""


_Dashes: TypeAlias = str | tuple[int, tuple[int, int]]
_Line: TypeAlias = tuple[str, str, float, _Dashes]


def draw_panels(panels: Sequence[Panel]) -> tuple[str, ...]:
    """Return one SVG document per panel; same numbers, same bytes."""
    if not panels:
        return ()
    style = template_folder() / "synthgate.mplstyle"
    with faces() as unpacked, rc_context(fname=str(style)):
        return tuple(_draw(panel, unpacked) for panel in panels)


def _draw(panel: Panel, faces: Faces) -> str:
    figure = Figure()
    FigureCanvasSVG(figure)
    if isinstance(panel, HeatPanel):
        figure.set_size_inches(*heat_size(panel))
        draw_heat(figure, panel, faces)
    elif isinstance(panel, DetectionPanel):
        figure.set_size_inches(*detection_size(panel))
        draw_detection(figure, panel, faces)
    else:
        _curves(figure, panel, faces)
    return _titled(_saved(figure), panel.alt)


def _curves(figure: Figure, panel: EcdfPanel | RocPanel, faces: Faces) -> None:
    axes = figure.add_axes(_BOX)
    if isinstance(panel, RocPanel):
        _roc(axes, panel, faces)
    elif panel.is_tail:
        _ecdf_tail(axes, panel.ecdf, faces)
    else:
        _ecdf(axes, panel.ecdf, faces)
    _set_type(axes, faces)


def _saved(figure: Figure) -> str:
    sink = io.StringIO()
    figure.savefig(sink, format="svg", metadata={"Date": None, "Creator": None})
    return sink.getvalue()


def _titled(document: str, title: str) -> str:
    """Start at the root element, and put the title first in it."""
    root = document[document.index("<svg") :]
    end = root.index(">") + 1
    return f"{root[:end]}<title>{escape(title)}</title>{root[end:]}"


def _set_type(axes: Axes, faces: Faces) -> None:
    ticks = faces.ticks()
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(ticks)
    for title in (axes.xaxis.label, axes._left_title):  # type: ignore[attr-defined]
        title.set_fontproperties(faces.regular)


def _y_title(axes: Axes, words: str) -> None:
    title = axes.set_title(words, loc="left")
    # The title stands at the edge of the panel, above the figures of the scale.
    title.set_x(-_BOX[0] / _BOX[2])


def _ecdf(axes: Axes, ecdf: Ecdf, faces: Faces) -> None:
    _y_title(axes, "share of people at least that close")
    axes.set_xlabel("distance to the nearest synthetic record")
    axes.set_ylim(0, 103)
    axes.set_yticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", f"100{PERCENT}"])
    axes.set_xlim(min(0.0, ecdf.x[0]), ecdf.x[-1])
    if ecdf.holdout:
        axes.plot(ecdf.x, _percent(ecdf.holdout), color=MID, linewidth=3.2, solid_capstyle="butt")
    if ecdf.reference:
        axes.plot(ecdf.x, _percent(ecdf.reference), color=QUIET, linestyle=_DASHES, linewidth=1.1)
    axes.plot(ecdf.x, _percent(ecdf.real), color=INK, linewidth=1.1)
    _name_curves(axes, ecdf, faces)


def _percent(shares: Sequence[float]) -> list[float]:
    return [100 * s for s in shares]


def _name_curves(axes: Axes, ecdf: Ecdf, faces: Faces) -> None:
    """Direct labels, to the lower right of where the curves climb; no legend box."""
    corner = axes.transAxes
    if not ecdf.holdout:
        axes.text(0.98, 0.1, "real", transform=corner, ha="right", fontproperties=faces.bold)
        return
    lines: list[_Line] = [("real", INK, 1.1, "-"), ("holdout", MID, 3.2, "-")]
    if ecdf.reference:
        lines.append(("holdout to real", QUIET, 1.1, _DASHES))
    left = 0.6 if ecdf.reference else 0.72
    for place, (words, colour, width, style) in enumerate(reversed(lines)):
        y = 0.09 + 0.1 * place
        at = [left, left + 0.07]
        axes.plot(
            at, [y + 0.022] * 2, transform=corner, color=colour, linewidth=width, linestyle=style
        )
        weight = faces.bold if words == "real" else faces.regular
        shade = INK if words == "real" else QUIET
        axes.text(left + 0.09, y, words, transform=corner, fontproperties=weight, color=shade)


def _ecdf_tail(axes: Axes, ecdf: Ecdf, faces: Faces) -> None:
    _y_title(axes, "share of people at least that close (log scale)")
    axes.set_xlabel("distance to the nearest synthetic record")
    axes.set_yscale("log")
    near = [i for i, share in enumerate(ecdf.holdout or ecdf.real) if share <= _TAIL]
    last = max(near[-1] if near else 1, 1)
    axes.set_xlim(ecdf.x[0], ecdf.x[last])
    every = (*ecdf.real, *ecdf.holdout, *ecdf.reference)
    smallest = min((s for s in every if s > 0), default=_FLOOR)
    # A curve that leaves the tail early would leave the panel: then the panel shows all of it.
    top = 12 if ecdf.real[last] <= 0.12 else 125
    ticks = [t for t in (0.01, 0.1, 1, 10, 100) if 30 * smallest <= t <= top]
    words = [f"{t:g}" for t in ticks[:-1]] + [f"{t:g}{PERCENT}" for t in ticks[-1:]]
    axes.set_yticks(ticks, words)
    axes.set_ylim(min(ticks[0], 100 * smallest) * 0.8, top)
    axes.minorticks_off()
    curves = (
        (ecdf.holdout, MID, 3.2, "-"),
        (ecdf.reference, QUIET, 1.1, _DASHES),
        (ecdf.real, INK, 1.1, "-"),
    )
    for shares, colour, width, style in curves:
        seen = [(x, 100 * s) for x, s in zip(ecdf.x, shares, strict=False) if s > 0]
        if seen:
            axes.plot(*zip(*seen, strict=True), color=colour, linewidth=width, linestyle=style)
    _name_curves(axes, ecdf, faces)


def _roc(axes: Axes, panel: RocPanel, faces: Faces) -> None:
    roc: Roc = panel.roc
    _y_title(axes, "true positive rate, % of real people")
    axes.set_xlabel("false positive rate, % of holdout people (log scale)")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(0.1, 100)
    axes.set_ylim(0.1, 125)
    axes.set_xticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    axes.set_yticks([0.1, 1, 10, 100], ["0.1", "1", "10", f"100{PERCENT}"])
    axes.minorticks_off()
    axes.plot([0.1, 100], [0.1, 100], color=QUIET, linestyle=":", linewidth=1.0)
    points = [(100 * f, 100 * t) for f, t in zip(roc.fpr, roc.tpr, strict=True) if f > 0 and t > 0]
    if points:
        axes.plot(*zip(*points, strict=True), color=INK, linewidth=1.8)
    axes.text(30, 12, "chance", fontproperties=faces.regular, color=QUIET)
    if panel.tpr_at_1pct is not None and panel.tpr_at_1pct > 0:
        _graded_point(axes, 100 * panel.tpr_at_1pct, faces)


def _graded_point(axes: Axes, tpr: float, faces: Faces) -> None:
    axes.plot([1, 1], [0.1, tpr], color=INK, linewidth=0.7)
    axes.plot([1], [tpr], "o", color=INK)
    axes.plot([1.08, 1.7], [tpr, tpr * 0.78], color=INK, linewidth=0.6)
    words = f"{tpr:.1f}{PERCENT} at 1{PERCENT}"
    axes.text(1.85, tpr * 0.62, words, fontproperties=faces.bold, color=INK)
