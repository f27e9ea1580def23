import json

import pytest

from audit.errors import DataError
from audit.facts.judgement import Tier
from audit.facts.reasons import ReasonCode
from audit.policy.grade import grade
from audit.policy.load import resolve
from audit.wire.verdict import verdict_from_bytes, verdict_to_bytes
from tests.policy.sample import declared, safe_run, skipped


def a_verdict():
    run = skipped(safe_run(), "linkability", ReasonCode.TIMEOUT)
    return grade(resolve("gdpr-anonymisation-wp29"), run, declared())


def test_a_verdict_survives_the_way_to_bytes_and_back():
    verdict = a_verdict()
    assert verdict_from_bytes(verdict_to_bytes(verdict)) == verdict
    other = grade(resolve("internal-sharing"), safe_run(), declared(Tier.INTERNAL))
    assert verdict_from_bytes(verdict_to_bytes(other)) == other


def test_the_layout_is_that_of_the_design():
    tree = json.loads(verdict_to_bytes(a_verdict()))
    assert tree["schema"] == "synthgate.verdict/v1"
    assert tree["status"] == "inconclusive"
    assert tree["sensitivity"] == "high"
    assert "attack_probability" not in tree
    assert set(tree["policy"]) == {"id", "version", "sha256"}
    assert tree["coverage"]["required"] == 20
    finding = next(f for f in tree["findings"] if f["rule"] == "SO-1")
    expected = {"rule", "measure", "where", "status", "reason_code", "value", "low", "high"}
    expected |= {"limit", "severity", "required", "pass_probability_if_safe", "basis"}
    expected |= {"transposed", "verified", "cite"}
    assert expected <= set(finding)
    missing = next(f for f in tree["findings"] if f["rule"] == "LK-1")
    assert missing["value"] is None
    assert missing["reason_code"] == "timeout"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda t: t["coverage"].update(passed=20), "the coverage is not that of the findings"),
        (lambda t: t["findings"].append(t["findings"][0]), "holds a rule twice"),
        (lambda t: t["findings"][0].update(status="green"), "findings[0].status: must be pass"),
        (lambda t: t["findings"][0].update(value=None), "a value and its evidence stand together"),
        (lambda t: t["findings"][0].update(high=-1), "the upper end lies below the value"),
        (
            lambda t: t["findings"][0].update(measure=None),
            "the rule of the finding is not complete",
        ),
        (lambda t: t.update(run_sha256="x"), "run_sha256: has not the expected form"),
    ],
)
def test_a_tampered_verdict_is_refused(change, expected: str):
    tree = json.loads(verdict_to_bytes(a_verdict()))
    change(tree)
    with pytest.raises(DataError, match=r"verdict\.json: ") as caught:
        verdict_from_bytes(json.dumps(tree).encode())
    assert expected in caught.value.message
