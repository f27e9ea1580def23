"""Does a policy fit what was declared? Asked before anything is attacked, and again in grading."""

from collections.abc import Iterator

from audit.errors import PolicyError
from audit.facts.judgement import Declared, Limit, Policy, Rule, RuleSeverity
from audit.facts.measurement import Family
from audit.facts.names import FAMILIES
from audit.policy.asked import asked
from audit.policy.limits import context_numbers
from audit.text import safe_text

_NEVER_LEFT_OUT = (Family.COPYING, Family.IDENTITY, Family.MEMBERSHIP)


def require_fit(policy: Policy, declared: Declared) -> None:
    """Refuse a policy in a context, at a sensitivity or with exceptions that it does not allow.

    Raises
    ------
    PolicyError
        With every reason.
    """
    reasons = list(_reasons(policy, declared))
    if reasons:
        raise PolicyError("\n".join(f"{policy.id}: {reason}" for reason in reasons))


def _reasons(policy: Policy, declared: Declared) -> Iterator[str]:
    if declared.tier not in policy.contexts_allowed:
        allowed = ", ".join(policy.contexts_allowed)
        yield f"is not meant for the context {declared.tier}; it allows {allowed}"
    rules = asked(policy, declared)
    for limit in {rule.limit for rule in rules if rule.limit is not None}:
        yield from _unresolved(limit, policy, declared)
    by_id = {rule.id: rule for rule in rules}
    elsewhere = {rule.id for rule in policy.rules} - by_id.keys()
    for rule_id, reason in declared.not_applicable.items():
        name = safe_text(rule_id, 40)
        if rule_id in elsewhere:
            yield f"{name} is not asked here; take it out of not_applicable"
        else:
            yield from _refused(name, by_id.get(rule_id), reason)


def _unresolved(limit: Limit, policy: Policy, declared: Declared) -> Iterator[str]:
    if limit.table is not None and declared.sensitivity not in policy.tables.get(limit.table, {}):
        yield f"sets no limit for the sensitivity {safe_text(declared.sensitivity, 40)}"
    known = context_numbers(policy, declared.tier)
    if limit.context is not None and limit.context not in known:
        yield f"sets no {limit.context} for the context {declared.tier}"


def _refused(name: str, rule: Rule | None, reason: str) -> Iterator[str]:
    if rule is None:
        yield f"has no rule {name} that could be declared not applicable"
    elif not reason.strip():
        yield f"{name} is declared not applicable without a reason"
    elif not may_be_left_out(rule):
        yield f"{name} cannot be declared not applicable"


def may_be_left_out(rule: Rule) -> bool:
    """Tell whether a person may declare `rule` not applicable.

    Never for copies, identifiers and membership, and never where the policy allows no waiver:
    leaving a rule out would be a waiver by another name. Nor on the check of a plug-in: whoever
    put the rule into a policy can take it out.
    """
    family = FAMILIES.get(rule.measure.partition(".")[0])
    if family is None and not rule.is_declared:
        return False
    strict = rule.severity is RuleSeverity.BLOCKER or not rule.waivable
    return not strict and family not in _NEVER_LEFT_OUT
