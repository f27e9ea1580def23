"""What outsiders may know of the release: how large it is, and of its columns how many."""

from collections import Counter

from audit.facts.measurement import AuditRun, ColumnFacts, ReleaseFacts, SplitFacts
from audit.facts.schema import Kind, Role
from audit.report.digits import plural, write_count
from audit.report.passages import PlainSection
from audit.report.pieces import Span, Table
from audit.report.sentences import say

_SPLITS = ("random", "stratified", "by_group", "temporal", "other", "unknown")
_KINDS = frozenset(Kind)
_ROLES = tuple(role.value for role in Role)


def outward_release(release: ReleaseFacts) -> ReleaseFacts:
    """Return the release without the name of any column, not even an alias."""
    split = release.split
    return ReleaseFacts(
        name=release.name,
        unit="row" if release.unit == "row" else "person",
        split=SplitFacts(
            how=split.how if split.how in _SPLITS else "other",
            source="assumed" if split.source == "assumed" else "declared",
            # What for is the operator's to tell; that it was used is not.
            holdout_used_for=("another purpose",) if split.holdout_used_for else (),
        ),
        columns=tuple(sorted(map(_nameless, release.columns), key=_traits)),
        people={
            side: release.people[side] for side in ("real", "holdout") if side in release.people
        },
    )


def _nameless(column: ColumnFacts) -> ColumnFacts:
    return ColumnFacts(
        name="",
        kind=column.kind if column.kind in _KINDS else "",
        roles=tuple(r for r in _ROLES if r in column.roles),
        source="assumed" if column.source == "assumed" else "declared",
    )


def _traits(column: ColumnFacts) -> tuple[str, ...]:
    """Sort by what is known of them: the order of the table would tell one from another."""
    return (column.source, column.kind, *column.roles)


def columns_counted(run: AuditRun, *, number: str) -> PlainSection:
    """Return the section on the columns in counts."""
    columns = run.release.columns
    assumed = sum(c.source == "assumed" for c in columns)
    roles = Counter(role for c in columns for role in c.roles)
    text = say(
        "external",
        "columns",
        columns=plural(len(columns), "column"),
        declared=len(columns) - assumed,
        assumed=assumed,
    )
    return PlainSection(
        anchor="columns",
        number=number,
        label="The columns",
        aside=plural(len(columns), "column"),
        question="What was the adversary taken to know?",
        answer=(Span(text),),
        tables=(
            Table(
                caption="Columns by role",
                scope=say("external", "roles"),
                heads=("Role", "Columns"),
                rows=tuple((say("role", r), write_count(roles[r])) for r in _ROLES if roles[r]),
                right=frozenset({1}),
            ),
        )
        if roles
        else (),
    )
