"""The JSON Schemas of all files, for editors and for other tools."""

import json
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from audit.errors import UsageError
from audit.text import safe_text
from audit.wire.attestation import EnvelopeV1, StatementV1
from audit.wire.declared import DeclaredV1
from audit.wire.diff import DiffV1
from audit.wire.execution import ExecutionV1
from audit.wire.external_verdict import ExternalVerdictV1
from audit.wire.faults import did_you_mean
from audit.wire.history import HistoryV1
from audit.wire.ledger import LedgerV1
from audit.wire.manifest import ManifestV1
from audit.wire.outlook import PreflightFileV1
from audit.wire.policy import PolicyV1
from audit.wire.policy_diff import PolicyDiffV1
from audit.wire.policy_tests import PolicyTestsV1, TrialV1
from audit.wire.project_model import ProjectV1
from audit.wire.run import RunV1
from audit.wire.verdict import VerdictV1
from audit.wire.verification import VerificationV1
from audit.wire.waivers import WaiversV1

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMAS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {
        "run": RunV1,
        "verdict": VerdictV1,
        "diff": DiffV1,
        "external-verdict": ExternalVerdictV1,
        "policy": PolicyV1,
        "policy-tests": PolicyTestsV1,
        "policy-test": TrialV1,
        "policy-diff": PolicyDiffV1,
        "declared": DeclaredV1,
        "project": ProjectV1,
        "waivers": WaiversV1,
        "preflight": PreflightFileV1,
        "history": HistoryV1,
        "ledger": LedgerV1,
        "execution": ExecutionV1,
        "manifest": ManifestV1,
        "attestation": EnvelopeV1,
        "statement": StatementV1,
        "verification": VerificationV1,
    }
)
"""Name -> model of the file."""


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of one file.

    Raises
    ------
    UsageError
        If there is no file of that name.
    """
    if name not in SCHEMAS:
        hint = did_you_mean(name, SCHEMAS)
        known = ", ".join(SCHEMAS)
        raise UsageError(f"there is no schema {safe_text(name)}{hint}", f"Name one of: {known}.")
    made = SCHEMAS[name].model_json_schema(by_alias=True)
    return {"$schema": DIALECT, "$id": f"synthgate.{name}/v1", **made, "title": f"synthgate {name}"}


def schema_text(name: str) -> str:
    """Return the JSON Schema of one file as it is committed and printed."""
    return json.dumps(schema(name), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def committed(name: str) -> str:
    """Return the copy of the schema that the package carries."""
    return (files("audit.wire") / "schemas" / f"{name}.json").read_text(encoding="utf-8")
