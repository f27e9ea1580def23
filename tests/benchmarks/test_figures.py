"""The figures of the study show what the tables of its page say."""

import pytest

from benchmarks.calibration.figures import (
    LINES,
    NULL,
    PAGE,
    POWER,
    ladder_figure,
    misses_figure,
    share,
    tables_in,
)

TINY = """## A part

### One

| measurement | no leak (5 draws) | 5.0% (5 draws) |
| --- | --- | --- |
| `a.excess`, each variant | 0% / 20% | **100%** / – |

Words.

### Two

No table.
"""


def test_a_table_is_read_as_it_stands():
    (table,) = tables_in(TINY)
    assert table.title == "One"
    assert table.heads == ("no leak (5 draws)", "5.0% (5 draws)")
    assert table.rows == {"a.excess, each variant": ("0% / 20%", "**100%** / –")}


@pytest.mark.parametrize(
    ("cell", "expected"), [("4.1%", 0.041), ("0% / 20%", 0.0), ("**100%** / –", 1.0), ("–", None)]
)
def test_the_first_number_of_a_cell_counts(cell, expected):
    assert share(cell) == (None if expected is None else pytest.approx(expected))


def test_every_line_is_drawn_from_the_page():
    tables = list(tables_in(PAGE.read_text(encoding="utf-8")))
    ladders = [t for t in tables if t.title.endswith(POWER) and t.heads[0].startswith("no leak")]
    assert len(ladders) == 10
    panels = ladder_figure(ladders).axes
    first = panels[0].lines[0].get_ydata()
    assert list(first) == [share(c) for c in ladders[0].rows[next(iter(LINES))]]
    for axes in misses_figure(next(t for t in tables if t.title == NULL)).axes:
        dots, bands = (line.get_xdata() for line in axes.lines[:2])
        assert len(dots) > 100
        assert (dots <= bands).all()
