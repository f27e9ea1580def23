"""An assessment in a notebook: short, inert, readable in light and dark."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from types import ModuleType

import pytest

from audit.api import Assessment
from audit.report.notebook import to_notebook
from audit.report.shapes import View
from tests.golden.test_golden import two_files
from tests.report.conftest import HOSTILE

VOID = {"br"}
TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
TAGS = {"div", "p", "strong", "br", "em", "details", "summary"} | TABLE


class Checked(HTMLParser):
    """Every element is closed in its turn; what it holds is remembered."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.said: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data) -> None:
        self.said.append(data)


@pytest.mark.parametrize("name", ["not_met", "inconclusive", "met", "no_holdout"])
def test_it_is_whole_and_holds_nothing_that_acts(views: dict[str, View], name: str) -> None:
    read = Checked(to_notebook(views[name]))
    assert read.open == []
    assert read.tags <= TAGS
    assert read.attributes <= {"style", "scope"}
    assert views[name].decision.verdict.word in read.said


def test_the_worst_stands_first_and_what_is_met_is_folded(views: dict[str, View]) -> None:
    text = to_notebook(views["not_met"])
    before, _, after = text.partition("<details>")
    ids = re.findall(r'<th scope="row"[^>]*>([^<]+)</th>', before)
    assert set(ids[:3]) == {"VU-1", "IN-1", "IN-2"}
    assert ids[3] == "VU-2"
    folded = re.findall(r'<th scope="row"[^>]*>([^<]+)</th>', after)
    assert set(ids) | set(folded) == {line.id for line in views["not_met"].outside}
    assert len(text) < 20_000


def test_it_takes_the_colours_of_the_notebook(views: dict[str, View]) -> None:
    text = to_notebook(views["not_met"])
    styles = re.findall(r'style="([^"]*)"', text)
    assert styles
    assert not any(re.search(r"(^|;\s*)(color: (?!inherit)|background)", s) for s in styles)


def test_no_column_and_no_hostile_name_leaves(
    views: dict[str, View], hostile_view: View, sample: ModuleType
) -> None:
    assert "diagnosis_group" not in to_notebook(views["not_met"])
    text = to_notebook(hostile_view)
    read = Checked(text)
    assert "script" not in read.tags
    assert "img" not in read.tags
    assert "\x1b" not in text
    assert not any(name in text for name in HOSTILE if "<" in name)


def test_an_assessment_shows_itself(sample: ModuleType) -> None:
    made = sample.not_met()
    shown = Assessment(made.run, made.verdict, made.policy, made.declared)
    assert "Criteria not met" in shown._repr_html_()
    assert shown._repr_markdown_().startswith("# Criteria not met\n")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_run_shows_which_checks_measured_and_no_judgement(name: str) -> None:
    run = two_files()
    run = replace(run, release=replace(run.release, name=name))
    text = run._repr_html_()
    read = Checked(text)
    assert read.open == []
    assert read.tags <= TABLE | {"p", "strong", "br", "code"}
    assert "Nothing was graded yet" in text
    assert "no_holdout" in read.said
    assert "\x1b" not in text
