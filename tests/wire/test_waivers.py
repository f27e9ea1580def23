import json
from dataclasses import replace

import jsonschema
import pytest

from audit.errors import DataError
from audit.facts.judgement import FindingStatus
from audit.policy.grade import grade
from audit.wire.declared import declared_from_bytes, declared_to_bytes
from audit.wire.schemas import schema
from audit.wire.strict_yaml import load_yaml
from audit.wire.verdict import verdict_from_bytes, verdict_to_bytes
from audit.wire.waivers import WaiverV1, waivers_from_bytes
from tests.policy.sample import declared
from tests.policy.test_waivers import DAY, FAILING, GDPR, LK1, linked, stated

TEXT = f"""\
schema: synthgate.waivers/v1
waivers:
  - id: W-1
    rule: LK-1
    policy: {GDPR.id}@{GDPR.version}
    context: public
    synthetic_sha256: {"a" * 64}
    accepts: fail
    value: 0.08
    high: 0.11
    owner: A. Owner
    approver: B. Approver
    reason: The recipients hold the real data anyway.
    created: 2026-09-01
    expires: 2026-11-01
"""


def faults(text: str) -> list[str]:
    with pytest.raises(DataError) as caught:
        waivers_from_bytes(text.encode())
    return caught.value.message.splitlines()


def test_a_file_is_read_as_it_says():
    assert waivers_from_bytes(TEXT.encode()) == (LK1,)
    jsonschema.validate(load_yaml(TEXT, "waivers.yaml").tree, schema("waivers"))


def test_a_file_without_waivers_waives_nothing():
    assert waivers_from_bytes(b"schema: synthgate.waivers/v1\nwaivers: []\n") == ()


def test_all_faults_of_form_are_said_at_once_each_with_its_line():
    broken = (
        TEXT.replace("owner: A. Owner", "ownr: A. Owner")
        .replace("accepts: fail", "accepts: error")
        .replace("created: 2026-09-01", "created: 2026-02-30")
        .replace("context: public", "context: everyone")
        .replace("a" * 64, "abc")
        .replace(f"{GDPR.id}@{GDPR.version}", GDPR.id)
    )
    assert faults(broken) == [
        "waivers.yaml: line 3: waivers[0].owner: is missing",
        "waivers.yaml: line 5: waivers[0].policy: has not the expected form",
        "waivers.yaml: line 6: waivers[0].context: must be public, trusted_third_party, internal"
        " or secure_enclave",
        "waivers.yaml: line 7: waivers[0].synthetic_sha256: has not the expected form",
        "waivers.yaml: line 8: waivers[0].accepts: must be fail or inconclusive",
        "waivers.yaml: line 11: waivers[0].ownr: is not known here; did you mean owner?",
        "waivers.yaml: line 14: waivers[0].created: must be a day such as 2026-11-01",
    ]


def test_all_faults_of_meaning_too():
    first = (
        TEXT.replace("B. Approver", "a.  OWNER")
        .replace("expires: 2026-11-01", "expires: 2026-12-01")
        .replace("accepts: fail", "accepts: fail\n    reason_code: interval_too_wide")
        .replace("high: 0.11", "high: 0.07")
    )
    second = TEXT.partition("waivers:\n")[2]
    second = second.replace("accepts: fail", "accepts: inconclusive\n    reason_code: timeout")
    second = second.replace("    value: 0.08\n    high: 0.11\n", "")
    second = second.replace("expires: 2026-11-01", "expires: 2026-08-31")
    # 1 September to 1 December: 30 + 31 + 30 = 91 days.
    assert faults(first + second) == [
        "waivers.yaml: line 9: waivers[0].reason_code: belongs to accepts: inconclusive",
        "waivers.yaml: line 11: waivers[0].high: must stand beside a value that is not larger",
        "waivers.yaml: line 13: waivers[0].approver: must be another person than the owner",
        "waivers.yaml: line 16: waivers[0].expires: must lie at most 90 days after the day of"
        " creation",
        "waivers.yaml: line 17: waivers[1].id: is the id of another waiver",
        "waivers.yaml: line 17: waivers[1].value: is missing",
        "waivers.yaml: line 23: waivers[1].reason_code: must be one of copies_to_review,"
        " evidence_expired, evidence_missing, interval_too_wide",
        "waivers.yaml: line 28: waivers[1].expires: must not lie before the day of creation",
    ]


def test_ninety_days_are_not_too_many():
    # 1 September to 30 November: 29 + 31 + 30 = 90 days.
    (waiver,) = waivers_from_bytes(TEXT.replace("2026-11-01", "2026-11-30").encode())
    assert waiver.days == 90


def test_a_key_that_comes_twice_is_refused():
    assert faults(TEXT + "    rule: LK-2\n") == [
        "waivers.yaml: line 16: waivers[0].rule: comes twice"
    ]


def test_a_statement_has_no_value():
    text = TEXT.replace("accepts: fail", "accepts: inconclusive\n    reason_code: evidence_missing")
    assert faults(text) == ["waivers.yaml: line 10: waivers[0].value: belongs to a measured rule"]


def test_declared_json_holds_waivers_as_given_and_the_day():
    given = stated(LK1, replace(LK1, id="W-2", worst_scope={"k": "1"}, document_sha256="d" * 64))
    data = declared_to_bytes(given)
    assert declared_from_bytes(data) == given
    tree = json.loads(data)
    assert tree["graded_on"] == DAY.isoformat()
    jsonschema.validate(tree, schema("declared"))
    tree["waivers"][0]["approver"] = tree["waivers"][0]["owner"]
    with pytest.raises(DataError, match="approver must be another person"):
        declared_from_bytes(json.dumps(tree).encode())


def test_without_waivers_the_files_are_as_they_were():
    assert not {"waivers", "graded_on"} & json.loads(declared_to_bytes(declared())).keys()
    tree = json.loads(verdict_to_bytes(grade(GDPR, linked(FAILING), declared())))
    assert "waivers" not in tree
    assert all("unwaived" not in finding for finding in tree["findings"])


def test_a_verdict_says_what_became_of_every_waiver():
    verdict = grade(GDPR, linked(FAILING), stated(LK1, replace(LK1, id="W-2", rule="SO-1")))
    data = verdict_to_bytes(verdict)
    assert verdict_from_bytes(data) == verdict
    tree = json.loads(data)
    assert (tree["status"], tree["coverage"]["waived"]) == ("met_with_waivers", 1)
    assert tree["waivers"] == [
        {"code": "used", "id": "W-1", "rule": "LK-1"},
        {"code": "not_needed", "id": "W-2", "rule": "SO-1"},
    ]
    (waived,) = (f for f in tree["findings"] if f["status"] == "waived")
    assert (waived["rule"], waived["unwaived"], waived["value"]) == ("LK-1", "fail", 0.08)


def test_a_verdict_that_hides_its_waiver_is_refused():
    verdict = grade(GDPR, linked(FAILING), stated(LK1))
    tree = json.loads(verdict_to_bytes(verdict))
    alone = {**tree, "waivers": []}
    with pytest.raises(DataError, match="the waived rules are not those of the waivers"):
        verdict_from_bytes(json.dumps(alone).encode())
    for finding in tree["findings"]:
        finding.pop("unwaived", None)
    with pytest.raises(DataError, match="stand together"):
        verdict_from_bytes(json.dumps(tree).encode())


def test_a_pass_cannot_be_written_as_waived():
    verdict = grade(GDPR, linked(FAILING), stated(LK1))
    findings = tuple(
        replace(f, unwaived=FindingStatus.PASS) if f.unwaived else f for f in verdict.findings
    )
    with pytest.raises(DataError, match="nothing but fail and inconclusive"):
        verdict_to_bytes(replace(verdict, findings=findings))


def test_the_schema_of_a_waiver_names_every_field_of_the_fact():
    assert set(WaiverV1.model_fields) == set(type(LK1).__dataclass_fields__)
