"""policy diff: profiles, files, and what an old run was held to."""

import json
from pathlib import Path

import jsonschema

from audit.wire.schemas import schema
from tests.cli.conftest import Call

GDPR, INTERNAL = "gdpr-anonymisation-wp29", "internal-sharing"
EXAMPLE = Path(__file__).parents[2] / "docs" / "policy-tests" / "policy.yaml"


def flat(text: str) -> str:
    return " ".join(text.split())


def resolved(call: Call, name: str, folder: Path) -> Path:
    (folder / "policy.json").write_text(call("policy", "show", name, "--json").out)
    return folder


def test_profiles_are_compared_in_words(call: Call) -> None:
    answer = call("policy", "diff", GDPR, INTERNAL)
    told = flat(answer.out)
    assert answer.code == 0
    assert "- contexts_allowed: public -> none (tighter)" in told
    assert "- SO-1 is changed: singling-out-univariate.excess, required limit (low): 0.09" in told
    assert "limit (high): 0.05 -> 0.2 (looser)" in told
    assert "- DPIA-1 is gone (looser): declared.dpia_reference, required" in told


def test_an_own_policy_against_its_parent_as_json(call: Call) -> None:
    answer = call("policy", "diff", GDPR, EXAMPLE, "--json")
    found = json.loads(answer.out)
    jsonschema.Draft202012Validator(schema("policy-diff")).validate(found)
    assert (found["looser"], found["before"]["id"]) == (0, GDPR)
    rules = {rule["rule"]: rule for rule in found["rules"]}
    assert rules["DPO-1"]["kind"] == "added"
    assert rules["MI-2"]["changes"][0] == {
        "what": "limit",
        "where": "public",
        "before": 0.55,
        "after": 0.53,
        "direction": "tighter",
    }


def test_the_policy_of_an_old_run_is_named_by_its_folder_or_file(
    call: Call, tmp_path: Path
) -> None:
    folder = resolved(call, GDPR, tmp_path)
    for name in (folder, folder / "policy.json"):
        answer = call("policy", "diff", name, GDPR)
        assert answer.code == 0
        assert "No difference." in answer.out


def test_what_cannot_be_compared(call: Call, tmp_path: Path) -> None:
    assert call("policy", "diff", GDPR, tmp_path).code == 3
    answer = call("policy", "diff", GDPR, "internal-sharin")
    assert answer.code == 3
    assert "did you mean internal-sharing?" in answer.err
    folder = resolved(call, GDPR, tmp_path)
    changed = (folder / "policy.json").read_text().replace('"limit":0.001', '"limit":0.5')
    (folder / "policy.json").write_text(changed)
    assert call("policy", "diff", folder, GDPR).code == 5
