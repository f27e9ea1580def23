"""What differs between two policies, for machines (`synthgate.policy-diff/v1`)."""

from typing import Literal

from pydantic import Field

from audit.facts.difference import Change, Difference, Direction, RuleDifference
from audit.wire.strict import Count, Digest, Named, Strict, as_model, file_bytes

SCHEMA = "synthgate.policy-diff/v1"
FILE = "policy-diff.json"


class PolicyNameV1(Strict):
    """Which policy."""

    id: Named
    version: str
    sha256: Digest


class ChangeV1(Strict):
    """One thing that differs."""

    what: Named
    where: str
    before: bool | float | str | None
    after: bool | float | str | None
    direction: Direction


class RuleChangeV1(Strict):
    """One rule that differs."""

    rule: Named
    kind: RuleDifference
    measure: Named
    required: bool
    changes: tuple[ChangeV1, ...]


class PolicyDiffV1(Strict):
    """The file."""

    schema_: Literal["synthgate.policy-diff/v1"] = Field(alias="schema")
    before: PolicyNameV1
    after: PolicyNameV1
    tighter: Count
    looser: Count
    other: Count
    general: tuple[ChangeV1, ...]
    rules: tuple[RuleChangeV1, ...]

    @classmethod
    def of(cls, found: Difference) -> "PolicyDiffV1":
        """Return the difference as it is written."""
        return cls(
            schema="synthgate.policy-diff/v1",
            before=as_model(found.before, PolicyNameV1),
            after=as_model(found.after, PolicyNameV1),
            tighter=found.count(Direction.TIGHTER),
            looser=found.count(Direction.LOOSER),
            other=found.count(Direction.OTHER),
            general=_changes(found.general),
            rules=tuple(
                as_model(rule, RuleChangeV1, changes=_changes(rule.changes)) for rule in found.rules
            ),
        )


def _changes(found: tuple[Change, ...]) -> tuple[ChangeV1, ...]:
    return tuple(as_model(change, ChangeV1) for change in found)


def policy_diff_to_bytes(found: Difference) -> bytes:
    """Return the canonical bytes of a difference.

    Raises
    ------
    DataError
        If it cannot be written.
    """
    return file_bytes(lambda: PolicyDiffV1.of(found), PolicyDiffV1, FILE)
