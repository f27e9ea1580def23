"""Every text that comes from outside is a payload, in both editions: it does nothing anywhere.

Names, labels, notes, policies and waivers are written by others. What is made of them is compared
with what is made of harmless words: the same elements, the same attributes, the same style.
"""

import csv
import io
import json
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pikepdf
import pytest
import tinyhtml5

from audit.cli.screen import say
from audit.evidence.renditions import render_files
from audit.report.edition import Edition
from audit.report.html import to_html
from audit.report.pdf import to_pdf
from audit.report.screen import decision_lines
from audit.report.view import build_view
from audit.wire.strict_yaml import load_yaml
from tests.report.planting import planted
from tests.report.test_external import everything

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg onload=alert(1)><use href='http://evil.example/x#y'/></svg>",
    "{{7*7}}{% raw %}{# x #}",
    "</style></title></textarea><b>",
    "} body{background:url(http://evil.example/x)}",
    "]]></testcase><!-- --><?x ?>&lt;&x;",
    "javascript:alert(1)",
    "[/][bold red]x[/]",
    "\x1b[31mred\x1b]8;;http://evil.example\x07click\x1b]8;;\x07\x9b31m",
    "abc\u202egnp.exe\u2066\u200f\ufeff",
    "::set-output name=x::y\n::error::stop",
    "##[error]x",
    "=cmd|' /C calc'!A0",
    "+1+cmd|x",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "../../etc/passwd",
    "C:\\con\\..\\x",
    "a | b\n| c |\n---\n# d\n- e",
    "![x](http://evil.example/x.png)[y](javascript:alert(1))",
    "<http://evil.example> https://evil.example www.evil.example",
    "@everyone @org/team mail@evil.example #1 GH-1 !1 ~x $(id) `id` **b** ~~s~~",
    "\x00\x0b\x0c\x1f\ufffe",
    "%(x)s %s {0} {secret} *b*",
    "x" * 5_000,
    "\u0301" * 300,
)
FREE = re.compile(
    r"run\.(release\.(name|unit|columns\.name|split\.(strata|holdout_used_for))"
    r"|provenance\.(parameters\..*|plugins\.(name|distribution|version|checks))"
    r"|preflight\.(columns|id)"
    r"|results\.(params\..*|failure|caveats\.columns|measurements\.scope\.value"
    r"|card\.(title|references|threat\..*)|figures\.(id|bars\.label)))"
    r"|verdict\.(policy_id|policy_version|waivers\.id"
    r"|findings\.(worst_scope\.value|rule\.(rationale|cite)|measurement\.estimate\.method))"
    r"|policy\.(id|version|intent|legal_snapshot|extends|loosened\..*|citations\..*"
    r"|rules\.(rationale|cite))"
    r"|declared\.(recipients|context_note|policy|sensitivity|assigned_by|split_stated_by"
    r"|generator\.value|earlier_releases|evidence\.value\.(key|value)|not_applicable\.value"
    r"|groups\..*|waivers\.(id|owner|approver|reason|policy|worst_scope\.value))"
)
"""Texts whose form nothing checks when they are read."""
EDITIONS = (("internal",), ("internal", "external"))


def swapped(parts, word: Callable[[int], str]):
    count = iter(range(10**6))

    def mark(path: str, text: str) -> str:
        return word(next(count)) if FREE.fullmatch(path) else text

    names = ("run", "verdict", "policy", "declared")
    return tuple(planted(t, n, mark) for n, t in zip(names, parts, strict=True))


def files_of(parts, editions: tuple[str, ...]) -> dict[str, bytes]:
    run, verdict, policy, declared = parts
    formats = ("html", "md", "junit", "sarif")
    made = render_files(
        run, verdict, policy=policy, declared=declared, facts={}, formats=formats, editions=editions
    )
    return dict(made.files)


@pytest.fixture(scope="module", params=[0, 13])
def made(sample, request: pytest.FixtureRequest) -> dict[tuple[str, ...], dict[str, bytes]]:
    """Files per editions; each rotation puts other payloads in the same places."""
    turned = swapped(
        everything(sample.not_met()), lambda i: PAYLOADS[(i + request.param) % len(PAYLOADS)]
    )
    return {editions: files_of(turned, editions) for editions in EDITIONS}


@pytest.fixture(scope="module")
def harmless(sample) -> dict[tuple[str, ...], dict[str, bytes]]:
    parts = swapped(everything(sample.not_met()), lambda i: f"word {i}")
    return {editions: files_of(parts, editions) for editions in EDITIONS}


def pages(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.endswith(".html")}


def elements(page: bytes) -> set[tuple[str, tuple[str, ...]]]:
    tree = tinyhtml5.parse(page.decode(), namespace_html_elements=False)
    return {(str(e.tag), tuple(sorted(map(str, e.attrib)))) for e in tree.iter()}


def links(page: bytes) -> list[str]:
    tree = tinyhtml5.parse(page.decode(), namespace_html_elements=False)
    named = ("href", "src", "srcset", "action", "data", "content", "style", "xlink:href")
    return [v for e in tree.iter() for k, v in e.attrib.items() if k in named]


def test_most_texts_come_from_outside(sample) -> None:
    seen: set[str] = set()
    names = ("run", "verdict", "policy", "declared")
    for name, thing in zip(names, everything(sample.not_met()), strict=True):
        planted(thing, name, lambda path, text: seen.add(path) or text)
    assert len([path for path in seen if FREE.fullmatch(path)]) > 50


@pytest.mark.parametrize("editions", EDITIONS, ids="+".join)
def test_no_element_no_attribute_and_no_style_is_added(made, harmless, editions) -> None:
    for name, page in pages(made[editions]).items():
        twin = harmless[editions][name]
        assert elements(page) == elements(twin), name
        style = re.compile(rb"<style>.*?</style>", re.S)
        assert style.findall(page) == style.findall(twin), name
        for link in links(page):
            assert link.startswith(("#", "data:")) or link in links(twin) or "http" not in link
            assert not link.lower().startswith("javascript")
        assert b"{{7*7}}" in page or b"{% raw %}" not in page


@pytest.mark.parametrize("editions", EDITIONS, ids="+".join)
def test_no_file_holds_what_a_terminal_or_a_build_server_obeys(made, editions) -> None:
    for name, content in made[editions].items():
        text = content.decode()
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", text
        ), name
        for line in text.splitlines():
            assert not line.lstrip().startswith(("::", "##[")), name


@pytest.mark.parametrize("editions", EDITIONS, ids="+".join)
def test_every_file_is_what_it_claims_to_be(made, editions) -> None:
    files = made[editions]
    suite = ElementTree.fromstring(files["junit.xml"])
    assert {e.tag for e in suite.iter()} <= {
        "testsuites", "testsuite", "properties", "property", "testcase", "failure", "error",
        "skipped", "system-out",
    }  # fmt: skip
    assert json.loads(files["results.sarif"])["version"] == "2.1.0"
    assert isinstance(load_yaml(files["next-steps.yaml"], "next-steps.yaml").tree, dict)
    if "external/verdict.json" in files:
        assert json.loads(files["external/verdict.json"])["status"] == "not_met"


def test_no_cell_of_a_table_is_a_formula(made) -> None:
    rows = csv.reader(io.StringIO(made["internal",]["columns.csv"].decode()))
    cells = [cell for row in rows for cell in row]
    assert len(cells) > 50
    number = re.compile(r"-?\d+(\.\d+)?")
    begins = tuple("=+-@\t\r\0\uff1d\uff0b\uff0d\uff20")
    assert [c for c in cells if c.lstrip(" ").startswith(begins) and not number.fullmatch(c)] == []


@pytest.mark.parametrize("editions", EDITIONS, ids="+".join)
def test_a_summary_holds_no_link_no_mention_and_one_table(made, harmless, editions) -> None:
    text = made[editions]["summary.md"].decode()
    bare = re.sub(r"\\.", "", text)
    # A mention is made of an escaped sign too.
    assert "@" not in text
    assert not re.search(r"https?://|www\.|#\w", bare)
    assert not re.search(r"<|`|\]\(|!\[|~~", re.sub(r"&lt;|&amp;", "", bare))
    rows = [line for line in bare.splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {5}
    twin = harmless[editions]["summary.md"].decode().splitlines()
    assert len(rows) == sum(line.startswith("|") for line in twin)
    assert [x[:2] for x in text.splitlines()] == [x[:2] for x in twin]


@pytest.mark.parametrize("edition", list(Edition))
def test_a_terminal_obeys_no_name(
    sample, edition: Edition, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = swapped(everything(sample.not_met()), lambda i: PAYLOADS[i % len(PAYLOADS)])
    say(decision_lines(build_view(*parts, edition=edition)))
    shown = capsys.readouterr().out
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())


def test_the_paper_of_payloads_asks_for_nothing(sample, first_page) -> None:
    parts = swapped(everything(sample.not_met()), lambda i: PAYLOADS[i % len(PAYLOADS)])
    for edition in Edition:
        page = to_html(build_view(*parts, edition=edition))
        pdf = to_pdf(first_page(page), attachments={})
        with pikepdf.open(io.BytesIO(pdf)) as document:
            assert len(document.attachments) == 0
            for thing in document.objects:
                if isinstance(thing, pikepdf.Dictionary):
                    assert thing.get("/S") not in ("/URI", "/JavaScript", "/Launch", "/SubmitForm")
