"""What differs between two policies: rules, limits, and what the whole allows."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = bool | float | str | None


class Direction(StrEnum):
    """Whether the later policy asks more or less of a release."""

    TIGHTER = "tighter"
    LOOSER = "looser"
    OTHER = "other"
    """Another question, or another wording: not to be compared."""


class RuleDifference(StrEnum):
    """What became of a rule."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs."""

    what: str
    """Name of the field, as it is written in a policy file."""
    before: Value
    after: Value
    direction: Direction
    where: str = ""
    """Context, sensitivity or both, where a limit differs in some of them only."""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule that differs."""

    rule: str
    kind: RuleDifference
    measure: str
    required: bool
    """As in the policy that has the rule; the later one where both have it."""
    changes: tuple[Change, ...] = ()

    @property
    def directions(self) -> tuple[Direction, ...]:
        """Return a direction for every change; a rule that comes or goes is one change."""
        alone = {
            RuleDifference.ADDED: (Direction.TIGHTER,),
            RuleDifference.REMOVED: (Direction.LOOSER,),
        }
        return alone.get(self.kind) or tuple(change.direction for change in self.changes)


@dataclass(frozen=True, slots=True)
class PolicyName:
    """Which policy, to the byte."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Difference:
    """From one policy to another."""

    before: PolicyName
    after: PolicyName
    general: tuple[Change, ...]
    rules: tuple[RuleChange, ...]

    def count(self, direction: Direction) -> int:
        """Return how many changes go in `direction`."""
        general = sum(change.direction is direction for change in self.general)
        return general + sum(rule.directions.count(direction) for rule in self.rules)
