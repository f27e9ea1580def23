"""What no single rule may say."""

from collections.abc import Iterator, Mapping
from math import log

from audit.facts.judgement import (
    Basis,
    Decides,
    Operator,
    Policy,
    Rule,
    Statistic,
    Test,
)
from audit.facts.measurement import Card
from audit.facts.names import (
    DESCRIPTIVE,
    EVIDENCE,
    MEASURES,
    NEVER_CLEAR,
    NEVER_GRADED,
    NO_UPPER_END,
    STATED_ELSEWHERE,
)
from audit.policy.limits import SENSITIVITIES, context_numbers, every_number
from audit.wire.faults import did_you_mean

_SCOPES = frozenset(
    {
        "attack",
        "column",
        "counted",
        "encoding",
        "k",
        "knows",
        "over",
        "reuse",
        "rows",
        "secret",
        "split",
        "subset",
        "within",
    }
)
CLAIM = "dp_declaration.epsilon"
HELD_AGAINST_A_CLAIM = "epsilon_lower_paired"
"""The other bound takes every person for a coin of their own, which holds for none of one run."""
_COPIES = frozenset({"identical-match", "near-copy"})
BORROWED = (
    Basis.LAW,
    Basis.REGULATOR_GUIDANCE,
    Basis.STANDARD,
    Basis.LITERATURE_CONVENTION,
    Basis.INDUSTRY_CONVENTION,
)
_REACHED_BY_A_COPY = {
    "log_ratio_at_fpr_1pct": log(100),
    "log_ratio_at_fpr_0_1pct": log(1000),
    "privacy_loss": 0.5,
}
"""What synthetic = real scores where that is not 1."""
_UNBOUNDED = (NO_UPPER_END - {"advantage"}) | {"left_tail", "disparity"}


def shape_faults(rule: Rule, plugins: Mapping[str, Card]) -> Iterator[str]:
    """Say whether the rule asks for something that exists, in a way that can be answered."""
    check, _, name = rule.measure.partition(".")
    measures = {**MEASURES, **{card.id: card.measures for card in plugins.values()}}
    if rule.is_declared:
        yield from _statement_faults(rule, name)
        return
    if check not in measures:
        yield f"no check is called {check}{did_you_mean(check, measures)}"
    elif name not in measures[check]:
        yield f"{check} measures no {name}{did_you_mean(name, measures[check])}"
    if rule.op not in (Operator.AT_MOST, Operator.EQUALS) or rule.limit is None:
        yield "a measurement is compared with a limit, by <= or =="
    if check in MEASURES:
        for key in rule.where.keys() - _SCOPES:
            yield f"no measurement has the scope {key}{did_you_mean(key, _SCOPES)}"
    if rule.if_stated or rule.max_age_months is not None:
        yield "if_stated and max_age_months belong to statements"
    yield from _claim_faults(rule, name)
    yield from _decision_faults(rule, check, name)
    if check in plugins:
        yield from _card_faults(rule, plugins[check])


def _statement_faults(rule: Rule, key: str) -> Iterator[str]:
    known = EVIDENCE.keys() | STATED_ELSEWHERE
    if key not in known:
        yield f"nobody can declare {key}{did_you_mean(key, known)}"
    if rule.op not in (Operator.PRESENT, Operator.COMPLETE):
        yield "a statement is present or complete; it has no other op"
    if rule.limit is not None or rule.limit_where_control_collides is not None:
        yield "a statement has no limit"
    if rule.max_age_months is not None and key in STATED_ELSEWHERE:
        yield f"{key} bears no date; it has no max_age_months"
    if rule.if_stated and (rule.required or key in STATED_ELSEWHERE):
        yield "what is asked only where it was stated cannot be required"
    if rule.where or rule.test is not Test.INTERVAL or rule.decides is not Decides.BOTH:
        yield "a statement has no where, test or decides"
    if not rule.clears:
        yield "a statement raises no alarm"


def _claim_faults(rule: Rule, name: str) -> Iterator[str]:
    """A measured lower bound may contradict a claimed epsilon; it can never confirm one."""
    claim = None if rule.limit is None else rule.limit.declared
    if claim is None:
        return
    if claim != CLAIM or name != HELD_AGAINST_A_CLAIM:
        yield f"only {HELD_AGAINST_A_CLAIM} is held against a claim, {CLAIM}"
    if rule.decides is not Decides.FAIL_ONLY or rule.required:
        yield "a claim can only be contradicted; say decides: fail_only and required: false"


def _decision_faults(rule: Rule, check: str, name: str) -> Iterator[str]:
    if check in NEVER_GRADED:
        yield f"{check} describes; no rule may rest on it"
    elif name in DESCRIPTIVE:
        yield f"{rule.measure} describes; no rule may rest on it"
    if rule.clears and (check in NEVER_CLEAR or name in NO_UPPER_END):
        yield f"{rule.measure} never clears a release; say clears: false"
    if rule.required and not rule.clears:
        yield "what never clears cannot be required"
    if rule.statistic is Statistic.LOW and rule.decides is not Decides.FAIL_ONLY:
        yield "a rule on the lower end can only fail; say decides: fail_only"
    if (rule.statistic is Statistic.VALUE) != (rule.op is Operator.EQUALS):
        yield "the value itself is graded by == only, and == grades the value only"
    copies = check in _COPIES and name == "excess"
    if copies != (rule.test is Test.COPIES):
        yield "excess of identical-match and near-copy, and nothing else, has the test copies"
    if rule.limit_where_control_collides is not None and not copies:
        yield "only copies have a limit where the control collides"


def _card_faults(rule: Rule, card: Card) -> Iterator[str]:
    """Say what a check of others says of itself and the rule overlooks."""
    if not card.grades:
        yield f"{card.id} describes; no rule may rest on it"
    elif rule.clears and not card.clears:
        yield f"{rule.measure} never clears a release; say clears: false"


def limit_faults(rule: Rule, policy: Policy) -> Iterator[str]:
    """Say whether the limit can be looked up, can be met, and can be broken."""
    if rule.limit is None or rule.is_declared:
        return
    yield from _lookup_faults(rule, policy)
    _, _, name = rule.measure.partition(".")
    highest = _REACHED_BY_A_COPY.get(name, 1.0)
    numbers = [*every_number(rule.limit, policy)]
    if rule.limit_where_control_collides is not None:
        numbers.append(rule.limit_where_control_collides)
    if rule.limit.above_null is not None:
        numbers.append(rule.limit.above_null)
        highest = 0.5
    if name not in _UNBOUNDED and any(number >= highest for number in numbers):
        yield f"synthetic = real would pass: a limit must be below {highest:.4g}"
    if any(number < 0 for number in numbers) or (name == "auc" and any(n <= 0.5 for n in numbers)):
        yield "no release could pass this limit"
    if rule.op is Operator.EQUALS and rule.limit.number != 0:
        yield "== compares with 0 only"


def _lookup_faults(rule: Rule, policy: Policy) -> Iterator[str]:
    assert rule.limit is not None
    table, context = rule.limit.table, rule.limit.context
    if table is not None:
        if table not in policy.tables:
            yield f"there is no table {table}{did_you_mean(table, policy.tables)}"
        elif set(policy.tables[table]) != set(SENSITIVITIES):
            yield f"the table {table} must have exactly {', '.join(SENSITIVITIES)}"
    if context is not None:
        for tier in policy.contexts_allowed:
            known = context_numbers(policy, tier)
            if context not in known:
                yield f"the context {tier} sets no {context}{did_you_mean(context, known)}"


def source_faults(rule: Rule, policy: Policy) -> Iterator[str]:
    """Say whether the rule may claim the authority that it claims."""
    known = {citation.key: citation for citation in policy.citations}
    for key in rule.cite:
        if key not in known:
            yield f"cites {key}, which is not among the citations"
    if rule.basis in BORROWED and not rule.cite:
        yield f"claims {rule.basis} and cites nothing"
    read = [key in known and known[key].verified for key in rule.cite]
    if rule.verified and not (read and all(read)):
        yield "is called verified and cites something that is not, or nothing"
    if rule.basis is Basis.LAW and not rule.is_declared:
        # No law known to us quotes a number for synthetic data; a citation cannot change that.
        yield "claims law for a number, and no law states one"
