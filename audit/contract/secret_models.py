"""What a learner says of a secret: trained on the release, or on people other than the target.

A learner names classes; here they become guesses. A class is a level, or for a number of many
values a part of its range. The guess is the value that is likeliest to count as right.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audit.contract.arms import FloatArray, IntArray, Side
from audit.contract.folds import folds, thinned
from audit.contract.lab import Lab
from audit.contract.predicates import column_values
from audit.contract.reference import pool
from audit.contract.secret_votes import LISTED, Guessed, closeness, elected
from audit.contract.secrets import Secret
from audit.facts.schema import Column
from audit.models.inference import Effort, Learner, class_chances, middles
from audit.space.encode import RANK, RANK_EUCLIDEAN, Encoding
from audit.space.neighbours.answer import Owners
from audit.space.points import Points

FOLDS = 2
MOST_CLASSES = 40
_DIGITS = 9


@dataclass(frozen=True, eq=False, repr=False)
class Classes:
    """The values of a secret as classes."""

    label: IntArray
    """Class of each row, shape (n,)."""
    values: FloatArray
    """The value that stands for each class, NaN for missing, shape (C,)."""
    hits: FloatArray
    """hits[c, d]: which part of the rows of class d the value of class c is right about."""


def classes_of(values: FloatArray, secret: Secret) -> Classes:
    """Return classes of the values of some rows: `MOST_CLASSES` and one for missing at most.

    Of few rows fewer: a class of one or two teaches nothing.
    """
    most = max(2, min(MOST_CLASSES, values.size // 3))
    present = values[~np.isnan(values)]
    levels, counts = np.unique(present, return_counts=True)
    if levels.size == 0:
        return Classes(np.zeros(values.size, np.int64), np.array([np.nan]), np.ones((1, 1)))
    if levels.size <= most:
        starts = levels
    elif secret.column.kind.is_numeric:
        # Between ranks: a value that is common enough is a class of its own.
        shares = np.arange(most) / most
        starts = np.unique(np.quantile(present, shares, method="inverted_cdf"))
    else:
        starts = np.sort(levels[np.argsort(-counts, kind="stable")[:most]])
    at = np.searchsorted(starts, values, side="right") - 1
    known = ~np.isnan(values)
    if not secret.column.kind.is_numeric:
        # Levels too rare for a class of their own stand with nobody.
        known &= starts[at] == values
    kept, label = np.unique(np.where(known, at, starts.size), return_inverse=True)
    label = label.reshape(-1)
    stands = np.array(
        [np.nan if c == starts.size else _middle(values[label == i]) for i, c in enumerate(kept)]
    )
    size = np.bincount(label)
    right = (secret.hit(np.full(values.shape, v), values) for v in stands)
    hits = np.stack([np.bincount(label, r, minlength=size.size) / size for r in right])
    return Classes(label, stands, hits)


def _middle(values: FloatArray) -> float:
    return float(np.quantile(values, 0.5, method="inverted_cdf"))


def learners_for(column: Column, n_levels: int) -> tuple[Learner, ...]:
    """Return the learners that fit the type of a secret.

    Boosting grows a tree for each class in each round; it is left to numbers and to two levels.
    """
    boosted = column.kind.is_numeric or n_levels <= 2
    return (Learner.TREES, *([Learner.BOOSTING] if boosted else []), Learner.LINEAR)


@dataclass(frozen=True, eq=False, repr=False)
class Lessons:
    """Who learns what from how many rows."""

    secret: Secret
    known: Sequence[Column]
    rows: int
    effort: Effort
    seed: int
    lab: Lab

    def from_release(self, learner: Learner, targets: IntArray) -> Guessed:
        """Return what a learner says of rows of the pool, having seen the release."""
        table = self.lab.release.synthetic
        rows = thinned(table, np.arange(table.n_rows), self._rows(), self.lab)
        learnt = self._points(Side.SYNTHETIC, RANK).take(rows)
        values = self.secret.values(Side.SYNTHETIC)[rows]
        return self._told(learner, learnt, values, self._pool(RANK).take(targets))

    def from_others(self, learner: Learner, targets: IntArray) -> Guessed:
        """Return what it says having seen other people of the pool instead, as many rows."""
        everybody, values = self._pool(RANK), self._pooled_values()
        place = np.full(len(everybody), -1)
        place[targets] = np.arange(targets.size)
        found = np.zeros((targets.size, 3))
        for fold in folds(FOLDS, self.lab):
            judged = fold.judged[place[fold.judged] >= 0]
            if judged.size == 0 or fold.learnt_from.size == 0:
                continue
            self.lab.checkpoint()
            rows = thinned(pool(self.lab), fold.learnt_from, self._rows(), self.lab)
            learnt, asked = everybody.take(rows), everybody.take(judged)
            told = self._told(learner, learnt, values[rows], asked)
            found[place[judged]] = np.column_stack([told.value, told.unusual, told.rare])
        return Guessed(*found.T)

    def from_nearest_others(self, targets: IntArray) -> Guessed:
        """Return the vote of the nearest other people of the pool, as many as there are records."""
        people, values = pool(self.lab).people, self._pooled_values()
        everybody = self._pool(RANK_EUCLIDEAN)
        size = self.lab.release.synthetic.n_rows
        rows = thinned(pool(self.lab), np.arange(len(everybody)), size, self.lab)
        most = int(np.bincount(people[rows]).max())
        found = self.lab.search(
            everybody.take(targets),
            everybody.take(rows),
            k=max(1, min(LISTED, rows.size - most)),
            owners=Owners(people[targets], people[rows]),
        )
        return elected(values[rows][found.indices], closeness(found), self.secret)

    def _rows(self) -> int:
        # Both learn from as many rows: the better one must not be the larger one.
        half = pool(self.lab).n_rows // FOLDS
        return max(2, min(self.rows, self.lab.release.synthetic.n_rows, half))

    def _told(self, learner: Learner, learnt: Points, values: FloatArray, asked: Points) -> Guessed:
        usual = self.secret.commonest()
        if learner is Learner.BOOSTING and self.secret.column.kind.is_numeric:
            known = np.flatnonzero(~np.isnan(values))
            if known.size:
                told = middles(
                    learnt.take(known), values[known], asked, effort=self.effort, seed=self.seed
                )
                return Guessed(told, np.zeros(told.size), told)
        made = classes_of(values, self.secret)
        chance = class_chances(
            learner,
            learnt,
            made.label,
            asked,
            n_classes=made.values.size,
            effort=self.effort,
            seed=self.seed,
        )
        expected = np.round(chance @ made.hits.T, _DIGITS)
        common = self.secret.hit(np.full(made.values.shape, usual), made.values)
        total = np.maximum(chance.sum(axis=1), 10.0**-_DIGITS)
        unusual = np.round(chance[:, ~common].sum(axis=1) / total, _DIGITS)
        rare = np.where(common, -1.0, expected).argmax(axis=1)
        return Guessed(made.values[expected.argmax(axis=1)], unusual, made.values[rare])

    def _points(self, side: Side, encoding: Encoding) -> Points:
        return self.lab.points(side, self.known, encoding)

    def _pool(self, encoding: Encoding) -> Points:
        one, other = (self._points(s, encoding) for s in (Side.REAL, Side.HOLDOUT))
        return Points(
            np.concatenate([one.numbers, other.numbers]),
            np.concatenate([one.codes, other.codes]),
            one.weights,
            one.metric,
            one.divisor,
        )

    def _pooled_values(self) -> FloatArray:
        return column_values(pool(self.lab), self.secret.column.name)
