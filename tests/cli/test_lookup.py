"""explain, schema and policy only look something up."""

import json
from pathlib import Path

from audit.facts.measurement import Card
from audit.harness.registry import BUILTIN
from tests.cli.conftest import Call


def flat(text: str) -> str:
    return " ".join(text.split())


def test_every_check_is_explained(call: Call) -> None:
    for check in BUILTIN:
        card: Card = check.card
        answer = call("explain", card.id)
        assert answer.code == 0
        assert card.title in flat(answer.out)
        assert "What a low value does not mean" in answer.out
        if card.threat is not None:
            assert flat(card.threat.wins) in flat(answer.out)


def test_a_rule_is_explained_in_each_policy_that_has_it(call: Call) -> None:
    answer = call("explain", "COPY-1")
    assert answer.code == 0
    assert "In gdpr-anonymisation-wp29" in answer.out
    assert "In internal-sharing" in answer.out
    assert "identical-match.excess, high <= 0.001" in flat(answer.out)


def test_a_rule_is_looked_up_in_one_policy(call: Call) -> None:
    answer = call("explain", "COPY-1", "--policy", "internal-sharing")
    assert "In internal-sharing" in answer.out
    assert "gdpr" not in answer.out.lower().split("internal-sharing")[0]


def test_a_mistyped_name_is_answered_with_the_near_one(call: Call) -> None:
    answer = call("explain", "linkabilty")
    assert answer.code == 2
    assert "did you mean linkability?" in answer.err


def test_schemas_are_printed_as_they_are_committed(call: Call) -> None:
    for name in ("run", "verdict", "policy", "declared", "project"):
        told = json.loads(call("schema", name).out)
        assert told["$id"] == f"synthgate.{name}/v1"
    assert call("schema", "verdicts").code == 2


def test_policies_are_listed(call: Call) -> None:
    answer = call("policy", "list")
    assert answer.code == 0
    assert "gdpr-anonymisation-wp29 1.0.0" in answer.out
    assert "base 1" not in answer.out


def test_a_policy_is_shown_with_limits_and_sources(call: Call) -> None:
    answer = call("policy", "show", "gdpr-anonymisation-wp29")
    assert answer.code == 0
    for word in ("LEAK-1", "MI-2", "(public)", "SHA-256"):
        assert word in answer.out
    resolved = json.loads(call("policy", "show", "gdpr-anonymisation-wp29", "--json").out)
    assert resolved["schema"] == "synthgate.policy/v1"


def test_a_faulty_policy_is_told_with_all_its_faults(call: Call, tmp_path: Path) -> None:
    policy = tmp_path / "ours.yaml"
    policy.write_text(
        "schema: synthgate.policy/v1\nid: ours\nversion: 1.0.0\n"
        "extends: gdpr-anonymisation-wp29\nlegal_snapshot: never\nexpires_months: 99\n"
    )
    answer = call("policy", "validate", policy)
    assert answer.code == 3
    assert "line 5" in answer.err
    assert "line 6" in answer.err


def test_a_good_policy_is_valid(call: Call) -> None:
    answer = call("policy", "validate", "internal-sharing")
    assert answer.code == 0
    assert "is valid" in answer.out
