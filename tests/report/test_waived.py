import json
from dataclasses import dataclass, replace
from datetime import date
from types import ModuleType
from xml.etree import ElementTree

import pytest

from audit.facts.judgement import FindingStatus, Verdict, VerdictStatus
from audit.facts.reasons import WaiverCode
from audit.facts.waiver import Waiver
from audit.policy.waivers import with_waivers
from audit.report import outcome
from audit.report.fit import PAGE, height
from audit.report.found import found_items
from audit.report.html import to_html
from audit.report.junit import to_junit
from audit.report.markdown import to_markdown
from audit.report.pieces import plain
from audit.report.sarif import to_sarif
from audit.report.screen import decision_lines
from audit.report.sentences import keys, say
from audit.report.shapes import View
from audit.report.view import build_view

OWNER, APPROVER, GROUND = "Olga Owner", "Axel Approver", "Contract C-77 binds the recipient"


@dataclass(frozen=True)
class Made:
    verdict: Verdict
    view: View


def waiver(made, rule: str, **changed) -> Waiver:
    """A waiver of what `rule` came out as, in the sample that is not met."""
    own = next(f for f in made.verdict.findings if f.rule.id == rule)
    assert own.measurement is not None
    granted = Waiver(
        id=f"W-{rule}",
        rule=rule,
        policy=f"{made.policy.id}@{made.policy.version}",
        context=made.verdict.context.value,
        synthetic_sha256=made.run.provenance.inputs["synthetic"].digest,
        accepts=own.status.value,
        owner=OWNER,
        approver=APPROVER,
        reason=GROUND,
        created=date(2026, 9, 1),
        expires=date(2026, 11, 18),
        reason_code=own.reason_code if own.status is FindingStatus.INCONCLUSIVE else None,
        value=own.measurement.estimate.value,
        high=own.measurement.estimate.high,
    )
    return replace(granted, **changed)


def graded(made, *waivers: Waiver) -> Made:
    said = replace(made.declared, waivers=waivers, graded_on=date(2026, 10, 1))
    held = with_waivers(made.verdict.findings, made.policy, made.run, said, barred=frozenset())
    open_ = (FindingStatus.FAIL, FindingStatus.INCONCLUSIVE)
    status = made.verdict.status
    if not any(f.status in open_ and f.rule.required for f in held.findings):
        status = VerdictStatus.MET_WITH_WAIVERS
    verdict = replace(made.verdict, status=status, findings=held.findings, waivers=held.notes)
    return Made(verdict, build_view(made.run, verdict, made.policy, said))


@pytest.fixture(scope="module")
def failing(sample: ModuleType):
    return sample.not_met()


@pytest.fixture(scope="module")
def waived(failing) -> Made:
    expired = waiver(failing, "IN-2", expires=date(2026, 9, 30))
    return graded(failing, waiver(failing, "IN-1"), expired)


@pytest.mark.parametrize("code", list(WaiverCode))
def test_every_code_has_a_sentence(code: WaiverCode) -> None:
    words = dict.fromkeys(("rule", "outcome", "policy", "tier", "created", "expires"), "x")
    assert say("waiver", code.value, **words).endswith(".")
    assert set(keys("waiver")) == {c.value for c in WaiverCode} | {
        "accepted",
        "outside",
        "all_decided",
        "all_decided_or_waived",
    }


def test_page_1_says_who_accepted_what_until_when(waived: Made) -> None:
    used, expired = waived.view.decision.waivers.items
    assert (used.label, used.mark.word) == ("W-IN-1", "waived")
    assert plain(used.phrase) == (
        "IN-1 is not met, and Axel Approver accepted it at the request of Olga Owner, until "
        "2026-11-18: Contract C-77 binds the recipient."
    )
    assert (expired.label, expired.mark.word) == ("W-IN-2", "not applied")
    assert plain(expired.phrase) == "It has expired: it set IN-2 aside until 2026-09-30."


def test_what_is_waived_was_found_all_the_same(failing, waived: Made) -> None:
    page = waived.view.decision
    found = {item.label: item for item in found_items(waived.verdict, failing.run)}
    assert found["IN-2"].mark == outcome.NOT_MET
    assert found["IN-1"].mark == outcome.WAIVED
    assert "can be guessed beyond the limit" in plain(found["IN-1"].phrase)
    assert "1 waived" in page.coverage.rest
    row = next(r for r in page.forest.rows if r.rule == "IN-1")
    assert (row.mark.word, bool(row.value)) == ("waived", True)
    section = next(s for s in waived.view.sections if s.anchor == "inference")
    said = [plain(item.phrase) for item in section.answers]
    assert "IN-1: not met, and set aside by a waiver." in said


def test_the_verdict_counts_optional_rules_that_hold_by_waiver_too(failing) -> None:
    """Of the sample, IN-1, IN-2, VU-1 are not met and VU-2 is open: four waivers."""
    broken = [
        f.rule.id
        for f in failing.verdict.findings
        if f.status in (FindingStatus.FAIL, FindingStatus.INCONCLUSIVE) and f.measurement
    ]
    made = graded(failing, *(waiver(failing, rule) for rule in broken))
    assert made.verdict.waived == len(broken)
    assert made.view.decision.verdict.word == f"Criteria met with {len(broken)} waivers"
    assert f"{len(broken)} of them only by waiver" in plain(made.view.decision.sentence)
    # An open rule that was waived was not decided all the same.
    assert made.view.decision.all_decided.endswith("or set aside by a waiver.")
    assert [item.label for item in made.view.decision.waivers.items] == [f"W-{r}" for r in broken]


def test_the_report_holds_every_waiver_in_full(waived: Made) -> None:
    table = waived.view.annex.waivers
    assert table is not None
    assert table.scope == "held against the day 2026-10-01"
    assert [row[:2] for row in table.rows] == [("W-IN-1", "IN-1"), ("W-IN-2", "IN-2")]
    assert table.rows[0][3:] == (APPROVER, OWNER, "2026-09-01 to 2026-11-18", f"{GROUND}.")
    html = to_html(waived.view).decode()
    assert html.count(APPROVER) == 3
    assert "It has expired" in html


def test_the_screen_says_it_too(waived: Made) -> None:
    said = [line for line in decision_lines(waived.view) if line.startswith("Waiver")]
    assert said[0].startswith("Waiver W-IN-1 waived: IN-1 is not met, and Axel Approver")
    assert said[1].startswith("Waiver W-IN-2 not applied: It has expired")


def test_outsiders_learn_that_and_until_when_but_not_by_whom(waived: Made) -> None:
    aside = "On its own it is not met; waiver W-IN-1 sets that aside until 2026-11-18."
    texts = (to_markdown(waived.view), to_junit(waived.view).decode(), to_sarif(waived.view))
    for text in texts:
        text = text if isinstance(text, str) else text.decode()
        assert "until 2026-11-18" in text
        assert "It has expired: it set IN-2 aside until 2026-09-30." in text.replace("\\", "")
        for private in (OWNER, APPROVER, GROUND):
            assert private not in text
    cases = ElementTree.fromstring(texts[1]).iter("testcase")
    case = next(c for c in cases if c.get("name", "").startswith("IN-1 "))
    skipped = case.find("skipped")
    assert skipped is not None
    assert skipped.get("message", "").endswith(aside)
    results = json.loads(texts[2])["runs"][0]["results"]
    result = next(r for r in results if r["ruleId"] == "IN-1")
    assert result["level"] == "note"
    assert result["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": aside}
    ]


def test_many_long_waivers_leave_the_first_page_one_page(failing) -> None:
    rules = [f.rule.id for f in failing.verdict.findings if f.measurement]
    long = [
        waiver(
            failing, rule, id=f"W-{rule}", reason="x" * 2_000, owner="y" * 200, approver="z " * 99
        )
        for rule in rules
    ]
    made = graded(failing, *long)
    page = made.view.decision
    assert height(page, release=made.view.release) <= PAGE
    assert page.waivers.items
    assert page.waivers.more.startswith("And ")


def test_without_waivers_nothing_is_said_of_them(views: dict[str, View]) -> None:
    for view in views.values():
        assert view.annex.waivers is None
        assert not view.decision.waivers.items
        assert "Waiver" not in to_markdown(view)


def test_what_people_write_stays_text(failing) -> None:
    evil = "<script>alert(1)</script> {0} *b* [x](http://evil.example)"
    one = waiver(failing, "IN-1", owner=evil, approver=f"{evil}2", reason=evil, policy=f"{evil}@1")
    for granted in (one, replace(one, policy=f"{failing.policy.id}@{failing.policy.version}")):
        made = graded(failing, granted)
        html = to_html(made.view).decode()
        assert "<script>" not in html
        assert "&lt;script&gt;" in html
        assert "<script>" not in to_markdown(made.view)
        assert "](http" not in to_markdown(made.view)
