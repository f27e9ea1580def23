"""`declared.json`: what people stated, as they stated it (`synthgate.declared/v1`)."""

from typing import Literal

from pydantic import Field

from audit.facts.judgement import Declared, Source, Tier
from audit.wire.strict import Strict, as_model, file_bytes
from audit.wire.strict_json import read_json

SCHEMA = "synthgate.declared/v1"
FILE = "declared.json"


class DeclaredV1(Strict):
    """The file."""

    schema_: Literal["synthgate.declared/v1"] = Field(alias="schema")
    tier: Tier
    tier_source: Source
    recipients: str
    context_note: str
    policy: str
    policy_source: Source
    sensitivity: str
    sensitivity_source: Source
    assigned_by: str
    split_stated_by: str
    split_source: Source
    generator: dict[str, str]
    earlier_releases: tuple[str, ...]
    evidence: dict[str, dict[str, str]]
    not_applicable: dict[str, str]
    # Not in files of earlier versions.
    groups: dict[str, tuple[str, ...]] = Field(default_factory=dict)


def declared_to_bytes(declared: Declared) -> bytes:
    """Return the canonical bytes of what was declared.

    Raises
    ------
    DataError
        If the facts contradict the format.
    """
    return file_bytes(
        lambda: as_model(declared, DeclaredV1, schema="synthgate.declared/v1"), DeclaredV1, FILE
    )


def declared_from_bytes(data: bytes) -> Declared:
    """Return what `data` says was declared.

    Raises
    ------
    DataError
        With every fault of a malformed file, each with its JSON path and without any value.
    """
    model = read_json(data, DeclaredV1, FILE)
    values = model.model_dump(exclude={"schema_"})
    return Declared(**values)
