import re
from dataclasses import replace
from types import ModuleType
from xml.etree import ElementTree

import pytest

from audit.facts.figures import Bars
from audit.report.family_figures import MOST_BARS, bar_tables
from audit.report.figures import data_uri, pictures
from audit.report.pieces import BarStrip, EcdfPanel, RateBar, RocPanel, Strip
from audit.report.shapes import View
from audit.report.strips import bars_strip, forest_strip

SVG = "{http://www.w3.org/2000/svg}"


def parsed(document: str) -> ElementTree.Element:
    root = ElementTree.fromstring(document)
    assert root.tag == f"{SVG}svg"
    # The title comes first: it is what a screen reader says.
    assert root[0].tag == f"{SVG}title"
    return root


def strip(**more: object) -> Strip:
    defaults: dict[str, object] = {
        "shape": "met",
        "alt": "X-1",
        "value": 0.5,
        "low": 0.25,
        "high": 1,
    }
    return Strip(**(defaults | more))  # type: ignore[arg-type]


def test_every_limit_falls_on_one_line() -> None:
    # The axis runs from -0.5 to 3.25 over 240: one limit is 64 wide, no effect stands at 32.
    root = parsed(forest_strip(strip()))
    lines = [e.get("d") for e in root if e.tag == f"{SVG}path"]
    assert "M32 0L32 26" in lines
    assert "M96 0L96 26" in lines
    assert "M48 13L96 13" in lines
    point = next(e for e in root if e.tag == f"{SVG}circle")
    assert point.get("cx") == "64"


@pytest.mark.parametrize(
    ("shape", "tag"),
    [("not-met", "rect"), ("inconclusive", "path"), ("met", "circle"), ("not-exceeded", "circle")],
)
def test_the_shape_says_the_status_without_colour(shape: str, tag: str) -> None:
    root = parsed(forest_strip(strip(shape=shape)))
    assert root[-1].tag == f"{SVG}{tag}"
    dashed = any(e.get("stroke-dasharray") for e in root)
    assert dashed == (shape == "not-exceeded")


def test_what_lies_beyond_the_edge_ends_in_an_arrow() -> None:
    root = parsed(forest_strip(strip(shape="not-met", low=2.5, value=4.0, high=9.0)))
    closed = [e for e in root if e.tag == f"{SVG}path" and str(e.get("d")).endswith("Z")]
    assert len(closed) == 1


def test_a_missing_end_has_neither_cap_nor_arrow() -> None:
    whole = parsed(forest_strip(strip(shape="inconclusive")))
    open_ = parsed(forest_strip(strip(shape="inconclusive", high=None)))
    assert len(list(open_)) == len(list(whole)) - 1


def test_a_census_has_a_point_and_no_interval() -> None:
    root = parsed(forest_strip(strip(value=0.0, low=0.0, high=0.0, is_exact=True)))
    assert len([e for e in root if e.tag == f"{SVG}path"]) == 4


def test_nothing_measured_leaves_the_axis_only() -> None:
    root = parsed(forest_strip(strip(value=None)))
    assert len(list(root)) == 1 + 4


def test_bars_run_from_zero_to_a_hundred() -> None:
    bars = BarStrip("x", RateBar(50, 48, 52), RateBar(25, 24, 26), RateBar(0, 0, 0))
    root = parsed(bars_strip(bars))
    widths = [e.get("width") for e in root if e.tag == f"{SVG}rect"]
    assert widths[:2] == ["120", "60"]
    assert parsed(bars_strip(replace(bars, baseline=None))).get("height") == "29"


def test_foreign_words_are_inert_in_a_picture() -> None:
    root = parsed(forest_strip(strip(alt="</title><script>x</script>")))
    assert root[0].text == "</title><script>x</script>"
    assert not [e for e in root.iter() if e.tag.endswith("script")]


def test_panels_are_vectors_without_a_clock(views: dict[str, View], sample: ModuleType) -> None:
    wanted = [f.panel for s in views["not_met"].sections for f in s.figures]
    drawn = pictures(wanted)
    assert len(drawn) == 3
    for document in drawn.values():
        root = parsed(document)
        assert not re.search(r"<(image|text)\b", document)
        assert "dc:date" not in document
        assert root.get("viewBox")


def test_the_same_numbers_make_the_same_bytes(sample: ModuleType) -> None:
    ecdf = sample.ecdf(1.0)
    panels = [EcdfPanel(ecdf, is_tail=False, alt="a"), EcdfPanel(ecdf, is_tail=True, alt="b")]
    assert pictures(panels) == pictures(panels)


def test_panels_without_a_holdout_or_with_an_early_curve(sample: ModuleType) -> None:
    alone = replace(sample.ecdf(0.0), holdout=())
    early = replace(sample.ecdf(0.0), real=tuple(min(1.0, 9 * y) for y in sample.ecdf(0.0).real))
    drawn = pictures(EcdfPanel(e, is_tail=True, alt="x") for e in (alone, early))
    assert len(drawn) == 2


def test_a_third_curve_is_dashed(sample: ModuleType) -> None:
    ecdf = sample.ecdf(0.0)
    third = replace(ecdf, reference=tuple(y / 2 for y in ecdf.holdout), n_reference=500)
    for is_tail in (False, True):
        two, three = (
            next(iter(pictures([EcdfPanel(e, is_tail=is_tail, alt="x")]).values()))
            for e in (ecdf, third)
        )
        assert "stroke-dasharray" not in two
        assert three.count("stroke-dasharray") >= 2


def test_an_attack_without_a_graded_point_is_drawn_without_one(sample: ModuleType) -> None:
    roc = next(f for r in sample.membership() for f in r.figures)
    drawn = pictures([RocPanel(roc, "a"), RocPanel(roc, "b", 0.02)])
    without, with_point = drawn.values()
    assert len(without) < len(with_point)


def test_an_address_holds_the_whole_picture() -> None:
    uri = data_uri(forest_strip(strip()))
    assert uri.startswith("data:image/svg+xml;base64,")


def test_bars_are_few_and_in_the_order_of_the_excess_beside_them(sample: ModuleType) -> None:
    made = sample.not_met()
    worst = sample.inference()[0]
    bar = next(f for f in worst.figures).bars[0]
    scopes = [{"secret": f"s{i:03}"} for i in range(500)]
    # Adjusted for what is known beforehand: not the difference of the rates.
    measured = tuple(
        sample.measured("excess", i / 1000, 0.0, 0.6, scope=s) for i, s in enumerate(scopes)
    )
    figure = Bars("b", tuple(replace(bar, label=s["secret"]) for s in scopes))
    result = replace(worst, measurements=measured, figures=(figure,))
    (table,) = bar_tables([result], made.run, section="inference")
    assert [row.name for row in table.rows] == [f"s{i}" for i in range(499, 499 - MOST_BARS, -1)]
    assert f"the worst {MOST_BARS} of 500" in table.scope
    assert table.question == "Which secret does the strongest attack give away?"
