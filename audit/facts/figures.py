"""The closed set of figures. They hold binned or aggregated numbers, never a record."""

from dataclasses import dataclass
from typing import TypeAlias

from audit.facts.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Bar:
    """Attack, control and baseline rate under one label."""

    label: str
    """A column or parameter name."""
    attack: Estimate
    control: Estimate
    baseline: Estimate | None


@dataclass(frozen=True, slots=True)
class Bars:
    """Success of an attack on real and on holdout people, and by guessing."""

    id: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Ecdf:
    """Share of people whose distance to the nearest synthetic record is at most x."""

    id: str
    x: tuple[float, ...]
    """Distances, ascending; shared by all curves."""
    real: tuple[float, ...]
    holdout: tuple[float, ...]
    """Empty where no holdout was given."""
    n_real: int
    n_holdout: int
    """All curves start where at least `k` people stand behind them; the gate sees to it."""
    reference: tuple[float, ...] = ()
    """Share of holdout people whose distance to the nearest *real* record is at most x: what
    people who were never in the data look like. Empty where it was not measured."""
    n_reference: int = 0


@dataclass(frozen=True, slots=True)
class Roc:
    """True against false positive rate, at the holdout counts j that were kept."""

    id: str
    fpr: tuple[float, ...]
    tpr: tuple[float, ...]
    n_real: int
    n_holdout: int


@dataclass(frozen=True, slots=True)
class Heatmap:
    """One number per row and column, such as the excess on each secret with each knowledge."""

    id: str
    measure: str
    """Name of the measurement that the cells hold."""
    rows: tuple[str, ...]
    """Column or parameter names, top to bottom."""
    columns: tuple[str, ...]
    """Parameter names, left to right."""
    cells: tuple[tuple[float | None, ...], ...]
    """Row by row; None where nothing was measured."""


Figure: TypeAlias = Bars | Ecdf | Roc | Heatmap
