"""People and records that agree in some columns: the classes by which a person can be looked up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audit.contract.arms import FloatArray, IntArray, Side
from audit.contract.lab import Lab
from audit.contract.rarity import numbered, people_sides, pooled_people
from audit.facts.schema import Column


@dataclass(frozen=True, eq=False)
class KeyClasses:
    """Rows of the pool (real, then holdout) and of the release, parted by the values of columns."""

    pooled: IntArray
    """Class of each row of the pool, int64 of shape (n_pool_rows,)."""
    released: IntArray
    """Class of each synthetic record, int64 of shape (n_records,)."""
    person: IntArray
    """Person of each row of the pool, real people first, int64 of shape (n_pool_rows,)."""
    n_real: int
    """Real people."""
    n_people: int
    """Real and holdout people."""
    real: IntArray
    """Distinct real people of each class, int64 of shape (n_classes,)."""
    holdout: IntArray
    """The same of holdout people; zero where there is no holdout."""
    records: IntArray
    """Synthetic records of each class."""

    @property
    def everybody(self) -> IntArray:
        """Distinct people of each class."""
        return self.real + self.holdout

    def best_of(self, values: FloatArray) -> FloatArray:
        """Return each person's largest value over the rows: values >= 0 of shape (n_pool_rows,)."""
        best = np.zeros(self.n_people)
        np.maximum.at(best, self.person, values)
        return best


def key_classes(lab: Lab, columns: Sequence[Column]) -> KeyClasses:
    """Part everybody and the release by the values of some columns; a missing one is a value."""
    names = tuple(sorted(c.name for c in columns))
    return lab.keep(("classes", names), lambda: _classes(lab, names))


def _classes(lab: Lab, names: tuple[str, ...]) -> KeyClasses:
    tables = [lab.table(s) for s in people_sides(lab)]
    sides = [*tables, lab.table(Side.SYNTHETIC)]
    group = numbered(np.concatenate([t.keys_over(names) for t in sides]))
    person = pooled_people(tables)
    pooled, released = np.split(group, [person.size])
    n_classes, n_real = int(group.max()) + 1, tables[0].n_people
    # One pair per class and person, whatever the number of rows.
    n_people = sum(t.n_people for t in tables)
    pairs = np.unique(pooled * n_people + person)
    where, is_real = pairs // n_people, pairs % n_people < n_real
    return KeyClasses(
        pooled=pooled,
        released=released,
        person=person,
        n_real=n_real,
        n_people=n_people,
        real=_counted(where[is_real], n_classes),
        holdout=_counted(where[~is_real], n_classes),
        records=_counted(released, n_classes),
    )


def _counted(classes: IntArray, n_classes: int) -> IntArray:
    return np.bincount(classes, minlength=n_classes).astype(np.int64)
