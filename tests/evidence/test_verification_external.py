"""The edition for outsiders is held against the same facts as the one for insiders."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from audit.evidence.bundle import EXTERNAL_HTML, EXTERNAL_VERDICT
from audit.evidence.renditions import render_files
from audit.facts.verification import Code, State, Step
from tests.evidence import sealed


@pytest.fixture(scope="module")
def outside() -> Mapping[str, bytes]:
    made = sealed.assessment()
    files = render_files(
        made.run,
        made.verdict,
        policy=made.policy,
        declared=made.declared,
        facts={},
        formats=("html", "md", "junit", "sarif"),
        editions=("external",),
    ).files
    return {**files, "columns.csv": None, "report.pdf": None}


def test_it_follows_from_the_facts(outside: Mapping[str, bytes], tmp_path: Path) -> None:
    found = sealed.look(sealed.write(tmp_path / "run", instead=outside), rendered=True)
    assert found.intact
    assert found.state(Step.RENDITIONS) is State.OK


def test_another_verdict_for_outsiders_is_found_without_any_key(
    outside: Mapping[str, bytes], tmp_path: Path
) -> None:
    told = outside[EXTERNAL_VERDICT].replace(b'"met_with_waivers"', b'"met"')
    assert told != outside[EXTERNAL_VERDICT]
    # The lists are written over what was edited: whoever can edit one can edit all.
    place = sealed.write(tmp_path / "run", instead={**outside, EXTERNAL_VERDICT: told})
    assert sealed.told(sealed.look(place)) == {
        (Step.GRADING, Code.VERDICT_DIFFERS, EXTERNAL_VERDICT)
    }


def test_another_page_for_outsiders_is_found_when_it_is_made_again(
    outside: Mapping[str, bytes], tmp_path: Path
) -> None:
    page = outside[EXTERNAL_HTML].replace(b"with 1 waiver", b"with no waiver")
    assert page != outside[EXTERNAL_HTML]
    place = sealed.write(tmp_path / "run", instead={**outside, EXTERNAL_HTML: page})
    found = sealed.look(place, rendered=True)
    assert (Step.RENDITIONS, Code.RENDITION_DIFFERS, EXTERNAL_HTML) in sealed.told(found)


def test_what_is_no_verdict_for_outsiders_is_malformed(
    outside: Mapping[str, bytes], tmp_path: Path
) -> None:
    place = sealed.write(tmp_path / "run", instead={**outside, EXTERNAL_VERDICT: b'{"a":1}'})
    assert (Step.FORMATS, Code.MALFORMED, EXTERNAL_VERDICT) in sealed.told(sealed.look(place))
