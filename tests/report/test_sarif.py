import json

from audit.report.sarif import to_sarif
from audit.report.shapes import View


def run_of(view: View, **more: str) -> dict:
    document = json.loads(to_sarif(view, **more))
    assert document["version"] == "2.1.0"
    assert len(document["runs"]) == 1
    return document["runs"][0]


def test_every_rule_is_always_there(views: dict[str, View]) -> None:
    for view in views.values():
        rules = run_of(view)["tool"]["driver"]["rules"]
        assert [r["id"] for r in rules] == [line.id for line in view.outside]


def test_results_are_what_asks_for_action(views: dict[str, View]) -> None:
    results = run_of(views["not_met"])["results"]
    levels = {r["ruleId"]: r["level"] for r in results}
    assert levels == {
        "IN-1": "error",
        "IN-2": "error",
        "VU-1": "error",
        "VU-2": "warning",
        "DIAG-TAIL": "note",
    }
    assert run_of(views["met"])["results"] == []


def test_every_result_points_to_the_file_and_to_its_rule(views: dict[str, View]) -> None:
    run = run_of(views["not_met"], artifact="/home/me/out of house/syn thetic.parquet")
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        location = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert location == {"uri": "syn%20thetic.parquet"}
        assert len(result["partialFingerprints"]["synthgateRule/v1"]) == 64


def test_no_column_leaves(views: dict[str, View], hostile_view: View) -> None:
    assert b"diagnosis" not in to_sarif(views["not_met"])
    assert b"\\u001b" not in to_sarif(hostile_view)
