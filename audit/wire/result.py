"""How the result of one check stands in `run.json`."""

from pydantic import JsonValue, model_validator

from audit.facts.measurement import (
    Card,
    Caveat,
    Family,
    Json,
    Need,
    Result,
    Status,
    ThreatModel,
)
from audit.facts.reasons import CaveatCode, ReasonCode
from audit.wire.measured import FigureV1, MeasurementV1, figure_fact, figure_model
from audit.wire.strict import Count, Named, Strict, as_fact, as_model, file_bytes, repeated


class ThreatV1(Strict):
    """Who attacks."""

    knows: str
    sees: str
    wins: str


class CheckV1(Strict):
    """The card of a check."""

    id: Named
    version: Count
    title: str
    family: Family
    clears: bool
    grades: bool
    lifecycle: str
    alarms_on_copy: bool
    monotone_in_copies: bool
    needs: tuple[Need, ...]
    measures: tuple[Named, ...]
    threat: ThreatV1 | None
    references: tuple[str, ...]
    explanation: dict[str, str]


class CaveatV1(Strict):
    """A code with numbers."""

    code: CaveatCode
    numbers: dict[str, float]
    columns: tuple[str, ...]


class ResultV1(Strict):
    """What one check yielded."""

    check: CheckV1
    status: Status
    reason_code: ReasonCode | None
    reason_numbers: dict[str, float]
    failure: str | None
    params: dict[str, JsonValue]
    caveats: tuple[CaveatV1, ...]
    measurements: tuple[MeasurementV1, ...]
    figures: tuple[FigureV1, ...]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> "ResultV1":
        if (self.status is Status.MEASURED) != (self.reason_code is None):
            raise ValueError("a reason belongs to every result that was not measured, and no other")
        if repeated((m.name, frozenset(m.scope.items())) for m in self.measurements):
            raise ValueError("holds a measurement twice")
        if any(m.name not in self.check.measures for m in self.measurements):
            raise ValueError("holds a measurement that its card does not name")
        return self

    @classmethod
    def of(cls, fact: Result) -> "ResultV1":
        """Return the result as it is written."""
        said = fact.card.threat
        threat = None if said is None else as_model(said, ThreatV1)
        return cls(
            check=as_model(fact.card, CheckV1, threat=threat),
            status=fact.status,
            reason_code=fact.reason_code,
            reason_numbers=dict(fact.reason_numbers),
            failure=fact.failure,
            params=dict(fact.params),
            caveats=tuple(as_model(c, CaveatV1) for c in fact.caveats),
            measurements=tuple(MeasurementV1.of(m) for m in fact.measurements),
            figures=tuple(figure_model(f) for f in fact.figures),
        )

    def fact(self) -> Result:
        """Return the result as a fact."""
        said = self.check.threat
        threat = None if said is None else as_fact(said, ThreatModel)
        needs = frozenset(self.check.needs)
        return Result(
            card=as_fact(self.check, Card, threat=threat, needs=needs),
            status=self.status,
            reason_code=self.reason_code,
            reason_numbers=self.reason_numbers,
            failure=self.failure,
            measurements=tuple(m.fact() for m in self.measurements),
            caveats=tuple(as_fact(c, Caveat) for c in self.caveats),
            figures=tuple(figure_fact(f) for f in self.figures),
            params=json_fact(self.params),
        )


def require_writable(result: Result, what: str) -> None:
    """Refuse a result that could not stand in a run.

    Raises
    ------
    DataError
        With every fault, without any value.
    """
    file_bytes(lambda: ResultV1.of(result), ResultV1, what)


def json_fact(params: dict[str, JsonValue]) -> dict[str, Json]:
    """Return parameters as facts.

    A whole float beyond 2**53 is written without a point; it is still a float.
    """
    return {key: _as_read(value) for key, value in params.items()}


def _as_read(value: JsonValue) -> Json:
    if isinstance(value, dict):
        return json_fact(value)
    if isinstance(value, list):
        return [_as_read(item) for item in value]
    if isinstance(value, int) and abs(value) >= 2**53:
        return float(value)
    return value
