"""The project file as it was written: paths and statements, nothing read yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audit.facts.judgement import Declared
from audit.facts.measurement import SplitFacts
from audit.facts.schema import Kind, Role


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """What a person (or SDV metadata) stated about one column."""

    kind: Kind | None = None
    roles: frozenset[Role] | None = None
    alias: str | None = None
    datetime_format: str | None = None
    order: tuple[str, ...] | None = None
    """Levels of an ordinal column, lowest first."""
    stated_by: str = "project"
    """`project` or `metadata`: a kind from metadata counts as declared, a role only if pii."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What one column must hold for a record to count, in the words of whoever declared it."""

    column: str
    levels: tuple[str, ...] = ()
    """One of these; empty where bounds are given."""
    lowest: str | None = None
    """A number or a date, included."""
    highest: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """One audit as declared in `audit.yaml`, or by flags alone."""

    name: str = "release"
    # An address may hold a password, and is not shown.
    real: str | None = field(default=None, repr=False)
    synthetic: str | None = field(default=None, repr=False)
    holdout: str | None = field(default=None, repr=False)
    reference: str | None = field(default=None, repr=False)
    metadata: str | None = None
    unit: str = "row"
    population: int | None = None
    """People of whom the real ones are a part, where a person stated how many."""
    split: SplitFacts = field(default_factory=lambda: SplitFacts("random", "assumed"))
    columns: Mapping[str, ColumnPlan] = field(default_factory=dict)
    groups: Mapping[str, tuple[Condition, ...]] = field(default_factory=dict)
    """Name of a group of people -> what a record must hold, all of it."""
    declared: Declared = field(default_factory=Declared)
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Check id -> field -> value, as `--set CHECK.FIELD=VALUE` gives it."""
    plugins: tuple[str, ...] = ()
    """Entry points whose checks are loaded; nothing is loaded that is not named here."""
    waivers: str | None = None
    """File of the waivers, relative to the project file."""
