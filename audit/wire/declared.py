"""`declared.json`: what people stated, as they stated it (`synthgate.declared/v1`)."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from audit.facts.judgement import Declared, Source, Tier
from audit.wire.strict import Strict, as_model, file_bytes, said
from audit.wire.strict_json import read_json
from audit.wire.waivers import Day, WaiverV1, contradictions

SCHEMA = "synthgate.declared/v1"
FILE = "declared.json"
ABOUT = ("operator", "controller", "purpose", "contact", "computed_at", "retention")
"""Who audits for whom, why, where, and what becomes of the evidence: free text, as stated."""


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
    # Only where somebody waived something.
    waivers: tuple[WaiverV1, ...] = ()
    graded_on: Day | None = None
    # Only where somebody said so.
    operator: str = ""
    controller: str = ""
    purpose: str = ""
    contact: str = ""
    computed_at: str = ""
    retention: str = ""
    # Not in files of earlier versions, which list releases only where somebody stated them.
    earlier_releases_source: Source = Source.ASSUMED
    p_attack: Annotated[float, Field(gt=0, le=1)] | None = None

    @model_validator(mode="after")
    def _waivers_are_in_order(self) -> "DeclaredV1":
        for path, text in contradictions(self.waivers):
            raise ValueError(f"waivers[{path[0]}].{path[1]} {text}")
        return self

    @model_serializer(mode="wrap")
    def _without_nothing(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what says nothing: a file without waivers is as it was before there were."""
        written: dict[str, Any] = write(self)
        if self.earlier_releases_source is Source.ASSUMED:
            del written["earlier_releases_source"]
        return said(written, "waivers", "graded_on", "p_attack", *ABOUT)


def declared_to_bytes(declared: Declared) -> bytes:
    """Return the canonical bytes of what was declared.

    Raises
    ------
    DataError
        If the facts contradict the format.
    """
    return file_bytes(
        lambda: as_model(
            declared,
            DeclaredV1,
            schema="synthgate.declared/v1",
            waivers=tuple(WaiverV1.of(w) for w in declared.waivers),
            graded_on=None if declared.graded_on is None else declared.graded_on.isoformat(),
        ),
        DeclaredV1,
        FILE,
    )


def declared_from_bytes(data: bytes) -> Declared:
    """Return what `data` says was declared.

    Raises
    ------
    DataError
        With every fault of a malformed file, each with its JSON path and without any value.
    """
    model = read_json(data, DeclaredV1, FILE)
    values = model.model_dump(exclude={"schema_", "waivers", "graded_on"})
    return Declared(
        **values,
        waivers=tuple(waiver.fact() for waiver in model.waivers),
        graded_on=None if model.graded_on is None else date.fromisoformat(model.graded_on),
    )
