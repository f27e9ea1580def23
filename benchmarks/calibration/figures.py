"""The figures of docs/calibration.md, drawn from the tables that stand in it.

    python -m benchmarks.calibration.figures

So a figure never shows what the page does not say, and needs no stored draws.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "calibration.md"
IMAGES = ROOT / "docs" / "images"
NULL, POWER = "All populations and sizes together", "population planted, 400 + 400 + 400 people"
LINES: Mapping[str, tuple[str, Any]] = {
    "identical-match.excess": ("equality", "-"),
    "near-copy.excess": ("near copies", "--"),
    "linkability.excess": ("linkability", ":"),
    "attribute-inference-worst-case.excess": ("inference", "-."),
    "membership-worst-case.log_ratio_at_fpr_1pct": ("membership, tail", (0, (5, 1, 1, 1))),
}
"""Measurements that have a curve, with a name and a dash each: readable without colour."""
_GREYS = ("#000000", "#4a4a4a", "#7a3b00", "#00507a", "#6b6b6b")
_STYLE = {"svg.hashsalt": "calibration", "font.size": 8, "axes.spines.top": False,
          "axes.spines.right": False, "svg.fonttype": "none"}  # fmt: skip


class Table(NamedTuple):
    """One table of the page."""

    title: str
    heads: tuple[str, ...]
    rows: Mapping[str, tuple[str, ...]]


def tables_in(page: str) -> Iterator[Table]:
    """Yield every table that stands right under a heading of the third level."""
    for title, block in re.findall(r"^### (.+)\n\n((?:\|.*\n)+)", page, re.MULTILINE):
        lines = [_cells(line) for line in block.splitlines()]
        yield Table(title, tuple(lines[0][1:]), {row[0]: tuple(row[1:]) for row in lines[2:]})


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("`", "") for cell in line.strip().strip("|").split("|")]


def share(cell: str) -> float | None:
    """Return the first percentage of a cell as a share; None where there is none."""
    found = re.match(r"\**([\d.]+)%", cell)
    return None if found is None else float(found[1]) / 100


def misses_figure(table: Table) -> Figure:
    """Return how often each end and p-value of a private release is wrong, against its band."""
    figure = Figure(figsize=(7, 3), layout="constrained")
    for column, axes in enumerate(figure.subplots(1, 3, sharey=True)):
        found = [(share(row[column]), share(row[4])) for row in table.rows.values()]
        known = sorted((s, band) for s, band in found if s is not None and band is not None)
        axes.plot([s for s, _ in known], range(len(known)), "k.", markersize=3)
        axes.plot([b for _, b in known], range(len(known)), "|", color="#8a8a8a", markersize=3)
        axes.axvline(0.05, color="black", linewidth=0.6, linestyle=":")
        axes.set_title(f"{table.heads[column]}\n{len(known)} measurements", fontsize=8)
        axes.set_xlabel("share of private releases")
        axes.set_xlim(-0.01, 0.5)
        axes.set_yticks([])
    return figure


def ladder_figure(tables: Sequence[Table]) -> Figure:
    """Return how often each leak is seen, a panel for each kind."""
    figure = Figure(figsize=(7, 1.6 * ((len(tables) + 2) // 3)), layout="constrained")
    grid = figure.subplots((len(tables) + 2) // 3, 3, sharey=True, squeeze=False)
    for axes, table in zip(grid.flat, tables, strict=False):
        _ladder(axes, table)
    for axes in list(grid.flat)[len(tables) :]:
        axes.set_axis_off()
    handles, names = grid.flat[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=5, frameon=False)
    return figure


def _ladder(axes: Axes, table: Table) -> None:
    places = range(len(table.heads))
    for (measure, (name, dash)), grey in zip(LINES.items(), _GREYS, strict=True):
        seen = [share(cell) or 0.0 for cell in table.rows[measure]]
        axes.plot(places, seen, linestyle=dash, color=grey, linewidth=1.2, label=name)
    axes.axhline(0.8, color="black", linewidth=0.5, linestyle=":")
    axes.set_title(table.title.partition(":")[0].partition(",")[0], fontsize=7.5)
    rungs = (re.sub(r"(\.0)?(%?) \(.*", r"\2", head) for head in table.heads)
    axes.set_xticks(places, [rung.replace("no leak", "0") for rung in rungs])
    axes.set_ylim(-0.04, 1.04)
    axes.set_yticks([0, 0.8, 1], ["0", "80 %", "100 %"])


def main() -> None:
    """Write both figures beside the page."""
    tables = list(tables_in(PAGE.read_text(encoding="utf-8")))
    ladders = [t for t in tables if t.title.endswith(POWER) and t.heads[0].startswith("no leak")]
    made = {
        "calibration-null.svg": misses_figure(next(t for t in tables if t.title == NULL)),
        "calibration-power.svg": ladder_figure(ladders),
    }
    for name, figure in made.items():
        figure.savefig(IMAGES / name, metadata={"Date": None})


if __name__ == "__main__":
    with mpl.rc_context(_STYLE):
        main()
