"""How a rule and its limit stand in a policy file."""

from typing import Annotated, Any, TypeAlias

from pydantic import (
    Discriminator,
    Field,
    SerializerFunctionWrapHandler,
    Tag,
    model_serializer,
    model_validator,
)

from audit.facts.judgement import (
    Basis,
    Decides,
    Limit,
    Operator,
    Rule,
    RuleSeverity,
    Statistic,
    Test,
    Tier,
)
from audit.wire.faults import BRANCH
from audit.wire.strict import Strict, said

RuleId: TypeAlias = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$", max_length=40)]


class LookupV1(Strict):
    """Where a limit is looked up: exactly one of the four."""

    table: str | None = None
    context: str | None = None
    above_null: float | None = None
    declared: Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z_]+$")] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "LookupV1":
        if [self.table, self.context, self.above_null, self.declared].count(None) != 3:
            raise ValueError("must be a number, or one of table, context, above_null, declared")
        return self

    @model_serializer(mode="wrap")
    def _without_nothing(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return said(written, "declared")


def _branch(value: object) -> str:
    return _LOOKUP if isinstance(value, dict | LookupV1) else _NUMBER


_LOOKUP, _NUMBER = f"{BRANCH}lookup", f"{BRANCH}number"


LimitV1: TypeAlias = Annotated[
    Annotated[float, Tag(_NUMBER)] | Annotated[LookupV1, Tag(_LOOKUP)],
    Discriminator(_branch),
]


def limit_fact(model: "float | LookupV1 | None") -> Limit | None:
    """Return a limit as a fact."""
    if isinstance(model, LookupV1):
        return Limit(**dict(model))
    return None if model is None else Limit(number=model)


def limit_model(limit: Limit | None) -> "float | LookupV1 | None":
    """Return a limit as it is written."""
    if limit is None or limit.number is not None:
        return None if limit is None else limit.number
    return LookupV1(
        table=limit.table,
        context=limit.context,
        above_null=limit.above_null,
        declared=limit.declared,
    )


class TermsV1(Strict):
    """What a rule says of itself, but for its name and its limit."""

    measure: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*\.[a-z][a-z0-9_]*$")] | None = None
    where: dict[str, str] = Field(default_factory=dict)
    statistic: Statistic = Statistic.HIGH
    op: Operator = Operator.AT_MOST
    limit_where_control_collides: float | None = None
    decides: Decides = Decides.BOTH
    test: Test = Test.INTERVAL
    severity: RuleSeverity = RuleSeverity.MAJOR
    required: bool = True
    waivable: bool = True
    clears: bool = True
    basis: Basis | None = None
    transposed: bool = False
    verified: bool = False
    cite: tuple[str, ...] = ()
    rationale: Annotated[str, Field(min_length=1, max_length=2000)] | None = None
    # Left out where they say nothing: an old policy keeps its digest.
    contexts: tuple[Tier, ...] = ()
    if_stated: bool = False
    max_age_months: Annotated[int, Field(ge=1, le=120)] | None = None

    @model_serializer(mode="wrap")
    def _without_nothing(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return said(written, *NEWER)


NEWER = ("contexts", "if_stated", "max_age_months")
"""Terms of a rule that files of earlier versions lack."""


class RuleV1(TermsV1):
    """One rule; where it overrides the rule of a parent, only what changes need be written."""

    id: RuleId
    limit: LimitV1 | None = None

    @classmethod
    def of(cls, rule: Rule) -> "RuleV1":
        """Return the rule as it is written."""
        return cls(
            id=rule.id,
            measure=rule.measure,
            where=dict(rule.where),
            statistic=rule.statistic,
            op=rule.op,
            limit=limit_model(rule.limit),
            limit_where_control_collides=rule.limit_where_control_collides,
            decides=rule.decides,
            test=rule.test,
            severity=rule.severity,
            required=rule.required,
            waivable=rule.waivable,
            clears=rule.clears,
            basis=rule.basis,
            transposed=rule.transposed,
            verified=rule.verified,
            cite=rule.cite,
            rationale=rule.rationale,
            contexts=rule.contexts,
            if_stated=rule.if_stated,
            max_age_months=rule.max_age_months,
        )

    def over(self, parent: "RuleV1") -> "RuleV1":
        """Return the parent's rule with what this one writes."""
        return parent.model_copy(
            update={name: getattr(self, name) for name in self.model_fields_set}
        )

    def missing(self) -> tuple[str, ...]:
        """Return the names of the fields that no rule can do without and this one lacks."""
        return tuple(n for n in ("measure", "basis", "rationale") if getattr(self, n) is None)

    def fact(self) -> Rule:
        """Return the rule as a fact; nothing may be missing."""
        assert self.measure is not None
        assert self.basis is not None
        return Rule(
            id=self.id,
            measure=self.measure,
            limit=limit_fact(self.limit),
            basis=self.basis,
            rationale=self.rationale or "",
            cite=self.cite,
            where=self.where,
            statistic=self.statistic,
            op=self.op,
            decides=self.decides,
            test=self.test,
            limit_where_control_collides=self.limit_where_control_collides,
            severity=self.severity,
            required=self.required,
            waivable=self.waivable,
            clears=self.clears,
            transposed=self.transposed,
            verified=self.verified,
            contexts=self.contexts,
            if_stated=self.if_stated,
            max_age_months=self.max_age_months,
        )
