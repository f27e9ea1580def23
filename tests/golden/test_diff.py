"""A comparison, byte for byte. After a wanted change: python -m tests.golden.test_diff"""

import json
from pathlib import Path

import jsonschema

from audit.policy.comparison import comparison
from audit.wire.diff import diff_to_bytes
from audit.wire.schemas import schema
from tests.golden.test_golden import copied
from tests.policy.sample import safe_run
from tests.policy.test_comparison import renewed, side

FILE = Path(__file__).with_name("safe-copied.diff.json")


def compared() -> bytes:
    return diff_to_bytes(comparison(side(safe_run()), side(renewed(copied()))))


def test_the_same_two_runs_differ_in_the_same_way() -> None:
    assert compared() == FILE.read_bytes()


def test_it_keeps_its_schema() -> None:
    jsonschema.Draft202012Validator(schema("diff")).validate(json.loads(FILE.read_bytes()))


if __name__ == "__main__":
    FILE.write_bytes(compared())
