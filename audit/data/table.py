"""One table as every check sees it: numbers, codes and keys, no text and no row order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from audit.data.keys import (
    Keys,
    column_seed,
    lanes_of_bits,
    lanes_of_texts,
    missing_lanes,
    mixed,
)
from audit.facts.schema import Schema

_Scalar = TypeVar("_Scalar", bound=np.generic)


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """Records of one side, in canonical order; the arrays are read-only."""

    schema: Schema
    n_rows: int
    numbers: Mapping[str, NDArray[np.float64]]
    """Every numeric kind, shape (n,), NaN where missing: the number itself, microseconds since
    1970-01-01 for a datetime, the rank from 0 for an ordinal."""
    codes: Mapping[str, NDArray[np.int64]]
    """Every other kind, ordinals, and numeric direct identifiers, shape (n,), -1 where missing.
    Codes are joint over all tables of a release and ascend with the text of the level."""
    keys: Keys
    """Shape (n, 2): 128 bits per row over the comparable columns. Equal keys, equal rows."""
    people: NDArray[np.int64]
    """Shape (n,): person 0..P-1 within this table; the row number where the unit is the row."""
    level_keys: Mapping[str, Keys] = field(default_factory=dict)
    """Per coded column the hash of each level and, as the last row, of a missing one: shape
    (L + 1, 2), shared by all tables of a release."""
    groups: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    """Declared group -> which rows belong to it, shape (n,); empty where a table has no people."""
    origin: NDArray[np.int64] | None = None
    """Shape (n,): place of each row in the input, from 0; None where rows were put together. No
    fact depends on it."""

    def __post_init__(self) -> None:
        columns = (*self.numbers.values(), *self.codes.values(), *self.groups.values())
        arrays = (self.keys, self.people, *columns)
        for array in arrays if self.origin is None else (*arrays, self.origin):
            array.setflags(write=False)

    def __repr__(self) -> str:
        return f"Table({self.n_rows} rows x {self.n_columns} columns)"

    @property
    def n_columns(self) -> int:
        """Columns of the schema."""
        return len(self.schema)

    @property
    def n_people(self) -> int:
        """Distinct people."""
        return int(self.people.max()) + 1 if self.n_rows else 0

    def n_levels(self, column: str) -> int:
        """Return how many levels a coded column has, over all tables of the release."""
        return len(self.level_keys[column]) - 1

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Table":
        """Return some rows, in the order asked for; people are numbered anew as they appear.

        Parameters
        ----------
        rows
            Positions, or a mask of shape (n,). Ascending positions keep the canonical order. A
            row taken twice belongs to one person.
        """
        chosen = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return replace(
            self,
            n_rows=len(chosen),
            numbers={name: v[chosen] for name, v in self.numbers.items()},
            codes={name: v[chosen] for name, v in self.codes.items()},
            keys=self.keys[chosen],
            people=numbered(self.people[chosen]),
            groups={name: v[chosen] for name, v in self.groups.items()},
            origin=None if self.origin is None else self.origin[chosen],
        )

    def stacked(self, other: "Table") -> "Table":
        """Return the rows of this table, then those of another of the release.

        No person may be in both. The result is not in canonical order; `take` with ascending
        positions within one half is.
        """
        return replace(
            self,
            n_rows=self.n_rows + other.n_rows,
            numbers={n: np.concatenate([v, other.numbers[n]]) for n, v in self.numbers.items()},
            codes={n: np.concatenate([v, other.codes[n]]) for n, v in self.codes.items()},
            keys=np.concatenate([self.keys, other.keys]),
            people=np.concatenate([self.people, other.people + self.n_people]),
            groups={
                n: np.concatenate([v, other.groups[n]])
                for n, v in self.groups.items()
                if n in other.groups
            },
            origin=None,
        )

    def replace_rows(
        self, rows: NDArray[np.int64], source: "Table", source_rows: NDArray[np.int64]
    ) -> "Table":
        """Return this table with rows overwritten by rows of another table of the release.

        People stay as they are: a synthetic row that copies someone is still that synthetic row.
        """
        return replace(
            self,
            numbers={
                n: _overwritten(v, rows, source.numbers[n][source_rows])
                for n, v in self.numbers.items()
            },
            codes={
                n: _overwritten(v, rows, source.codes[n][source_rows])
                for n, v in self.codes.items()
            },
            keys=_overwritten(self.keys, rows, source.keys[source_rows]),
            origin=None,
        )

    def with_values(
        self,
        *,
        numbers: Mapping[str, NDArray[np.float64]] | None = None,
        codes: Mapping[str, NDArray[np.int64]] | None = None,
    ) -> "Table":
        """Return this table with whole columns exchanged and the keys made anew.

        An ordinal column has both forms; the caller keeps them in step.
        """
        changed = replace(
            self,
            numbers={**self.numbers, **(numbers or {})},
            codes={**self.codes, **(codes or {})},
        )
        return replace(changed, keys=changed.keys_over(c.name for c in self.schema.comparable()))

    def keys_over(self, columns: Iterable[str]) -> Keys:
        """Return the 128-bit key of each row over some columns, shape (n, 2)."""
        total = np.zeros((self.n_rows, 2), dtype=np.uint64)
        for name in columns:
            if name in self.codes:
                lanes = self.level_keys[name][self.codes[name]]
            else:
                lanes = lanes_of_bits(self.numbers[name])
            total += mixed(lanes, column_seed(name))
        return total

    def keys_without(self, column: str) -> Keys:
        """Return the key of each row over all comparable columns but one, shape (n, 2)."""
        # A row's key is a wrapping sum over its columns: leaving one out is a subtraction.
        with np.errstate(over="ignore"):
            return self.keys - self.keys_over([column])

    def in_canonical_order(self) -> "Table":
        """Return the rows sorted by content: no fact may depend on the order of the input."""
        return self.take(self._canonical_order())

    def _canonical_order(self) -> NDArray[np.int64]:
        shared = {c.name for c in self.schema.comparable()}
        rest = sorted((set(self.numbers) | set(self.codes)) - shared)
        # The first key of lexsort weighs least. Rows equal in all of these differ in nothing but
        # their person, and equal people are interchangeable.
        ties = [self.codes[n] if n in self.codes else self.numbers[n] for n in rest]
        belongs = [self.groups[n] for n in sorted(self.groups)]
        return np.lexsort((self.people, *belongs, *ties, self.keys[:, 1], self.keys[:, 0]))


def new_table(
    schema: Schema,
    *,
    numbers: Mapping[str, NDArray[np.float64]],
    codes: Mapping[str, NDArray[np.int64]],
    level_keys: Mapping[str, Keys] | None = None,
    people: NDArray[np.int64] | None = None,
    groups: Mapping[str, NDArray[np.bool_]] = {},
) -> Table:
    """Return a table in canonical order, with its keys.

    Parameters
    ----------
    schema
        Each column needs an entry in `numbers`, in `codes`, or (an ordinal) in both.
    numbers, codes
        As in `Table`, every array of shape (n,), rows in any order.
    level_keys
        As in `Table`; None (tables without a file): the code stands for the text of its level.
    people
        Any numbering, shape (n,); None: each row is a person.
    groups
        As in `Table`.
    """
    columns = [*numbers.values(), *codes.values()]
    n_rows = len(columns[0]) if columns else 0
    unordered = Table(
        schema=schema,
        n_rows=n_rows,
        numbers={n: v + 0.0 for n, v in numbers.items()},
        codes={n: v.astype(np.int64) for n, v in codes.items()},
        keys=np.zeros((n_rows, 2), dtype=np.uint64),
        people=np.zeros(n_rows, dtype=np.int64) if people is None else people.astype(np.int64),
        level_keys=_keys_by_code(codes) if level_keys is None else level_keys,
        groups=dict(groups),
        origin=np.arange(n_rows),
    )
    ordered = unordered.with_values().in_canonical_order()
    if people is None:
        return replace(ordered, people=np.arange(n_rows))
    return ordered


def keys_of_levels(texts: Sequence[str]) -> Keys:
    """Return the hash of L levels and, as the last row, of a missing one, shape (L + 1, 2)."""
    return np.concatenate([lanes_of_texts(texts), missing_lanes()])


def _keys_by_code(codes: Mapping[str, NDArray[np.int64]]) -> dict[str, Keys]:
    most = {n: int(c.max(initial=-1)) + 1 for n, c in codes.items()}
    return {n: keys_of_levels([str(level) for level in range(m)]) for n, m in most.items()}


def numbered(people: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number people 0, 1, ... in the order in which they appear, shape as given."""
    _, first, inverse = np.unique(people, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


def _overwritten(
    whole: NDArray[_Scalar], rows: NDArray[np.int64], part: NDArray[_Scalar]
) -> NDArray[_Scalar]:
    changed = whole.copy()
    changed[rows] = part
    return changed
