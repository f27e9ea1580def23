from xml.etree import ElementTree

from audit.report.junit import to_junit
from audit.report.shapes import View


def suite(view: View) -> ElementTree.Element:
    found = ElementTree.fromstring(to_junit(view)).find("testsuite")
    assert found is not None
    return found


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


def test_an_alarm_is_said_and_breaks_nothing(views: dict[str, View]) -> None:
    made = suite(views["not_met"])
    said = made.findall("testcase/system-out")
    assert len(said) == 1
    assert "It asks for an explanation." in str(said[0].text)


def test_an_optional_open_rule_is_skipped(views: dict[str, View]) -> None:
    made = suite(views["no_holdout"])
    assert made.get("skipped") == "3"
    assert made.get("errors") == "16"


def test_hostile_names_leave_it_well_formed(hostile_view: View) -> None:
    data = to_junit(hostile_view)
    assert suite(hostile_view).get("tests") == "20"
    assert b"\x1b" not in data


def test_the_same_verdict_makes_the_same_bytes(views: dict[str, View]) -> None:
    assert to_junit(views["met"]) == to_junit(views["met"])
    assert b"time=" not in to_junit(views["met"])
