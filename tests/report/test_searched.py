"""A verdict that was searched for says so on the first page, in every form."""

from dataclasses import replace
from types import ModuleType

import pytest

from audit.facts.history import History, Tried
from audit.report.html import to_html
from audit.report.markdown import to_markdown
from audit.report.screen import decision_lines
from audit.report.searched import searched
from audit.report.view import build_view

NOTHING = Tried(audits=3, repeated=3, candidates=0, seeds=0, policies=0)


def history(**tried: int) -> History:
    return History(
        release="admissions-2026",
        sequence=9,
        recorded="2026-11-28T06:00:00Z",
        run_sha256="a" * 64,
        verdict_sha256="b" * 64,
        previous="c" * 64,
        sha256="d" * 64,
        tried=replace(NOTHING, **tried),
    )


def test_a_repetition_changes_no_byte_of_the_report(sample: ModuleType) -> None:
    parts = sample.not_met().parts
    without, repeated = build_view(*parts), build_view(*parts, history=history())
    assert to_html(without) == to_html(repeated)
    assert to_markdown(without) == to_markdown(repeated)


@pytest.mark.parametrize(
    ("tried", "said"),
    [
        ({"candidates": 4}, "the ledger holds 4 other synthetic files under this name; a verdict"),
        ({"seeds": 1}, "the ledger holds 1 other seed for this file; a verdict"),
        (
            {"candidates": 1, "seeds": 2, "policies": 1},
            "the ledger holds 1 other synthetic file under this name, 2 other seeds for this file "
            "and 1 other choice of policy or context for this file; a verdict",
        ),
    ],
)
def test_a_search_is_told_on_the_first_page(
    sample: ModuleType, tried: dict[str, int], said: str
) -> None:
    view = build_view(*sample.not_met().parts, history=history(**tried))
    for text in ("\n".join(decision_lines(view)), to_html(view).decode(), to_markdown(view)):
        assert said in text
        assert "a verdict that was searched for is worth less" in text


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("1", "The ledger knows 5 synthetic files of this name; 1 is declared as tried."),
        ("3", "The ledger knows 5 synthetic files of this name; 3 are declared as tried."),
        ("5", None),
        ("9", None),
        ("many", None),
        ("", None),
    ],
)
def test_more_candidates_than_declared_are_told(
    sample: ModuleType, declared: str, said: str | None
) -> None:
    stated = replace(sample.not_met().declared, generator={"candidates": declared})
    flags = searched(history(candidates=4), stated)
    assert flags[1:] == (() if said is None else (said,))
