"""From table columns to points on one shared scale.

The scale is fitted on the pool (real and holdout together), never on one of them alone and never
on the synthetic data: otherwise a distance would know who is in the data, and relabelling people
would no longer be a fair game (DESIGN section 4).

A missing value is a state of its own. A missing category is one more category. A missing number
stands at the centre of the scale and carries a mark that mismatches with every present number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from audit.space.points import FloatArray, IntArray, Metric, Points

Numbers: TypeAlias = Mapping[str, FloatArray]
Codes: TypeAlias = Mapping[str, IntArray]

# Values far outside the pool's range stay far, but cannot swamp every other column.
_UNIT_REACH = (-1.0, 2.0)
_Z_REACH = (-20.0, 20.0)


class Scaling(StrEnum):
    """How a number is put on the common scale."""

    RANK = "rank"
    """Mid-rank quantile in the pool, 0 to 1: blind to skew."""
    MINMAX = "minmax"
    """Share of the pool's range."""
    STANDARDISED = "standardised"
    """Distance from the pool's mean in standard deviations."""


class Encoding(NamedTuple):
    """A scale and a metric."""

    scaling: Scaling
    metric: Metric

    @property
    def name(self) -> str:
        """Short name for scopes: the scale, and the metric where it is not the usual one."""
        usual = Metric.L2 if self.scaling is Scaling.STANDARDISED else Metric.L1
        return self.scaling.value if self.metric is usual else f"{self.scaling.value}-{self.metric}"


RANK = Encoding(Scaling.RANK, Metric.L1)
MINMAX = Encoding(Scaling.MINMAX, Metric.L1)
STANDARDISED = Encoding(Scaling.STANDARDISED, Metric.L2)
ENCODINGS = (RANK, MINMAX, STANDARDISED)
"""What near means depends on the scale: these are all tried where the worst case is asked."""
RANK_EUCLIDEAN = Encoding(Scaling.RANK, Metric.L2)
"""As blind to skew as `RANK`, and fast where many column subsets are searched."""
BY_NAME: Mapping[str, Encoding] = {e.name: e for e in (*ENCODINGS, RANK_EUCLIDEAN)}
"""Encodings as the scope of a measurement names them."""


@dataclass(frozen=True, eq=False, repr=False)
class Scale:
    """The pool's numbers, column by column, sorted and without missing values."""

    columns: Mapping[str, FloatArray]

    def apply(self, name: str, values: FloatArray, scaling: Scaling) -> FloatArray:
        """Return `values` on the scale of column `name`; missing stays missing.

        Parameters
        ----------
        values
            float64 of shape (n,), NaN where missing.
        """
        known = self.columns[name]
        if known.size == 0:
            return np.zeros_like(values)
        if scaling is Scaling.RANK:
            return _rank(values, known)
        if scaling is Scaling.MINMAX:
            return _minmax(values, known)
        return _standardise(values, known)


def fit_scale(pool: Sequence[Numbers]) -> Scale:
    """Fit the shared scale on the numbers of real and holdout together."""
    merged = {name: np.concatenate([part[name] for part in pool]) for name in pool[0]}
    return Scale({name: np.sort(x[~np.isnan(x)]) for name, x in merged.items()})


def _rank(values: FloatArray, known: FloatArray) -> FloatArray:
    below = np.searchsorted(known, values, side="left")
    upto = np.searchsorted(known, values, side="right")
    ranks = (below + upto) / (2.0 * known.size)
    return np.where(np.isnan(values), np.nan, ranks)


def _minmax(values: FloatArray, known: FloatArray) -> FloatArray:
    low, high = known[0], known[-1]
    # Halving first keeps the range of values near the largest double finite.
    half_width = high / 2 - low / 2
    shifted = np.sign(values - low) if half_width == 0 else (values / 2 - low / 2) / half_width
    return _within(shifted, _UNIT_REACH)


def _standardise(values: FloatArray, known: FloatArray) -> FloatArray:
    largest = max(float(np.abs(known[[0, -1]]).max()), np.finfo(float).tiny)
    unit = known / largest
    sd = float(unit.std())
    if sd == 0:
        return _within(np.sign(values - known[0]), _Z_REACH)
    with np.errstate(over="ignore"):
        z = (values / largest - unit.mean()) / sd
    return _within(z, _Z_REACH)


def _within(values: FloatArray, reach: tuple[float, float]) -> FloatArray:
    return np.asarray(np.clip(values, *reach), dtype=np.float64)


@dataclass(frozen=True, eq=False, repr=False)
class ScaledColumns:
    """The numbers of one table on the common scale: what many encodings of its columns share."""

    filled: Numbers
    """Per column float64 of shape (n,); a missing value stands at the centre."""
    missing: Mapping[str, NDArray[np.bool_]]
    """Per column bool of shape (n,)."""


def scaled_columns(numbers: Numbers, *, scale: Scale, scaling: Scaling) -> ScaledColumns:
    """Put every number of a table on the scale fitted by `fit_scale`."""
    centre = 0.0 if scaling is Scaling.STANDARDISED else 0.5
    missing = {name: np.isnan(values) for name, values in numbers.items()}
    scaled = {name: scale.apply(name, values, scaling) for name, values in numbers.items()}
    # A missing value stays missing whatever the scale; where nothing is known all stand at 0.
    filled = {name: np.where(np.isnan(x), centre, x) for name, x in scaled.items()}
    return ScaledColumns(filled, missing)


def encode(
    numbers: Numbers, codes: Codes, *, columns: Sequence[str], scale: Scale, encoding: Encoding
) -> Points:
    """Encode the named columns of one table.

    Parameters
    ----------
    numbers, codes
        The table's columns; a column stands in one of the two. A column in both (an ordinal one)
        is read as a number.
    columns
        Which columns, in which order; the order decides nothing but the order of summation.
    scale
        Fitted by `fit_scale` on real and holdout together.

    Returns
    -------
    Points
        With as many rows as the table.
    """
    wanted = {c: numbers[c] for c in columns if c in numbers}
    scaled = scaled_columns(wanted, scale=scale, scaling=encoding.scaling)
    n = len(next(iter((*numbers.values(), *codes.values()))))
    return assemble(scaled, codes, n=n, columns=columns, metric=encoding.metric)


def assemble(
    scaled: ScaledColumns, codes: Codes, *, n: int, columns: Sequence[str], metric: Metric
) -> Points:
    """Return some columns of a table of n rows as points."""
    numeric = [c for c in columns if c in scaled.filled]
    nominal = [c for c in columns if c not in scaled.filled]
    # A mark for every number, also where nothing is missing: whether some other table has gaps
    # must not change how this one is encoded.
    marks = [scaled.missing[c].astype(np.int64) for c in numeric]
    return Points(
        numbers=_stack([scaled.filled[c] for c in numeric], n, np.float64),
        codes=_stack([*(codes[c] for c in nominal), *marks], n, np.int64),
        weights=np.array([1.0] * len(nominal) + [0.5] * len(numeric)),
        metric=metric,
        divisor=float(len(columns)),
    )


def _stack(columns: list[NDArray[Any]], n: int, dtype: type) -> NDArray[Any]:
    if not columns:
        return np.zeros((n, 0), dtype=dtype)
    return np.ascontiguousarray(np.column_stack(columns).astype(dtype, copy=False))
