"""The layout of `audit.yaml` (`synthgate.project/v1`)."""

from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, JsonValue, Tag, model_validator

from audit.facts.judgement import Tier
from audit.facts.project import ColumnPlan, Condition
from audit.facts.schema import Kind, Role
from audit.wire.faults import BRANCH
from audit.wire.strict import Named, Strict

Note: TypeAlias = Annotated[str, Field(max_length=2000)]
Filed: TypeAlias = Annotated[str, Field(min_length=1, max_length=4096)]
Number: TypeAlias = Annotated[int, Field(ge=1, lt=2**53)]


class Synthesis(StrEnum):
    """Whether real values were kept in the release."""

    FULLY = "fully"
    PARTIALLY = "partially"


_LIST, _ONE, _DATABASE = f"{BRANCH}list", f"{BRANCH}one", f"{BRANCH}database"


class DatabaseV1(Strict):
    """A table of a database, or what a query of it returns."""

    url: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*://[^#]*$", max_length=4096)]
    table: Named | None = None
    query: Annotated[str, Field(min_length=1, max_length=100_000)] | None = None

    @model_validator(mode="after")
    def _reads_one_thing(self) -> "DatabaseV1":
        if (self.table is None) == (self.query is None):
            raise ValueError("needs a table or a query, and not both")
        return self

    def address(self) -> str:
        """Return the address that stands for it on the command line."""
        what = f"query={self.query}" if self.table is None else f"table={self.table}"
        return f"{self.url}#{what}"


def _table_kind(value: object) -> str:
    return _DATABASE if isinstance(value, dict | DatabaseV1) else _ONE


TableV1: TypeAlias = Annotated[
    Annotated[Filed, Tag(_ONE)] | Annotated[DatabaseV1, Tag(_DATABASE)],
    Discriminator(_table_kind),
]
"""A file, a folder or a pattern, relative to the project file; or a database."""


class ReleaseFilesV1(Strict):
    """The tables, and what is known of their columns."""

    name: Named | None = None
    real: TableV1 | None = None
    synthetic: TableV1 | None = None
    holdout: TableV1 | None = None
    reference: TableV1 | None = None
    metadata: Filed | None = None


class GeneratorV1(Strict):
    """What made the synthetic data."""

    name: Note | None = None
    version: Note | None = None
    synthesis: Synthesis | None = None
    candidates: Number | None = None


class SplitPlanV1(Strict):
    """How real and holdout came apart."""

    how: Literal["random", "stratified", "by_group", "temporal", "other", "unknown"]
    unit: Named | None = None
    strata: tuple[Named, ...] = ()
    holdout_used_for: tuple[Named, ...] = ()
    stated_by: Note = ""


def _level_kind(value: object) -> str:
    if isinstance(value, bool):
        return _TRUTH
    return _NUMBER if isinstance(value, int | float) else _TEXT


def _bound_kind(value: object) -> str:
    return _TEXT if isinstance(value, str) else _NUMBER


def _condition_kind(value: object) -> str:
    if isinstance(value, dict | BoundsV1):
        return _RANGE
    return _one_or_many(value)


def _one_or_many(value: object) -> str:
    return _LIST if isinstance(value, list | tuple) else _ONE


_TEXT, _TRUTH, _NUMBER, _RANGE = (f"{BRANCH}{k}" for k in ("text", "truth", "number", "range"))

Level: TypeAlias = Annotated[
    Annotated[Named, Tag(_TEXT)] | Annotated[bool, Tag(_TRUTH)] | Annotated[float, Tag(_NUMBER)],
    Discriminator(_level_kind),
]
Bound: TypeAlias = Annotated[
    Annotated[Named, Tag(_TEXT)] | Annotated[float, Tag(_NUMBER)], Discriminator(_bound_kind)
]


class BoundsV1(Strict):
    """Between which numbers or dates, both included."""

    from_: Bound | None = Field(default=None, alias="from")
    to: Bound | None = None


Held: TypeAlias = Annotated[
    Annotated[Level, Tag(_ONE)]
    | Annotated[tuple[Level, ...], Field(min_length=1), Tag(_LIST)]
    | Annotated[BoundsV1, Tag(_RANGE)],
    Discriminator(_condition_kind),
]
GroupV1: TypeAlias = Annotated[dict[Named, Held], Field(min_length=1)]
"""What each column must hold; all of it."""


def condition_of(column: str, held: Level | tuple[Level, ...] | BoundsV1) -> Condition:
    """Return what one column must hold as a fact."""
    if isinstance(held, BoundsV1):
        ends = (None if end is None else _plain(end) for end in (held.from_, held.to))
        return Condition(column, (), *ends)
    levels = held if isinstance(held, tuple) else (held,)
    return Condition(column, tuple(_plain(level) for level in levels))


def _plain(value: str | float) -> str:
    """Return a level or a bound as it would stand in a table."""
    if isinstance(value, bool):
        return "true" if value else "false"
    is_whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if is_whole else str(value)


Roles: TypeAlias = Annotated[
    Annotated[Role, Tag(_ONE)] | Annotated[tuple[Role, ...], Field(min_length=1), Tag(_LIST)],
    Discriminator(_one_or_many),
]


class ColumnPlanV1(Strict):
    """What a person states about one column."""

    role: Roles | None = None
    kind: Kind | None = None
    alias: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    datetime_format: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    order: Annotated[tuple[Named, ...], Field(min_length=1)] | None = None

    def roles(self) -> tuple[Role, ...]:
        """Return the roles as a list."""
        if self.role is None:
            return ()
        return (self.role,) if isinstance(self.role, Role) else self.role

    def fact(self) -> ColumnPlan:
        """Return the plan as a fact."""
        return ColumnPlan(
            kind=self.kind,
            roles=None if self.role is None else frozenset(self.roles()),
            alias=self.alias,
            datetime_format=self.datetime_format,
            order=self.order,
        )


class ReleaseContextV1(Strict):
    """To whom the release goes."""

    tier: Tier
    recipients: Note = ""
    note: Note = ""
    p_attack: Annotated[float, Field(gt=0, le=1)] | None = None


class ProjectV1(Strict):
    """The file."""

    schema_: Literal["synthgate.project/v1"] = Field(alias="schema")
    release: ReleaseFilesV1 = ReleaseFilesV1()
    generator: GeneratorV1 = GeneratorV1()
    earlier_releases: tuple[Named, ...] | None = None
    unit_of_privacy: Named = "row"
    population: Number | None = None
    split: SplitPlanV1 | None = None
    columns: dict[Named, ColumnPlanV1] = Field(default_factory=dict)
    groups: dict[Named, GroupV1] = Field(default_factory=dict)
    assigned_by: Note = ""
    operator: Note = ""
    controller: Note = ""
    purpose: Note = ""
    contact: Note = ""
    computed_at: Note = ""
    retention: Note = ""
    context: ReleaseContextV1 | None = None
    policy: Filed | None = None
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    evidence: dict[str, dict[str, JsonValue]] = Field(default_factory=dict)
    not_applicable: dict[str, Note] = Field(default_factory=dict)
    waivers: Filed | None = None
    plugins: tuple[Named, ...] = ()
