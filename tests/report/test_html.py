import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from audit.report.html import to_html
from audit.report.shapes import View
from audit.report.view import build_view

HEADINGS = ("h1", "h2", "h3", "h4")
PLAIN_TAGS = frozenset(
    (
        *("html", "head", "meta", "title", "style", "body", "a", "main", "article", "header"),
        *("div", "nav", "p", "span", "h1", "h2", "h3", "section", "ul", "ol", "li", "br", "i", "b"),
        *("table", "caption", "thead", "tbody", "tr", "th", "td", "sup", "code"),
        *("img", "figure", "figcaption"),
    )
)


class Page(HTMLParser):
    """Elements and their attributes in order."""

    def __init__(self, html: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self._in_style = False
        self.feed(html.decode())

    def handle_starttag(self, tag, attrs):
        self._in_style = tag == "style"
        self.elements.append((tag, {k: v or "" for k, v in attrs}))

    def handle_endtag(self, tag):
        self._in_style = False

    def handle_data(self, data):
        if not self._in_style:
            self.text.append(data)

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


NAMES = ("not_met", "inconclusive", "met", "no_holdout")


@pytest.mark.parametrize("name", NAMES)
def test_the_page_needs_nothing_beside_itself(pages: dict[str, bytes], name: str) -> None:
    page = Page(pages[name])
    for _, attrs in page.elements:
        for key in ("src", "href", "data", "action", "srcset"):
            if key in attrs:
                assert attrs[key].startswith(("data:", "#"))
    style = re.findall(r"url\(\s*[\"']?([a-z]+:)", pages[name].decode())
    assert set(style) == {"data:"}
    assert b"@import" not in pages[name]
    assert b"<script" not in pages[name]
    assert b"default-src 'none'" in pages[name]


@pytest.mark.parametrize("name", NAMES)
def test_headings_do_not_skip_a_level(pages: dict[str, bytes], name: str) -> None:
    levels = [int(t[1]) for t, _ in Page(pages[name]).elements if t in HEADINGS]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere_and_no_id_stands_twice(
    pages: dict[str, bytes], name: str
) -> None:
    elements = Page(pages[name]).elements
    ids = [a["id"] for _, a in elements if "id" in a]
    assert len(ids) == len(set(ids))
    targets = {a["href"][1:] for t, a in elements if t == "a"}
    assert targets <= set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_says_what_it_shows(pages: dict[str, bytes], name: str) -> None:
    pictures = [a for t, a in Page(pages[name]).elements if t == "img"]
    assert pictures
    assert all(len(a["alt"]) > 3 for a in pictures)
    assert all(a["src"].startswith("data:image/svg+xml;base64,") for a in pictures)


def test_a_status_is_a_word_before_it_is_a_colour(pages: dict[str, bytes]) -> None:
    words = Page(pages["not_met"]).words()
    for status in ("not met", "inconclusive", "met", "not exceeded", "alarm", "no alarm"):
        assert status in words


@pytest.mark.parametrize("name", NAMES)
def test_no_forbidden_word(pages: dict[str, bytes], name: str) -> None:
    words = Page(pages[name]).words()
    legal = "nor a determination that the data are anonymous or that any processing is lawful"
    assert legal in words
    rest = words.replace(legal, "").lower()
    for word in ("compliant", "anonymous", "certified", "zero risk", "passed all"):
        assert word not in rest
    assert not re.search(r"\bsafe\b", rest)


def test_inconclusive_is_never_green(pages: dict[str, bytes]) -> None:
    for name in ("inconclusive", "no_holdout"):
        verdict = next(
            a["class"] for t, a in Page(pages[name]).elements if "s-verdict" in a.get("class", "")
        )
        assert verdict.split() == ["st", "inconclusive", "s-verdict"]
        assert "This is not a pass." in Page(pages[name]).words()


def test_the_same_view_makes_the_same_bytes(
    views: dict[str, View], pages: dict[str, bytes]
) -> None:
    assert to_html(views["not_met"]) == pages["not_met"]


def test_report_only_is_on_every_page(sample) -> None:
    made = sample.met()
    html = to_html(build_view(*made.parts, report_only=True)).decode()
    assert 'data-only=" · Report only: nothing was gated"' in html
    assert "Report only: nothing was gated on this verdict." in html


def test_hostile_names_are_text_and_nothing_else(
    hostile_view: View, pages: dict[str, bytes]
) -> None:
    html = to_html(hostile_view)
    page = Page(html)
    assert page.tags() <= PLAIN_TAGS
    assert page.tags() == Page(pages["not_met"]).tags()
    for _, attrs in page.elements:
        assert not [k for k in attrs if k.startswith("on")]
        assert not attrs.get("href", "#").startswith("javascript:")
    text = page.words()
    # What was sent arrives as it was, less its control characters: nothing was evaluated.
    assert "<script>alert(1)</script>" in text
    assert "{{7*7}}{% raw %}" in text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", html.decode())
    assert html.decode().count("</style>") == 1


def test_a_name_of_any_length_is_cut(hostile_view: View) -> None:
    assert "x" * 300 not in to_html(hostile_view).decode()


def test_many_columns_and_secrets_are_bounded(sample) -> None:
    made = sample.not_met()
    columns = tuple(
        sample.ColumnFacts(f"c{i}", "integer", ("ordinary",), "assumed") for i in range(500)
    )
    release = sample.replace(made.run.release, columns=columns)
    run = sample.replace(made.run, release=release)
    view = build_view(run, made.verdict, made.policy, made.declared)
    html = to_html(view)
    assert b"and 440 more, in columns.csv" in html
    assert len(view.columns) == 500
