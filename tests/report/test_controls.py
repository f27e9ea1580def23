"""Would this audit have noticed? The answer per family, the curves, what stands at a pass."""

import re
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from xml.etree import ElementTree

import pytest

from audit.facts.measurement import AuditRun, ControlFact, CurvePoint
from audit.report.controls import controls_section
from audit.report.detection import MOST_PANELS, detection_figure
from audit.report.figures import pictures
from audit.report.html import to_html
from audit.report.noticed import write_enough, write_tried
from audit.report.pieces import DetectionPanel, Table, plain
from audit.report.shapes import PlainSection, View
from audit.report.view import build_view
from tests.report.conftest import HOSTILE

CHECK = "linkability"


def fact(plan: str, *, passed: bool = True, check: str = CHECK, **numbers: float) -> ControlFact:
    return ControlFact(check, plan, passed=passed, numbers=numbers)


def copies(
    plan: str, shares: dict[int, float], people: int | None, check: str = CHECK
) -> ControlFact:
    curve = tuple(CurvePoint(n, share) for n, share in shares.items())
    numbers = {"of": 2500.0, "draws": 40.0, "tried": float(max(shares))}
    reached = {} if people is None else {"people_80": float(people)}
    return ControlFact(check, plan, people is not None, numbers | reached, curve)


@pytest.fixture
def said(sample: ModuleType) -> Callable[..., PlainSection]:
    def section(*facts: ControlFact) -> PlainSection:
        made = sample.met()
        return controls_section(replace(made.run, controls=facts), made.verdict, number=7)

    return section


def sentences(section: PlainSection) -> dict[str, str]:
    return {item.label: plain(item.phrase) for item in section.items}


def cells(table: Table, name: str) -> dict[str, str]:
    row = next(r for r in table.rows if r[0] == name)
    return dict(zip(table.heads, row, strict=True))


@pytest.mark.parametrize(
    ("people", "enough", "tried"),
    # Two digits: people who are noticed are rounded upward, people who are not downward.
    [
        (1, "1", "1"),
        (46, "46", "46"),
        (147, "150", "140"),
        (215, "220", "210"),
        (500, "500", "500"),
        (4_873, "4,900", "4,800"),
    ],
)
def test_numbers_of_people_are_rounded_to_the_safe_side(people: int, enough: str, tried: str):
    assert (write_enough(people), write_tried(people)) == (enough, tried)


@pytest.mark.parametrize(
    ("verbatim", "jittered", "expected"),
    [
        (
            147,
            215,
            "This audit would have noticed 150 copied people of 2,500 with 80\u202f% probability,"
            " and 220 copied with a little noise.",
        ),
        (
            1,
            None,
            "This audit would have noticed 1 copied person of 2,500 with 80\u202f% probability,"
            " but not even 500 copied with a little noise.",
        ),
        (
            None,
            None,
            "This audit would have noticed not even 500 copied people of 2,500 with 80\u202f%"
            " probability, nor 500 copied with a little noise.",
        ),
    ],
)
def test_a_family_says_how_many_people(
    said: Callable[..., PlainSection], verbatim: int | None, jittered: int | None, expected: str
):
    shares = {1: 0.0, 500: 0.5}
    section = said(copies("verbatim", shares, verbatim), copies("jittered", shares, jittered))
    assert sentences(section) == {"Linkability": expected}


def test_who_notices_the_fewest_people_speaks_unless_it_cries_wolf(
    said: Callable[..., PlainSection],
):
    one, two = "singling-out-univariate", "singling-out-multivariate"
    shares = {1: 0.0, 500: 1.0}
    facts = (copies("verbatim", shares, 68, one), copies("verbatim", shares, 147, two))
    assert "68 copied people" in sentences(said(*facts))["Singling out"]
    loud = fact("null", passed=False, check=one, fired=40, draws=200, bound=21)
    section = said(*facts, loud)
    assert "150 copied people" in sentences(section)["Singling out"]
    assert plain(section.answer).endswith(
        "1 of 1 checks raised the alarm where nobody was copied, more often than chance explains; "
        "what they say means nothing, and their rules cannot be met."
    )
    assert sentences(said(facts[0], loud))["Singling out"].startswith("Nothing can be said:")
    row = cells(section.tables[0], "Singling out, univariate")
    assert (row["Nobody copied"], row["False alarms"], row["At most"]) == (
        "unreliable",
        "40 of 200",
        "21",
    )
    assert section.figure is not None
    assert isinstance(section.figure.panel, DetectionPanel)
    drawn = [(check.name, check.verbatim) for check in section.figure.panel.checks]
    assert [(name, curve.words, curve.enough) for name, curve in drawn if curve] == [
        ("Singling out, univariate", "unreliable", None),
        ("Singling out, multivariate", "150", 147),
    ]


def test_a_check_that_looks_at_the_labels_is_unreliable_without_counts(
    said: Callable[..., PlainSection],
):
    row = cells(said(fact("null", passed=False, p=1e-9)).tables[0], "Linkability")
    assert (row["Nobody copied"], row["False alarms"]) == ("unreliable", "always, p < 0.001")


def test_what_was_not_tried_is_a_dash(said: Callable[..., PlainSection]):
    section = said(fact("full_copy", passed=False, p=0.4))
    row = cells(section.tables[0], "Linkability")
    assert list(row.values())[2:] == ["unable", "–", "–", "", "–", "–"]
    assert plain(section.answer).startswith("Not everywhere. 1 of 1 checks missed even a full copy")
    assert section.figure is None
    assert len(section.tables) == 1
    # That few copies are not noticed makes nobody unable.
    few = said(fact("full_copy", p=0.0), copies("verbatim", {1: 0.0}, None))
    assert plain(few.answer).startswith("A full copy, yes.")


def test_the_curves_in_numbers(said: Callable[..., PlainSection]):
    # 3 people reach 50 % once, by luck; from 10 on it stays. 95 % is never reached.
    shares = {1: 0.0, 3: 0.5, 7: 0.475, 10: 0.6, 32: 0.825, 100: 0.925}
    section = said(copies("verbatim", shares, 32))
    assert section.tables[1].rows == (("Linkability", "10", "32", "over 100", "–", "–", "–"),)


def test_the_figure_says_how_sure_it_is_and_what_it_shows(views: dict[str, View]):
    figure = views["met"].plain["controls"].figure
    assert figure is not None
    # 0.4 / sqrt(40) = 0.063
    assert "standard error of plus or minus 6 points" in figure.caption
    assert figure.panel.alt.startswith("Curves of 5 checks:")
    assert "Rare people copied 5, Linkability 22, Attribute inference 68" in figure.panel.alt
    assert "noisy copies that were tried were not enough for Rare people copied" in figure.panel.alt


def test_the_figure_is_a_vector_with_solid_and_dashed_curves(views: dict[str, View]):
    figure = views["met"].plain["controls"].figure
    assert figure is not None
    (document,) = pictures([figure.panel]).values()
    assert pictures([figure.panel]) == pictures([figure.panel])
    root = ElementTree.fromstring(document)
    assert root[0].text == figure.panel.alt
    assert not re.search(r"<(image|text)\b", document)
    # Per check the line at 80 % and the noisy curve; one noisy curve explains the kinds.
    assert document.count("stroke-dasharray") == 2 * 5 + 1


def test_a_worst_case_is_drawn_before_the_attacks_that_it_is_made_of(sample: ModuleType):
    run: AuditRun = sample.met().run
    attacks = [r.card.id for r in run.results if r.card.id.startswith("membership-")]
    others = [c.check for c in run.controls if c.plan == "verbatim"][:4]
    few = attacks[:6]
    shares = {1: 0.0, 10: 1.0}
    facts = tuple(copies("verbatim", shares, 10, c) for c in (*few, *others, attacks[-2]))
    figure = detection_figure(replace(run, controls=facts))
    assert figure is not None
    assert isinstance(figure.panel, DetectionPanel)
    assert attacks[-2] == "membership-worst-case"
    names = [check.name for check in figure.panel.checks]
    assert len(names) == MOST_PANELS
    assert names[4] == "Membership"
    assert figure.caption.endswith(f"{len(facts) - MOST_PANELS} more checks in the tables.")


def test_beside_a_pass_stands_the_smallest_leak(views: dict[str, View]):
    rows = {r.rule: r.copies for r in views["not_met"].decision.forest.rows}
    # What is not met needs none; a control speaks of everybody, not of the vulnerable.
    assert (rows["IN-1"], rows["VU-2"], rows["SO-1"]) == ("", "", "")
    assert (rows["MI-2"], rows["LK-1"], rows["COPY-1"]) == ("from 220", "from 22", "from 5")
    noticed = {r.id: r.noticed for r in views["met"].annex.rules}
    assert noticed["LK-1"] == (
        "Would have noticed 22 of 10,000 copied people; 470 with a little noise."
    )
    assert noticed["COPY-1"].endswith("copied people; not even 1,000 with a little noise.")
    assert noticed["VU-1"] == noticed["LEAK-1"] == ""


def test_the_pages_show_it(pages: dict[str, bytes]):
    text = pages["met"].decode()
    controls = text[text.index('id="controls"') : text.index('id="rules"')]
    assert controls.count("<img") == 1
    assert "--controls full" in controls
    assert "behind “met”, from how many people on" in text
    assert '<span class="quiet">from 22</span>' in text


def test_without_controls_it_was_not_tried(sample: ModuleType):
    made = sample.met()
    parts = (replace(made.run, controls=()), *made.parts[1:])
    view = build_view(*parts)
    section = view.plain["controls"]
    assert plain(section.answer).startswith("It was not tried.")
    assert (section.figure, section.tables, section.items) == (None, (), ())
    assert "behind “met”" not in to_html(view).decode()


def test_a_hostile_name_is_drawn_and_inert(sample: ModuleType):
    made = sample.met()
    run = replace(made.run, controls=(copies("verbatim", {1: 0.0, 5: 1.0}, 5, HOSTILE[0]),))
    figure = detection_figure(run)
    assert figure is not None
    (document,) = pictures([figure.panel]).values()
    assert "<script" not in document
    section = controls_section(run, made.verdict, number=7)
    assert "<script" not in to_html(build_view(run, *made.parts[1:])).decode()
    assert sentences(section).keys() == {"Other checks"}
