import json

import jsonschema
import pytest

from audit.errors import UsageError
from audit.policy.grade import grade
from audit.policy.load import resolve
from audit.wire.declared import declared_to_bytes
from audit.wire.policy import policy_to_bytes
from audit.wire.run import run_to_bytes
from audit.wire.schemas import SCHEMAS, committed, schema, schema_text
from audit.wire.verdict import verdict_to_bytes
from tests.policy.sample import declared, safe_run


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_copy_is_current(name: str):
    """After a change of the format: python -m tests.wire.test_schemas."""
    assert committed(name) == schema_text(name)


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_is_a_json_schema(name: str):
    jsonschema.Draft202012Validator.check_schema(schema(name))


def test_what_we_write_keeps_its_schema():
    policy = resolve("gdpr-anonymisation-wp29")
    run = safe_run()
    files = {
        "run": run_to_bytes(run),
        "policy": policy_to_bytes(policy),
        "declared": declared_to_bytes(declared()),
        "verdict": verdict_to_bytes(grade(policy, run, declared())),
    }
    for name, data in files.items():
        jsonschema.Draft202012Validator(schema(name)).validate(json.loads(data))
    broken = json.loads(files["run"])
    broken["surprise"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema("run"))


def test_an_unknown_name_is_a_usage_error():
    with pytest.raises(UsageError, match="did you mean verdict"):
        schema("verdct")


if __name__ == "__main__":
    from pathlib import Path

    for each in SCHEMAS:
        path = Path(__file__).parents[2] / "audit" / "wire" / "schemas" / f"{each}.json"
        path.write_text(schema_text(each), encoding="utf-8")
