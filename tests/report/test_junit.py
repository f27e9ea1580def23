from dataclasses import replace
from types import ModuleType
from xml.etree import ElementTree

import pytest
from junitparser import JUnitXml
from junitparser.xunit2 import JUnitXml as JUnitXml2

from audit.facts.judgement import FindingStatus
from audit.report.junit import to_junit
from audit.report.shapes import View
from audit.report.view import build_view


def suite(view: View) -> ElementTree.Element:
    found = ElementTree.fromstring(to_junit(view)).find("testsuite")
    assert found is not None
    return found


def stated(view: View, rule: str) -> dict[str, str]:
    (case,) = (c for c in suite(view).iter("testcase") if str(c.get("name")).startswith(f"{rule} "))
    return {str(p.get("name")): str(p.get("value")) for p in case.iter("property")}


def test_not_met_is_a_failure_and_inconclusive_an_error(views: dict[str, View]) -> None:
    made = suite(views["not_met"])
    assert {k: made.get(k) for k in ("tests", "failures", "errors", "skipped")} == {
        "tests": "20",
        "failures": "3",
        "errors": "1",
        "skipped": "0",
    }
    assert len(made.findall("testcase/failure")) == 3
    assert len(made.findall("testcase/error")) == 1
    assert len(made.findall("testcase")) == 20


@pytest.mark.parametrize("reader", [JUnitXml, JUnitXml2])
def test_a_reader_of_others_finds_what_we_wrote(reader, views: dict[str, View]) -> None:
    read = reader.fromstring(to_junit(views["not_met"]))
    (only,) = read
    assert (only.tests, only.failures, only.errors, only.skipped) == (20, 3, 1, 0)
    assert only.name == views["not_met"].decision.policy
    assert {p.name for p in only.properties()} >= {"verdict", "context", "run", "report_only"}
    results = {case.name.split()[0]: [type(r).__name__ for r in case.result] for case in only}
    assert results["IN-1"] == ["Failure"]
    assert results["VU-2"] == ["Error"]
    assert sum(not r for r in results.values()) == 16
    counted = reader.fromstring(to_junit(views["not_met"]))
    counted.update_statistics()
    assert (counted.tests, counted.failures, counted.errors) == (20, 3, 1)


def test_an_alarm_is_said_and_breaks_nothing(views: dict[str, View]) -> None:
    made = suite(views["not_met"])
    said = made.findall("testcase/system-out")
    assert len(said) == 1
    assert "It asks for an explanation." in str(said[0].text)


def test_an_optional_open_rule_is_skipped(views: dict[str, View]) -> None:
    made = suite(views["no_holdout"])
    assert made.get("skipped") == "3"
    assert made.get("errors") == "16"


def test_what_is_set_aside_is_skipped_and_says_what_it_is(sample: ModuleType) -> None:
    made = sample.not_met()

    def aside(finding):
        if finding.rule.id == "IN-1":
            return replace(finding, status=FindingStatus.WAIVED, unwaived=finding.status)
        if finding.rule.id == "SO-1":
            return replace(finding, status=FindingStatus.NOT_APPLICABLE, reason_code=None)
        return finding

    verdict = replace(made.verdict, findings=tuple(aside(f) for f in made.verdict.findings))
    view = build_view(made.run, verdict, made.policy, made.declared)
    assert suite(view).get("skipped") == "2"
    waived, away = stated(view, "IN-1"), stated(view, "SO-1")
    assert (waived["status"], waived["own_status"]) == ("waived", "fail")
    assert away["status"] == "not_applicable"
    assert "own_status" not in away


def test_every_case_says_how_much_it_weighs(views: dict[str, View]) -> None:
    said = stated(views["not_met"], "VU-2")
    assert said["status"] == "inconclusive"
    assert said["reason"]
    assert (said["required"], said["severity"]) == ("true", "major")


def test_report_only_is_said_of_the_suite_and_of_every_failure(views: dict[str, View]) -> None:
    made = suite(replace(views["not_met"], report_only=True))
    properties = {p.get("name"): p.get("value") for p in made.iterfind("properties/property")}
    assert properties["report_only"] == "true"
    for element in ("failure", "error"):
        for found in made.iter(element):
            assert str(found.get("message")).startswith("Report only: nothing was gated.")


def test_hostile_names_leave_it_well_formed(hostile_view: View) -> None:
    data = to_junit(hostile_view)
    assert suite(hostile_view).get("tests") == "20"
    assert b"\x1b" not in data


def test_the_same_verdict_makes_the_same_bytes(views: dict[str, View]) -> None:
    assert to_junit(views["met"]) == to_junit(views["met"])
    assert b"time=" not in to_junit(views["met"])
