"""Heatmaps: the worst secret first, bounded, and its numbers in a table beside it."""

from collections.abc import Sequence
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from audit.facts.figures import Heatmap
from audit.facts.measurement import AuditRun, Family, Result
from audit.report.family_figures import panels
from audit.report.figures import pictures
from audit.report.heat import MOST_ROWS, heat_figures, heat_tables
from audit.report.heat_panel import shade_of
from audit.report.html import to_html
from audit.report.pieces import HeatPanel
from audit.report.view import build_view
from tests.report.conftest import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"
KNOWLEDGE = ("half", "others", "quasi_identifiers")


def heatmap(excess: dict[str, tuple[float | None, ...]], knows=KNOWLEDGE) -> Heatmap:
    return Heatmap("m-knowledge", "excess", tuple(excess), knows, tuple(excess.values()))


@pytest.fixture
def result(sample):
    """Return a check of inference with a given heatmap."""

    def made(figure: Heatmap) -> Result:
        worst = sample.inference()[0]
        card = replace(worst.card, id="attribute-inference-model", family=Family.INFERENCE)
        measured = tuple(
            sample.measured("excess", x, x - 2**-10, x + 2**-10, scope={"secret": s, "knows": k})
            for s, cells in zip(figure.rows, figure.cells, strict=True)
            for k, x in zip(figure.columns, cells, strict=True)
            if x is not None
        )
        return replace(worst, card=card, measurements=measured, figures=(figure,), caveats=())

    return made


@pytest.fixture
def run(sample) -> AuditRun:
    return sample.not_met().run


def shown(results: Sequence[Result], run: AuditRun) -> HeatPanel:
    panel = next(iter(heat_figures(results, run))).panel
    assert isinstance(panel, HeatPanel)
    return panel


def drawn(panel: HeatPanel) -> str:
    return pictures([panel])[panel]


def test_the_worst_secret_stands_first_and_knowledge_grows_to_the_right(result, run) -> None:
    made = result(heatmap({"a": (0.01, 0.02, 0.0), "b": (0.03, 0.09, 0.02), "c": (0, 0, None)}))
    panel = shown([made], run)
    assert panel.rows == ("b", "a", "c")
    assert [h.split()[0] for h in panel.heads] == ["the", "half", "all"]
    # Columns are put in order, and the cells with them: quasi-identifiers, half, all others.
    assert panel.cells[0] == (0.02, 0.03, 0.09)
    assert panel.cells[2] == (None, 0, 0)
    assert "3 secrets" in panel.alt
    assert "b 9.0, a 2.0 and c 0" in panel.alt


def test_many_secrets_are_bounded_and_the_rest_is_said_to_be_elsewhere(result, run) -> None:
    made = result(heatmap({f"s{i:03}": (i / 1000, 0.0, 0.0) for i in range(500)}))
    figure, table = next(iter(heat_figures([made], run))), next(iter(heat_tables([made], run)))
    assert shown([made], run).rows[0] == table.rows[0][0] == "s499"
    assert len(shown([made], run).rows) == len(table.rows) == MOST_ROWS
    assert f"worst {MOST_ROWS} of 500" in figure.caption
    assert "488 more" in table.more
    assert "columns.csv" in table.more


def test_the_table_beside_it_has_the_ends(result, run) -> None:
    table = next(iter(heat_tables([result(heatmap({"a": (0.03, None, 0.01)}))], run)))
    # Quasi-identifiers, half, all others; nothing was measured of the last.
    assert table.rows == (("a", "1.0", "0.9 to 1.1", "3.0", "2.9 to 3.1", "", ""),)
    assert len(table.heads) == 7


def test_shades_begin_where_the_caption_says() -> None:
    shades = [shade_of(x) for x in (-0.2, 0, 0.0099, 0.01, 0.025, 0.05, 0.075, 0.9)]
    assert shades == [0, 0, 0, 1, 2, 3, 4, 4]


def test_a_heatmap_is_a_vector_without_a_clock_and_the_same_each_time(result, run) -> None:
    panel = shown([result(heatmap({"a": (0.09, None, 0.0), "b": (0.01, 0.0, -0.02)}))], run)
    document = drawn(panel)
    root = ElementTree.fromstring(document)
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == panel.alt
    assert "<image" not in document
    assert "<text" not in document
    assert "dc:date" not in document
    assert document == drawn(panel)


def test_what_was_not_measured_is_hatched(result, run) -> None:
    full = shown([result(heatmap({"a": (0.09, 0.02, 0.0)}))], run)
    empty = replace(full, cells=((0.09, None, 0.0),))
    assert "<pattern" not in drawn(full)
    assert "<pattern" in drawn(empty)


def test_readable_in_grey(result, run) -> None:
    """Fill and number of a cell differ in lightness; red, green and blue hardly do."""
    document = drawn(shown([result(heatmap({"a": (0.09, 0.03, 0.0)}))], run))
    colours = {c.strip().rstrip(";") for c in document.split("fill: ")[1:] for c in [c[:7]]}
    hues = [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colours if c.startswith("#")]
    assert hues
    assert all(max(rgb) - min(rgb) <= 14 for rgb in hues)


@pytest.mark.parametrize("name", [*HOSTILE, "$x_1$", "姓名", "", "a\nb"])
def test_hostile_names_are_drawn_as_inert_paths(result, run, name: str) -> None:
    panel = shown([result(heatmap({name: (0.09, 0.0, 0.0)}, knows=("half", name, "others")))], run)
    document = drawn(panel)
    root = ElementTree.fromstring(document)
    assert not [e for e in root.iter() if e.tag.endswith(("script", "image", "text"))]


def test_the_page_holds_the_picture_its_words_and_its_table(result, sample) -> None:
    made = sample.not_met()
    figure = heatmap({"<b>ward": (0.09, 0.01, 0.0)})
    results = (*made.run.results, result(figure))
    page = to_html(
        build_view(replace(made.run, results=results), made.verdict, made.policy, made.declared)
    ).decode()
    assert "Heatmap of the excess in points" in page
    assert "by what is known" in page
    assert "&lt;b&gt;ward" in page
    assert "<b>ward" not in page


def test_the_figures_of_a_family_take_it_in(result, run) -> None:
    made = result(heatmap({"a": (0.09, 0.01, 0.0)}))
    assert any(isinstance(f.panel, HeatPanel) for f in panels([made], run))


def test_nothing_to_draw_draws_nothing(result, run) -> None:
    assert not list(heat_figures([result(heatmap({}, knows=()))], run))
    unknown = result(heatmap({"a": (None, None, None)}))
    assert "nothing was measured" in shown([unknown], run).alt
