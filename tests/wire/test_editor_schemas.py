"""What an editor says of a policy while it is written: the JSON Schema agrees with the reader."""

from pathlib import Path

import jsonschema
import pytest

from audit.errors import DataError, PolicyError
from audit.wire.policy import PolicyV1
from audit.wire.schemas import schema
from audit.wire.strict_yaml import load_yaml
from audit.wire.yaml_model import read_yaml

ROOT = Path(__file__).parents[2]
PROFILES = [p for p in (ROOT / "audit/policy/profiles").glob("*.yaml") if p.stem != "citations"]
BROKEN = sorted((ROOT / "tests" / "policy" / "broken").glob("*.yaml"))
EXAMPLE = ROOT / "docs" / "policy-tests"


def valid(file: Path, name: str) -> bool:
    tree = load_yaml(file.read_bytes(), file.name).tree
    return jsonschema.Draft202012Validator(schema(name)).is_valid(tree)


@pytest.mark.parametrize("file", [*PROFILES, EXAMPLE / "policy.yaml"], ids=lambda p: p.stem)
def test_a_good_policy_has_no_squiggle(file: Path):
    assert valid(file, "policy")


def test_the_example_of_policy_tests_has_none_either():
    assert valid(EXAMPLE / "tests.yaml", "policy-tests")
    assert not valid(EXAMPLE / "policy.yaml", "policy-tests")


@pytest.mark.parametrize("file", BROKEN, ids=lambda p: p.stem)
def test_an_editor_sees_what_the_reader_refuses_for_its_keys_and_types(file: Path):
    try:
        load_yaml(file.read_bytes(), file.name)
    except DataError:
        return
    try:
        read_yaml(file.read_bytes(), PolicyV1, file.name, error=PolicyError)
    except PolicyError:
        assert not valid(file, "policy")
    else:
        assert valid(file, "policy")
