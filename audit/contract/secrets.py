"""A secret column: what counts as naming it, and what is known beside it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from audit.contract.arms import Arm, BoolArray, FloatArray, Side
from audit.contract.lab import Lab
from audit.contract.predicates import column_values
from audit.facts.schema import Column, Kind, Schema

_LEVELS = 10


def knowledge(schema: Schema, secret: Column) -> Mapping[str, tuple[Column, ...]]:
    """Return the sets of columns that the adversary may know, by name.

    `quasi_identifiers` are the declared ones; `others` is everything but the secret, left out
    where it is the same set.
    """
    declared = tuple(c for c in schema.quasi_identifiers() if c.name != secret.name)
    others = tuple(c for c in schema.comparable() if c.name != secret.name)
    sets = {"quasi_identifiers": declared, "others": others}
    if not declared or declared == others:
        del sets["quasi_identifiers"]
    return sets


@dataclass(frozen=True, eq=False)
class Secret:
    """One secret column of a release."""

    lab: Lab
    column: Column
    tolerance: float
    """Of a number's size."""
    absolute: float
    """Of the interquartile range of everybody, for a number or a date."""

    def values(self, side: Side) -> FloatArray:
        """Return the column as numbers: codes for categories, NaN where missing."""
        return column_values(self.lab.table(side), self.column.name)

    def pooled(self) -> FloatArray:
        """Return the values of all real and holdout people that are present."""
        everybody = self._everybody()
        return np.asarray(everybody[~np.isnan(everybody)], dtype=np.float64)

    def _everybody(self) -> FloatArray:
        sides = [Side.REAL, *([Side.HOLDOUT] if self.lab.has_holdout else [])]
        return np.concatenate([self.values(s) for s in sides])

    def hit(self, guess: FloatArray, truth: FloatArray) -> BoolArray:
        """Tell whether each guess counts as right; missing is guessed right by missing."""
        both_missing = np.isnan(guess) & np.isnan(truth)
        # A difference too large for a double is no hit.
        with np.errstate(invalid="ignore", over="ignore"):
            close = np.abs(guess - truth) <= self._width(truth)
        return np.asarray(both_missing | close)

    def _width(self, truth: FloatArray) -> FloatArray:
        if not self.column.kind.is_numeric or self.column.kind is Kind.ORDINAL:
            return np.zeros_like(truth)
        of_spread = np.full_like(truth, self.absolute * self._spread())
        # A date has no size.
        if self.column.kind is Kind.DATETIME:
            return of_spread
        return np.maximum(self.tolerance * np.abs(truth), of_spread)

    def _spread(self) -> float:
        """Return the interquartile range of everybody, 0 where it is too large for a double."""

        def make() -> float:
            known = self.pooled()
            spread = float(np.subtract(*np.percentile(known, [75, 25]))) if known.size else 0.0
            return spread if np.isfinite(spread) else 0.0

        return self.lab.keep(("spread", self.column.name), make)

    def commonest(self) -> float:
        """Return the best of the mode, the median and `missing` as a guess for anybody."""
        everybody = self._everybody()
        known = everybody[~np.isnan(everybody)]
        if known.size == 0:
            return float("nan")
        levels, counts = np.unique(known, return_counts=True)
        tries = (
            float(levels[counts.argmax()]),
            float(levels[np.cumsum(counts).searchsorted(known.size / 2)]),
            float("nan"),
        )
        return max(tries, key=lambda t: self.hit(np.full_like(everybody, t), everybody).mean())


def levels_of(lab: Lab, arm: Arm, column: Column) -> FloatArray:
    """Return indicators of the column's commonest levels, or of its tenths, for each row.

    The levels are chosen on real and holdout together and the values are the person's own, so the
    indicators are the same whoever is a member.

    Returns
    -------
    FloatArray
        float64 of shape (n, p), p <= 10; the last one tells who has no value.
    """
    secret = Secret(lab, column, 0.0, 0.0)
    known, own = secret.pooled(), secret.values(arm.side)[arm.rows]
    if column.kind.is_numeric:
        tenths = np.arange(1, _LEVELS) / _LEVELS
        cuts = np.unique(np.quantile(known, tenths)) if known.size else np.zeros(0)
        return np.column_stack([own[:, None] <= cuts, np.isnan(own)]).astype(np.float64)
    levels, counts = np.unique(known, return_counts=True)
    common = levels[np.argsort(-counts, kind="stable")[: _LEVELS - 1]]
    return np.column_stack([own[:, None] == common, np.isnan(own)]).astype(np.float64)
