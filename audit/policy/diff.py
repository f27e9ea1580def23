"""Two policies side by side: what the second asks more of a release, and what less."""

from collections.abc import Iterator
from math import inf

from audit.facts.argument import ArgumentTerms
from audit.facts.difference import (
    Change,
    Difference,
    Direction,
    PolicyName,
    RuleChange,
    RuleDifference,
    Value,
)
from audit.facts.judgement import Decides, Policy, Rule, RuleSeverity, Statistic, Tier
from audit.policy.argument_faults import KEY, eased
from audit.policy.diff_limits import limit_changes
from audit.policy.loosening import most_days

_WEIGHT = list(RuleSeverity)


def difference(before: Policy, after: Policy) -> Difference:
    """Return what differs from `before` to `after`, both resolved.

    Limits are compared as they resolve, per release context that both allow and per sensitivity: a
    number that moved from a rule into a table is no difference.
    """
    return Difference(
        before=PolicyName(before.id, before.version, before.sha256),
        after=PolicyName(after.id, after.version, after.sha256),
        general=tuple(_general(before, after)),
        rules=tuple(_rules(before, after)),
    )


def _general(before: Policy, after: Policy) -> Iterator[Change]:
    for tier in before.contexts_allowed:
        if tier not in after.contexts_allowed:
            yield Change("contexts_allowed", tier.value, None, Direction.TIGHTER)
    for tier in after.contexts_allowed:
        if tier not in before.contexts_allowed:
            yield Change("contexts_allowed", None, tier.value, Direction.LOOSER)
    longer = after.expires_months > before.expires_months
    yield from _graded("expires_months", before.expires_months, after.expires_months, longer)
    yield from _graded("alarms", _alarms(before), _alarms(after), not after.alarms_block)
    yield from _graded("concludes", before.concludes, after.concludes, after.concludes)
    for key in sorted({*before.asserts, *after.asserts}):
        old, new = before.asserts.get(key, False), after.asserts.get(key, False)
        yield from _graded(f"asserts.{key}", old, new, not new)
    yield from _graded(
        "waivers.max_days",
        most_days(before),
        most_days(after),
        most_days(after) > most_days(before),
    )
    yield from _arguments(before.argument, after.argument)
    yield from _other("legal_snapshot", before.legal_snapshot, after.legal_snapshot)
    yield from _other("intent", before.intent, after.intent)


def _arguments(before: ArgumentTerms | None, after: ArgumentTerms | None) -> Iterator[Change]:
    """Yield what may be argued more or less: where, for which limits, up to what."""
    looser = bool(list(eased(before, after)))
    old, new = _argument(before), _argument(after)
    for name in ("contexts", "families", "cap"):
        yield from _graded(f"{KEY}.{name}", old.get(name), new.get(name), looser)


def _argument(terms: ArgumentTerms | None) -> dict[str, Value]:
    if terms is None or not terms.contexts:
        return {}
    return {
        "contexts": ", ".join(terms.contexts),
        "families": ", ".join(terms.families),
        "cap": terms.cap,
    }


def _alarms(policy: Policy) -> str:
    return "block" if policy.alarms_block else "report"


def _rules(before: Policy, after: Policy) -> Iterator[RuleChange]:
    """Yield the rules of the later policy in its order, then those that it lacks."""
    old = {rule.id: rule for rule in before.rules}
    new = {rule.id: rule for rule in after.rules}
    for rule in after.rules:
        if rule.id not in old:
            yield RuleChange(rule.id, RuleDifference.ADDED, rule.measure, rule.required)
            continue
        changes = tuple(_changes(old[rule.id], rule, before=before, after=after))
        if changes:
            kind = RuleDifference.CHANGED
            yield RuleChange(rule.id, kind, rule.measure, rule.required, changes)
    for rule in before.rules:
        gone = rule.contexts and not set(rule.contexts) & set(after.contexts_allowed)
        if rule.id not in new and not gone:
            yield RuleChange(rule.id, RuleDifference.REMOVED, rule.measure, rule.required)


def _changes(old: Rule, new: Rule, *, before: Policy, after: Policy) -> Iterator[Change]:
    yield from limit_changes(old, new, before=before, after=after)
    yield from _other("measure", old.measure, new.measure)
    yield from _other("where", _scope(old), _scope(new))
    yield from _other("op", old.op.value, new.op.value)
    yield from _other("test", old.test.value, new.test.value)
    upper = new.statistic is Statistic.HIGH
    yield from _graded("statistic", old.statistic.value, new.statistic.value, not upper)
    yield from _graded("required", old.required, new.required, not new.required)
    only_fails = new.decides is Decides.FAIL_ONLY
    yield from _graded("decides", old.decides.value, new.decides.value, only_fails)
    yield from _graded("clears", old.clears, new.clears, not new.clears)
    yield from _graded("waivable", old.waivable, new.waivable, new.waivable)
    narrower = bool(new.contexts) and not set(old.contexts or Tier) <= set(new.contexts)
    yield from _graded("contexts", _tiers(old), _tiers(new), narrower)
    yield from _graded("if_stated", old.if_stated, new.if_stated, new.if_stated)
    older = (new.max_age_months or inf) > (old.max_age_months or inf)
    yield from _graded("max_age_months", old.max_age_months, new.max_age_months, older)
    lighter = _WEIGHT.index(new.severity) > _WEIGHT.index(old.severity)
    yield from _graded("severity", old.severity.value, new.severity.value, lighter)
    yield from _other("basis", old.basis.value, new.basis.value)
    yield from _other("transposed", old.transposed, new.transposed)
    yield from _other("verified", old.verified, new.verified)
    yield from _other("cite", ", ".join(old.cite), ", ".join(new.cite))
    yield from _other("rationale", old.rationale, new.rationale)


def _tiers(rule: Rule) -> str:
    return ", ".join(rule.contexts) or "all"


def _scope(rule: Rule) -> str:
    return ", ".join(f"{key}: {value}" for key, value in sorted(rule.where.items()))


def _graded(what: str, old: Value, new: Value, is_looser: bool) -> Iterator[Change]:
    if old != new:
        yield Change(what, old, new, Direction.LOOSER if is_looser else Direction.TIGHTER)


def _other(what: str, old: Value, new: Value) -> Iterator[Change]:
    if old != new:
        yield Change(what, old, new, Direction.OTHER)
