"""The only way from arrays to facts.

Everything a check yields passes here before it becomes part of a run: numbers are rounded, ends
outward; curves begin and stop where enough people stand behind them; a column with an alias leaves
under the alias. Nothing else builds a Result from a measurement (DESIGN section 9).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite, log10

from audit.facts.estimate import Estimate
from audit.facts.figures import Bar, Bars, Ecdf, Figure, Heatmap, Roc
from audit.facts.measurement import (
    Card,
    Caveat,
    Json,
    Measurement,
    PreflightFact,
    Result,
    SafeHigh,
    Status,
)

_NO_COLUMN = frozenset(
    {
        "agree",
        "attack",
        "cells",
        "claim",
        "counted",
        "encoding",
        "from",
        "grown",
        "join",
        "k",
        "knows",
        "over",
        "quantile",
        "reuse",
        "rows",
        "split",
        "subset",
        "table",
        "to",
        "weights",
        "within",
    }
)
"""Entries of a scope that never hold a column, whatever a column may be called."""
DIGITS = 6
CURVE_DIGITS = 3
SMALLEST_CELL = 11
_POINTS_OF_CURVES = frozenset({"distance"})
"""Measurements that are told no more exactly than the points of a curve."""
_TABLES = ("real", "synthetic", "holdout", "reference")
"""Preflight numbers under these names count rows or cells of that table."""


@dataclass(frozen=True)
class Gate:
    """What may pass, and under which names."""

    aliases: Mapping[str, str]
    k: int = SMALLEST_CELL
    """No descriptive count of fewer people leaves."""

    def name(self, text: str) -> str:
        """Return the alias of a column, or the text itself."""
        return self.aliases.get(text, text)

    def result(
        self,
        card: Card,
        params: Mapping[str, Json],
        yielded: Iterable[Measurement | Figure | Caveat],
    ) -> Result:
        """Return what a check yielded as a measured result."""
        passed = list(yielded)
        figures = [self._figure(x) for x in passed if isinstance(x, Figure)]
        return Result(
            card=card,
            status=Status.MEASURED,
            measurements=tuple(self._measurement(x) for x in passed if isinstance(x, Measurement)),
            caveats=tuple(self._caveat(x) for x in passed if isinstance(x, Caveat)),
            figures=tuple(f for f in figures if f is not None),
            params={k: self._aliased(v) for k, v in params.items()},
        )

    def preflight(self, fact: PreflightFact) -> PreflightFact:
        """Return a preflight fact rounded and under aliases."""
        return replace(
            fact,
            numbers={k: rounded(v) for k, v in fact.numbers.items() if not self._is_small(k, v)},
            columns=self._names(fact.columns),
        )

    def _names(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Return names in the order of the alphabet: that of a file is no fact."""
        return tuple(sorted(self.name(c) for c in columns))

    def _is_small(self, key: str, count: float) -> bool:
        """Tell whether a number counts so few records of one table that it is not shown."""
        return key in _TABLES and 0 < count < self.k

    def _measurement(self, m: Measurement) -> Measurement:
        safe = m.safe_high
        digits = CURVE_DIGITS if m.name in _POINTS_OF_CURVES else DIGITS
        return replace(
            m,
            estimate=estimate_rounded(m.estimate, digits),
            scope={k: v if k in _NO_COLUMN else self.name(v) for k, v in m.scope.items()},
            null_value=_maybe(m.null_value),
            p_value=_maybe(m.p_value),
            p_safe_side=_maybe(m.p_safe_side),
            detectable=_maybe(m.detectable),
            safe_high=None if safe is None else SafeHigh(rounded(safe.mean), rounded(safe.sd)),
            least_low=None if m.least_low is None else _outward(m.least_low, floor),
        )

    def _aliased(self, value: Json) -> Json:
        if isinstance(value, str):
            return self.name(value)
        return [self._aliased(v) for v in value] if isinstance(value, list) else value

    def _caveat(self, c: Caveat) -> Caveat:
        numbers = {k: rounded(v) for k, v in c.numbers.items()}
        return Caveat(c.code, numbers, self._names(c.columns))

    def _figure(self, figure: Figure) -> Figure | None:
        if isinstance(figure, Bars):
            return Bars(figure.id, tuple(self._bar(b) for b in figure.bars))
        if isinstance(figure, Roc):
            return replace(
                figure,
                fpr=tuple(rounded(x, CURVE_DIGITS) for x in figure.fpr),
                tpr=tuple(rounded(x, CURVE_DIGITS) for x in figure.tpr),
            )
        if isinstance(figure, Heatmap):
            return self._heatmap(figure)
        return self._ecdf(figure)

    def _heatmap(self, figure: Heatmap) -> Heatmap:
        """Return it under aliases, the rows in the order of the alphabet."""
        pairs = zip(map(self.name, figure.rows), figure.cells, strict=True)
        named = sorted(pairs, key=lambda pair: pair[0])
        cells = tuple(tuple(_cell(x) for x in row) for _, row in named)
        return replace(figure, rows=tuple(name for name, _ in named), cells=cells)

    def _bar(self, bar: Bar) -> Bar:
        return Bar(
            self.name(bar.label),
            estimate_rounded(bar.attack),
            estimate_rounded(bar.control),
            None if bar.baseline is None else estimate_rounded(bar.baseline),
        )

    def _ecdf(self, figure: Ecdf) -> Ecdf | None:
        """Keep points with at least k people below, beyond, and between any two, on every curve."""
        curves = [(figure.real, figure.n_real)]
        if figure.holdout:
            curves.append((figure.holdout, figure.n_holdout))
        if figure.reference:
            curves.append((figure.reference, figure.n_reference))
        kept: list[int] = []
        last = [0] * len(curves)
        for i in range(len(figure.x)):
            below = [round(y[i] * n) for y, n in curves]
            clear = all(b - a >= self.k for a, b in zip(last, below, strict=True))
            if clear and all(b <= n - self.k for b, (_, n) in zip(below, curves, strict=True)):
                kept.append(i)
                last = below
        if len(kept) < 2:
            return None
        return replace(
            figure,
            x=_curve(figure.x, kept),
            real=_curve(figure.real, kept),
            holdout=_curve(figure.holdout, kept),
            reference=_curve(figure.reference, kept),
        )


def _curve(values: Sequence[float], kept: Sequence[int]) -> tuple[float, ...]:
    """Return the points that are kept; nothing of a curve that does not exist."""
    return tuple(rounded(values[i], CURVE_DIGITS) for i in kept) if values else ()


def rounded(value: float, digits: int = DIGITS) -> float:
    """Round to so many significant digits.

    Raises
    ------
    ValueError
        If the number is not finite: unknown has its own codes.
    """
    if not isfinite(value):
        raise ValueError("a fact must be finite")
    # Adding 0.0 turns -0.0 into 0.0.
    return float(f"{value:.{digits - 1}e}") + 0.0


def estimate_rounded(e: Estimate, digits: int = DIGITS) -> Estimate:
    """Round the value to the nearest and the ends outward; what is exact has but one number."""
    value = rounded(e.value, digits)
    if e.is_exact:
        return Estimate(value, value, value, e.confidence, e.method)
    low = None if e.low is None else min(_outward(e.low, floor), value)
    high = None if e.high is None else max(_outward(e.high, ceil), value)
    return Estimate(value, low, high, e.confidence, e.method)


def _outward(value: float, direction: Callable[[float], int]) -> float:
    near = rounded(value)
    if value == 0 or abs(near - value) <= 1e-12 * abs(value):
        return near
    step = 10.0 ** (floor(log10(abs(value))) - DIGITS + 1)
    whole = direction(value / step)
    return rounded(whole * step)


def _cell(value: float | None) -> float | None:
    return None if value is None else rounded(value, CURVE_DIGITS)


def _maybe(value: float | None) -> float | None:
    return None if value is None else rounded(value)
