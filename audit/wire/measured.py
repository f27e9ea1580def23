"""How numbers stand in a file: estimates, measurements, figures."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag, model_validator

from audit.facts.estimate import Estimate
from audit.facts.figures import Bar, Bars, Ecdf, Figure, Heatmap, Roc
from audit.facts.measurement import Measurement, SafeHigh
from audit.wire.faults import BRANCH
from audit.wire.strict import Count, Named, Share, Strict, as_fact, as_model

Floats: TypeAlias = tuple[float, ...]


class _Enclosed(Strict):
    """A value with its two ends."""

    value: float
    low: float | None
    high: float | None
    confidence: Share
    method: str

    @model_validator(mode="after")
    def _ends_enclose_the_value(self) -> "_Enclosed":
        self.estimate()
        return self

    def estimate(self) -> Estimate:
        return Estimate(self.value, self.low, self.high, self.confidence, self.method)


class EstimateV1(_Enclosed):
    """An estimate of its own, as figures hold it."""


class SafeHighV1(Strict):
    """Upper end of a perfectly private release: mean and standard deviation."""

    mean: float
    sd: Annotated[float, Field(ge=0)]


class MeasurementV1(_Enclosed):
    """One measurement, its estimate flattened into it."""

    name: Named
    scope: dict[str, str]
    n: Count
    null_value: float | None
    p_value: Share | None
    p_safe_side: Share | None
    detectable: float | None
    safe_high: SafeHighV1 | None
    least_low: float | None

    @classmethod
    def of(cls, fact: Measurement) -> "MeasurementV1":
        """Return the measurement as it is written."""
        estimate = as_model(fact.estimate, EstimateV1)
        safe = fact.safe_high
        safe_high = None if safe is None else as_model(safe, SafeHighV1)
        values = dict(estimate) | {"scope": dict(fact.scope), "safe_high": safe_high}
        return cls.model_validate(
            values
            | {"name": fact.name, "n": fact.n, "null_value": fact.null_value}
            | {"p_value": fact.p_value, "p_safe_side": fact.p_safe_side}
            | {"detectable": fact.detectable, "least_low": fact.least_low}
        )

    def fact(self) -> Measurement:
        """Return the measurement as a fact."""
        return Measurement(
            name=self.name,
            estimate=self.estimate(),
            n=self.n,
            scope=self.scope,
            null_value=self.null_value,
            p_value=self.p_value,
            p_safe_side=self.p_safe_side,
            detectable=self.detectable,
            safe_high=None if self.safe_high is None else as_fact(self.safe_high, SafeHigh),
            least_low=self.least_low,
        )


class BarV1(Strict):
    """Attack, control and baseline rate under one label."""

    label: str
    attack: EstimateV1
    control: EstimateV1
    baseline: EstimateV1 | None


class BarsDataV1(Strict):
    """What a bar figure shows."""

    bars: tuple[BarV1, ...]


class BarsV1(Strict):
    """A bar figure."""

    kind: Literal["bars"]
    id: Named
    data: BarsDataV1


class EcdfDataV1(Strict):
    """Up to three cumulative curves over one axis."""

    x: Floats
    real: tuple[Share, ...]
    holdout: tuple[Share, ...]
    n_real: Count
    n_holdout: Count
    reference: tuple[Share, ...] = ()
    n_reference: Count = 0

    @model_validator(mode="after")
    def _one_value_per_point(self) -> "EcdfDataV1":
        whole = len(self.x)
        if len(self.real) != whole or any(
            len(curve) not in (0, whole) for curve in (self.holdout, self.reference)
        ):
            raise ValueError("the curves have not one value per point")
        return self


class EcdfV1(Strict):
    """A figure of cumulative shares."""

    kind: Literal["ecdf"]
    id: Named
    data: EcdfDataV1


class RocDataV1(Strict):
    """True over false positive rate."""

    fpr: tuple[Share, ...]
    tpr: tuple[Share, ...]
    n_real: Count
    n_holdout: Count

    @model_validator(mode="after")
    def _one_value_per_point(self) -> "RocDataV1":
        if len(self.fpr) != len(self.tpr):
            raise ValueError("the two rates have not one value each per point")
        return self


class RocV1(Strict):
    """A figure of one ROC curve."""

    kind: Literal["roc"]
    id: Named
    data: RocDataV1


class HeatmapDataV1(Strict):
    """One number per row and column."""

    measure: Named
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[float | None, ...], ...]

    @model_validator(mode="after")
    def _one_cell_per_row_and_column(self) -> "HeatmapDataV1":
        wide = {len(row) for row in self.cells} <= {len(self.columns)}
        if len(self.cells) != len(self.rows) or not wide:
            raise ValueError("the cells are not one per row and column")
        return self


class HeatmapV1(Strict):
    """A heatmap."""

    kind: Literal["heatmap"]
    id: Named
    data: HeatmapDataV1


def _kind(value: object) -> str:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return f"{BRANCH}{kind}"


FigureV1: TypeAlias = Annotated[
    Annotated[BarsV1, Tag(f"{BRANCH}bars")]
    | Annotated[EcdfV1, Tag(f"{BRANCH}ecdf")]
    | Annotated[RocV1, Tag(f"{BRANCH}roc")]
    | Annotated[HeatmapV1, Tag(f"{BRANCH}heatmap")],
    Discriminator(_kind),
]


def figure_model(figure: Figure) -> BarsV1 | EcdfV1 | RocV1 | HeatmapV1:
    """Return a figure as it is written."""
    if isinstance(figure, Bars):
        bars = BarsDataV1(bars=tuple(_bar_model(bar) for bar in figure.bars))
        return BarsV1(kind="bars", id=figure.id, data=bars)
    if isinstance(figure, Ecdf):
        curves = EcdfDataV1(
            x=figure.x,
            real=figure.real,
            holdout=figure.holdout,
            n_real=figure.n_real,
            n_holdout=figure.n_holdout,
            reference=figure.reference,
            n_reference=figure.n_reference,
        )
        return EcdfV1(kind="ecdf", id=figure.id, data=curves)
    if isinstance(figure, Heatmap):
        cells = HeatmapDataV1(
            measure=figure.measure, rows=figure.rows, columns=figure.columns, cells=figure.cells
        )
        return HeatmapV1(kind="heatmap", id=figure.id, data=cells)
    curve = RocDataV1(
        fpr=figure.fpr, tpr=figure.tpr, n_real=figure.n_real, n_holdout=figure.n_holdout
    )
    return RocV1(kind="roc", id=figure.id, data=curve)


def figure_fact(model: BarsV1 | EcdfV1 | RocV1 | HeatmapV1) -> Figure:
    """Return a figure as a fact."""
    if isinstance(model, BarsV1):
        return Bars(model.id, tuple(_bar_fact(bar) for bar in model.data.bars))
    if isinstance(model, EcdfV1):
        return as_fact(model.data, Ecdf, id=model.id)
    if isinstance(model, HeatmapV1):
        return as_fact(model.data, Heatmap, id=model.id)
    return as_fact(model.data, Roc, id=model.id)


def _bar_model(bar: Bar) -> BarV1:
    return BarV1(
        label=bar.label,
        attack=as_model(bar.attack, EstimateV1),
        control=as_model(bar.control, EstimateV1),
        baseline=None if bar.baseline is None else as_model(bar.baseline, EstimateV1),
    )


def _bar_fact(bar: BarV1) -> Bar:
    baseline = None if bar.baseline is None else bar.baseline.estimate()
    return Bar(bar.label, bar.attack.estimate(), bar.control.estimate(), baseline)
