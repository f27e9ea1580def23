"""Which roles a column plays: as declared, or the worst case."""

from collections.abc import Mapping
from dataclasses import replace

from audit.data.typing import TypePlan
from audit.facts.project import ColumnPlan
from audit.facts.schema import Column, Kind, Role

_WORST = frozenset({Role.QUASI_IDENTIFIER, Role.SENSITIVE})
"""Nothing declared: the adversary may know the column of a target, and may want it."""


def column_of(name: str, plan: TypePlan, stated: ColumnPlan, *, is_unit: bool) -> Column:
    """Return one column with its roles."""
    roles = stated.roles
    if roles is None:
        if plan.kind is Kind.IDENTIFIER:
            roles = frozenset({Role.DIRECT_IDENTIFIER})
        elif plan.kind.is_comparable:
            roles = _WORST
        else:
            roles = frozenset({Role.ORDINARY})
    if is_unit:
        roles = (roles - _WORST) | {Role.DIRECT_IDENTIFIER}
    return Column(
        name=name,
        kind=plan.kind,
        roles=roles,
        kind_declared=plan.declared,
        roles_declared=stated.roles is not None,
    )


def merged_plans(
    stated: Mapping[str, ColumnPlan], metadata: Mapping[str, ColumnPlan]
) -> Mapping[str, ColumnPlan]:
    """Return what was stated about each column; the project's own word goes before metadata."""
    none = ColumnPlan()
    names = dict.fromkeys([*metadata, *stated])
    return {n: _merged(_complete(stated.get(n, none)), metadata.get(n, none)) for n in names}


def _complete(plan: ColumnPlan) -> ColumnPlan:
    """An order states an ordinal, and a date format a date."""
    if plan.kind is None and plan.order is not None:
        return replace(plan, kind=Kind.ORDINAL)
    if plan.kind is None and plan.datetime_format is not None:
        return replace(plan, kind=Kind.DATETIME)
    return plan


def _merged(own: ColumnPlan, other: ColumnPlan) -> ColumnPlan:
    # A kind that the project overrules takes the metadata's format and order with it.
    kept = other if own.kind in (None, other.kind) else ColumnPlan()
    return ColumnPlan(
        kind=own.kind or kept.kind,
        roles=own.roles if own.roles is not None else other.roles,
        alias=own.alias or other.alias,
        datetime_format=own.datetime_format or kept.datetime_format,
        order=own.order if own.order is not None else kept.order,
        stated_by=own.stated_by if own.kind is not None else other.stated_by,
    )
