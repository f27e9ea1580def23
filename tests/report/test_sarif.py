import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest

from audit.facts.judgement import FindingStatus
from audit.policy.grade import grade
from audit.policy.load import resolve
from audit.report.sarif import to_sarif
from audit.report.shapes import View
from audit.report.view import build_view
from audit.wire.policy import policy_to_bytes
from tests.golden.test_golden import CASES

SCHEMA = json.loads((Path(__file__).parent / "sarif" / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))


def run_of(view: View) -> dict:
    document = json.loads(to_sarif(view))
    assert document["version"] == "2.1.0"
    assert len(document["runs"]) == 1
    return document["runs"][0]


@pytest.fixture(scope="module")
def waived(sample: ModuleType) -> View:
    """One rule that fails and one that is open, both set aside."""
    made = sample.not_met()
    findings = tuple(
        replace(f, status=FindingStatus.WAIVED, unwaived=f.status)
        if f.rule.id in ("IN-1", "VU-2")
        else f
        for f in made.verdict.findings
    )
    verdict = replace(made.verdict, findings=findings)
    return build_view(made.run, verdict, made.policy, made.declared)


def test_it_keeps_the_published_schema(
    views: dict[str, View], hostile_view: View, waived: View
) -> None:
    validator = jsonschema.Draft4Validator(SCHEMA)
    for view in (*views.values(), hostile_view, waived, replace(waived, report_only=True)):
        validator.validate(json.loads(to_sarif(view)))
    broken = json.loads(to_sarif(waived))
    broken["runs"][0]["results"][0]["kind"] = "inconclusive"
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(broken)


def test_every_rule_is_always_there(views: dict[str, View]) -> None:
    for view in views.values():
        rules = run_of(view)["tool"]["driver"]["rules"]
        assert [r["id"] for r in rules] == [line.id for line in view.outside]


def test_results_are_what_asks_for_action(views: dict[str, View]) -> None:
    results = run_of(views["not_met"])["results"]
    kinds = {r["ruleId"]: (r["kind"], r.get("level")) for r in results}
    assert kinds == {
        "IN-1": ("fail", "error"),
        "IN-2": ("fail", "error"),
        "VU-1": ("fail", "error"),
        "VU-2": ("open", None),
        "DIAG-TAIL": ("review", None),
    }
    assert run_of(views["met"])["results"] == []


def test_a_level_stands_beside_a_failure_only(views: dict[str, View], waived: View) -> None:
    """SARIF 2.1.0, 3.27.10: of any other kind the level is none, which is what absent means."""
    for view in (*views.values(), waived):
        for result in run_of(view)["results"]:
            assert ("level" in result) == (result["kind"] == "fail")


def test_an_open_rule_is_loud_where_only_rules_are_read(views: dict[str, View]) -> None:
    rules = run_of(views["not_met"])["tool"]["driver"]["rules"]
    levels = {rule["id"]: rule["defaultConfiguration"]["level"] for rule in rules}
    assert (levels["VU-2"], levels["IN-1"], levels["DIAG-TAIL"]) == ("warning", "error", "note")


def test_a_waiver_is_a_suppression_and_its_rule_keeps_its_kind(waived: View) -> None:
    results = {r["ruleId"]: r for r in run_of(waived)["results"]}
    assert (results["IN-1"]["kind"], results["IN-1"]["level"]) == ("fail", "note")
    assert results["VU-2"]["kind"] == "open"
    suppressed = {rule: r["suppressions"] for rule, r in results.items() if "suppressions" in r}
    assert set(suppressed) == {"IN-1", "VU-2"}
    assert suppressed["IN-1"][0]["kind"] == "external"
    assert suppressed["IN-1"][0]["status"] == "accepted"


def test_every_result_points_to_its_rule_in_the_policy() -> None:
    name, make, said, _ = CASES["copied"]
    policy, run = resolve(name), make()
    made = run_of(build_view(run, grade(policy, run, said), policy, said))
    text = policy_to_bytes(policy).decode()
    assert "\n" not in text
    assert made["results"]
    for result in made["results"]:
        assert made["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"] == {"uri": "policy.json", "index": 0}
        region = place["region"]
        # All is ASCII here, so a column is a character.
        pointed = text.encode("ascii")[region["startColumn"] - 1 : region["endColumn"] - 1]
        assert json.loads(pointed)["id"] == result["ruleId"]


def test_an_alert_is_the_same_for_the_next_release_and_another_for_other_data(
    views: dict[str, View],
) -> None:
    view = views["not_met"]

    def seen(of: View) -> dict[str, str]:
        results = run_of(of)["results"]
        return {r["ruleId"]: r["partialFingerprints"]["synthgateRule/v1"] for r in results}

    assert seen(view) == seen(replace(view, document="run 0000 0000 0000 0000"))
    assert set(seen(view).values()).isdisjoint(seen(replace(view, release="other")).values())
    other = run_of(replace(view, release="a/b c"))["automationDetails"]["id"]
    assert other == "synthgate/a%2Fb%20c/"


def test_report_only_is_said_of_the_run_and_of_every_result(views: dict[str, View]) -> None:
    made = run_of(replace(views["not_met"], report_only=True))
    assert made["properties"]["reportOnly"] is True
    texts = [r["message"]["text"] for r in made["results"]]
    assert all(t.startswith("Report only: nothing was gated.") for t in texts)
    assert run_of(views["not_met"])["properties"]["reportOnly"] is False


def test_no_column_leaves(views: dict[str, View], hostile_view: View) -> None:
    assert b"diagnosis" not in to_sarif(views["not_met"])
    assert b"\\u001b" not in to_sarif(hostile_view)
