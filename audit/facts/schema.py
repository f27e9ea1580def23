"""What a column is, and what an adversary may know of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How the values of a column are compared."""

    CONTINUOUS = "continuous"
    INTEGER = "integer"
    CATEGORICAL = "categorical"
    ORDINAL = "ordinal"
    BOOLEAN = "boolean"
    DATETIME = "datetime"
    TEXT = "text"
    IDENTIFIER = "identifier"
    CONSTANT = "constant"

    @property
    def is_numeric(self) -> bool:
        """Values have an order and a distance."""
        return self in (Kind.CONTINUOUS, Kind.INTEGER, Kind.DATETIME, Kind.ORDINAL)

    @property
    def is_nominal(self) -> bool:
        """Values are equal or not, nothing more."""
        return self in (Kind.CATEGORICAL, Kind.BOOLEAN)

    @property
    def is_comparable(self) -> bool:
        """The column takes part in distances and in row equality."""
        return self.is_numeric or self.is_nominal


class Role(StrEnum):
    """What the adversary may know of a column, or want from it."""

    DIRECT_IDENTIFIER = "direct_identifier"
    QUASI_IDENTIFIER = "quasi_identifier"
    SENSITIVE = "sensitive"
    ORDINARY = "ordinary"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the release."""

    name: str
    kind: Kind
    roles: frozenset[Role]
    kind_declared: bool = False
    """A person stated the kind; otherwise it was inferred from real and holdout."""
    roles_declared: bool = False
    """A person stated the roles; otherwise the worst case is assumed."""

    def has(self, role: Role) -> bool:
        """Tell whether the column plays `role`."""
        return role in self.roles


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns that the three tables share, in the order of the real table."""

    columns: tuple[Column, ...]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def __getitem__(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)

    def comparable(self) -> tuple[Column, ...]:
        """Columns that take part in distances and row equality: no keys, texts or constants."""
        hidden = (Role.DIRECT_IDENTIFIER, Role.EXCLUDED)
        return tuple(
            c for c in self.columns if c.kind.is_comparable and not any(c.has(r) for r in hidden)
        )

    def quasi_identifiers(self) -> tuple[Column, ...]:
        """Comparable columns that the adversary may know of a target."""
        return tuple(c for c in self.comparable() if c.has(Role.QUASI_IDENTIFIER))

    def secrets(self) -> tuple[Column, ...]:
        """Comparable columns that the adversary wants to learn."""
        return tuple(c for c in self.comparable() if c.has(Role.SENSITIVE))

    def replayable(self) -> tuple[Column, ...]:
        """Columns whose verbatim return is tested: direct identifiers, keys and texts."""
        return tuple(
            c
            for c in self.columns
            if (c.kind in (Kind.IDENTIFIER, Kind.TEXT) or c.has(Role.DIRECT_IDENTIFIER))
            and not c.has(Role.EXCLUDED)
        )
