"""`run.json`: all facts of one audit (`synthgate.run/v1`).

The layout is that of DESIGN section 7. Every field is written, also where it is null, so that a
reader never has to guess what a missing one meant.
"""

from enum import StrEnum
from typing import Literal

from pydantic import Field, JsonValue, model_validator

from audit.facts.measurement import (
    AuditRun,
    ColumnFacts,
    ControlFact,
    CurvePoint,
    InputFacts,
    PreflightFact,
    Provenance,
    ReleaseFacts,
    Severity,
    SplitFacts,
)
from audit.wire.result import ResultV1, json_fact
from audit.wire.strict import Count, Named, Strict, as_fact, as_model, file_bytes, repeated
from audit.wire.strict_json import read_json

SCHEMA = "synthgate.run/v1"
FILE = "run.json"


class Side(StrEnum):
    """The tables that a run may have read."""

    REAL = "real"
    SYNTHETIC = "synthetic"
    HOLDOUT = "holdout"
    REFERENCE = "reference"


class InputV1(Strict):
    """One input file."""

    rows: Count
    columns: Count
    digest: str | None


class ProvenanceV1(Strict):
    """What the numbers depend on."""

    tool: str
    version: str
    seed: Count
    seed_source: Literal["derived", "given"]
    inputs: dict[str, InputV1]
    parameters: dict[str, JsonValue]

    @model_validator(mode="after")
    def _knows_its_inputs(self) -> "ProvenanceV1":
        unknown = set(self.inputs) - set(Side)
        if unknown:
            raise ValueError("inputs may be real, synthetic, holdout and reference only")
        return self


class ColumnV1(Strict):
    """One column."""

    name: str
    kind: str
    roles: tuple[str, ...]
    source: Literal["declared", "assumed"]


class SplitV1(Strict):
    """How real and holdout came apart."""

    how: Literal["random", "stratified", "by_group", "temporal", "other", "unknown"]
    source: Literal["declared", "assumed"]
    holdout_used_for: tuple[str, ...]
    strata: tuple[str, ...]


class ReleaseV1(Strict):
    """What was audited."""

    name: str
    unit: str
    people: dict[str, Count]
    split: SplitV1
    columns: tuple[ColumnV1, ...]


class PreflightV1(Strict):
    """One thing that was looked at before any attack ran."""

    id: Named
    status: Severity
    code: str
    numbers: dict[str, float]
    columns: tuple[str, ...]


class CurvePointV1(Strict):
    """How often so many copied people were noticed."""

    people: Count
    noticed: float = Field(ge=0, le=1)


class ControlV1(Strict):
    """Whether this check would have noticed, and whether it keeps quiet."""

    check: Named
    plan: Literal["full_copy", "verbatim", "jittered", "null"]
    passed: bool
    numbers: dict[str, float]
    curve: tuple[CurvePointV1, ...]


class RunV1(Strict):
    """The file."""

    schema_: Literal["synthgate.run/v1"] = Field(alias="schema")
    provenance: ProvenanceV1
    release: ReleaseV1
    preflight: tuple[PreflightV1, ...]
    results: tuple[ResultV1, ...]
    controls: tuple[ControlV1, ...]

    @model_validator(mode="after")
    def _says_nothing_twice(self) -> "RunV1":
        if repeated(r.check.id for r in self.results):
            raise ValueError("holds the result of a check twice")
        return self

    @classmethod
    def of(cls, run: AuditRun) -> "RunV1":
        """Return the run as it is written."""
        provenance = run.provenance
        inputs = {name: as_model(f, InputV1) for name, f in provenance.inputs.items()}
        columns = tuple(as_model(c, ColumnV1) for c in run.release.columns)
        split = as_model(run.release.split, SplitV1)
        return cls(
            schema="synthgate.run/v1",
            provenance=as_model(provenance, ProvenanceV1, inputs=inputs),
            release=as_model(run.release, ReleaseV1, split=split, columns=columns),
            preflight=tuple(as_model(p, PreflightV1) for p in run.preflight),
            results=tuple(ResultV1.of(r) for r in run.results),
            controls=tuple(
                as_model(c, ControlV1, curve=tuple(as_model(p, CurvePointV1) for p in c.curve))
                for c in run.controls
            ),
        )

    def fact(self) -> AuditRun:
        """Return the run as facts."""
        provenance, release = self.provenance, self.release
        inputs = {name: as_fact(i, InputFacts) for name, i in provenance.inputs.items()}
        parameters = json_fact(provenance.parameters)
        columns = tuple(as_fact(c, ColumnFacts) for c in release.columns)
        split = as_fact(release.split, SplitFacts)
        return AuditRun(
            provenance=as_fact(provenance, Provenance, inputs=inputs, parameters=parameters),
            release=as_fact(release, ReleaseFacts, split=split, columns=columns),
            preflight=tuple(as_fact(p, PreflightFact) for p in self.preflight),
            results=tuple(r.fact() for r in self.results),
            controls=tuple(
                as_fact(c, ControlFact, curve=tuple(as_fact(p, CurvePoint) for p in c.curve))
                for c in self.controls
            ),
        )


def run_to_bytes(run: AuditRun) -> bytes:
    """Return the canonical bytes of `run`.

    Raises
    ------
    DataError
        If the facts contradict the format: a number that is not finite, a check twice.
    """
    return file_bytes(lambda: RunV1.of(run), RunV1, FILE)


def run_from_bytes(data: bytes) -> AuditRun:
    """Return the run that `data` holds.

    Raises
    ------
    DataError
        With every fault of a malformed file, each with its JSON path and without any value.
    """
    return read_json(data, RunV1, FILE).fact()
