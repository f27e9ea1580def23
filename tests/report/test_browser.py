"""Reports in a real browser. Without Chromium the tests are skipped, in CI they never are."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="the browser tests need playwright")

from tests.report import browser

REQUIRED = os.environ.get("SYNTHGATE_REQUIRE_BROWSER") == "1"
pytestmark = [
    pytest.mark.skipif(
        browser.chromium() is None and not REQUIRED, reason="no Chromium on this machine"
    ),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]
NAMES = ("not_met", "inconclusive", "met", "no_holdout")
GOOD = """<!doctype html><html lang="en"><head><title>t</title></head><body><main>
<h1>A page</h1><p>Words. <a href="#end">To the end</a></p><p id="end">End.</p>
</main></body></html>"""


@pytest.fixture(scope="module")
def engine() -> Iterator[browser.Browser]:
    with browser.browser() as started:
        yield started


@pytest.fixture(scope="module")
def files(pages: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for name, page in pages.items():
        (folder / f"{name}.html").write_bytes(page)
    return {name: folder / f"{name}.html" for name in pages}


@pytest.mark.parametrize("name", NAMES)
def test_a_report_loads_nothing_and_says_nothing(engine, files, name) -> None:
    assert browser.requests_and_messages(engine, files[name]) == []


def test_a_report_is_whole_without_scripts(engine, files) -> None:
    shown = browser.without_scripts(engine, files["not_met"])
    for words in ("Criteria not met", "Sign-off", "not legal advice"):
        assert words in shown


@pytest.mark.parametrize("width", browser.WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_reaches_beyond_the_edge(engine, files, name, width) -> None:
    assert browser.overflow(engine, files[name], width=width) == []


def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(engine, files) -> None:
    assert browser.skip_link(engine, files["not_met"]) == "#verdict"
    assert browser.keyboard(engine, files["not_met"]) == []


@pytest.mark.parametrize(
    ("name", "width", "scheme"), [("not_met", 1400, "light"), ("inconclusive", 375, "dark")]
)
def test_axe_finds_nothing(engine, files, name, width, scheme) -> None:
    assert browser.accessibility(engine, files[name], width=width, scheme=scheme) == []


def test_nothing_is_wrong_with_a_good_page(engine, tmp_path) -> None:
    page = tmp_path / "page.html"
    page.write_text(GOOD)
    assert browser.every_fault(engine, page) == []


@pytest.mark.parametrize(
    ("spoiled", "fault"),
    [
        (GOOD.replace("<p>", "<img src='http://127.0.0.1:9/x.png' alt='x'><p>"), "asks for"),
        (GOOD.replace("<p>", "<script>console.log('x')</script><p>"), "says x"),
        (GOOD.replace("<p>", "<p style='width:2000px'>"), "ends at"),
        (GOOD.replace("<p>", "<p style='color:#ccc'>"), "color-contrast"),
        (GOOD.replace("<p>", "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><p>"), "alt"),
        (GOOD.replace('lang="en"', ""), "lang"),
        (GOOD.replace("<p>", "<style>a:focus{outline:none}</style><p>"), "shows no focus"),
        (GOOD.replace("<p>", "<p><a tabindex='1' href='#end'>x</a>"), "tab"),
        (GOOD.replace("<p id", "<a href='#' style='position:fixed;top:-99px'>y</a><p id"), "sight"),
    ],
)
def test_what_is_wrong_with_a_page_is_seen(engine, tmp_path, spoiled, fault) -> None:
    page = tmp_path / "page.html"
    page.write_text(spoiled)
    assert any(fault in found for found in browser.every_fault(engine, page))
