"""`run.json`: all facts of one audit (`synthgate.run/v1`).

The layout is that of DESIGN section 7. Every field is written, also where it is null, so that a
reader never has to guess what a missing one meant.
"""

from enum import StrEnum
from typing import Any, Literal

from pydantic import (
    Field,
    JsonValue,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

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
from audit.facts.plugins import PluginFacts
from audit.wire.result import ResultV1, json_fact
from audit.wire.strict import Count, Digest, Named, Strict, as_fact, as_model, file_bytes, repeated
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
    # Only where no single file holds the table.
    digest_of: Literal["file", "content"] = "file"

    @model_serializer(mode="wrap")
    def _without_the_usual(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return {k: v for k, v in written.items() if (k, v) != ("digest_of", "file")}


class PluginV1(Strict):
    """A plug-in whose checks ran."""

    name: Named
    distribution: Named
    version: str
    digest: Digest
    checks: tuple[Named, ...]


class ProvenanceV1(Strict):
    """What the numbers depend on."""

    tool: str
    version: str
    seed: Count
    seed_source: Literal["derived", "given"]
    inputs: dict[str, InputV1]
    parameters: dict[str, JsonValue]
    plugins: tuple[PluginV1, ...]

    @model_validator(mode="after")
    def _knows_its_inputs(self) -> "ProvenanceV1":
        unknown = set(self.inputs) - set(Side)
        if unknown:
            raise ValueError("inputs may be real, synthetic, holdout and reference only")
        return self

    @model_validator(mode="after")
    def _names_a_plugin_once(self) -> "ProvenanceV1":
        if repeated(p.name for p in self.plugins):
            raise ValueError("names a plug-in twice")
        return self

    @classmethod
    def of(cls, fact: Provenance) -> "ProvenanceV1":
        """Return the provenance as it is written."""
        inputs = {name: as_model(f, InputV1) for name, f in fact.inputs.items()}
        plugins = tuple(as_model(p, PluginV1) for p in fact.plugins)
        return as_model(fact, cls, inputs=inputs, plugins=plugins)

    def fact(self) -> Provenance:
        """Return the provenance as a fact."""
        return as_fact(
            self,
            Provenance,
            inputs={name: as_fact(i, InputFacts) for name, i in self.inputs.items()},
            parameters=json_fact(self.parameters),
            plugins=tuple(as_fact(p, PluginFacts) for p in self.plugins),
        )


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

    @classmethod
    def of(cls, fact: ControlFact) -> "ControlV1":
        """Return the control as it is written."""
        return as_model(fact, cls, curve=tuple(as_model(p, CurvePointV1) for p in fact.curve))

    def fact(self) -> ControlFact:
        """Return the control as a fact."""
        return as_fact(self, ControlFact, curve=tuple(as_fact(p, CurvePoint) for p in self.curve))


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
        columns = tuple(as_model(c, ColumnV1) for c in run.release.columns)
        split = as_model(run.release.split, SplitV1)
        return cls(
            schema="synthgate.run/v1",
            provenance=ProvenanceV1.of(run.provenance),
            release=as_model(run.release, ReleaseV1, split=split, columns=columns),
            preflight=tuple(as_model(p, PreflightV1) for p in run.preflight),
            results=tuple(ResultV1.of(r) for r in run.results),
            controls=tuple(ControlV1.of(c) for c in run.controls),
        )

    def fact(self) -> AuditRun:
        """Return the run as facts."""
        release = self.release
        columns = tuple(as_fact(c, ColumnFacts) for c in release.columns)
        split = as_fact(release.split, SplitFacts)
        return AuditRun(
            provenance=self.provenance.fact(),
            release=as_fact(release, ReleaseFacts, split=split, columns=columns),
            preflight=tuple(as_fact(p, PreflightFact) for p in self.preflight),
            results=tuple(r.fact() for r in self.results),
            controls=tuple(c.fact() for c in self.controls),
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
