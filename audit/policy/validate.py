"""What no policy may say: every fault at once (DESIGN sections 4 and 5)."""

from collections.abc import Callable, Collection, Iterator, Mapping

from audit.facts.judgement import Policy, Rule, Tier
from audit.facts.measurement import Card, Family
from audit.facts.names import FAMILIES, MEASURES
from audit.policy.argument_faults import argument_faults
from audit.policy.rule_faults import limit_faults, shape_faults, source_faults
from audit.wire.faults import Fault, did_you_mean

_REQUIRED_FAMILIES = (
    Family.COPYING,
    Family.SINGLING_OUT,
    Family.LINKABILITY,
    Family.INFERENCE,
    Family.MEMBERSHIP,
)
_REQUIRED_MEASURES = (
    "identical-match.excess",
    "value-replay.sparse_share",
    "declared.release_context",
    "declared.authorisation",
    "declared.split",
)
_TAIL = "log_ratio_at_fpr_1pct"


def validate(policy: Policy, plugins: Collection[Card] = ()) -> tuple[Fault, ...]:
    """Return every fault of a resolved policy; an empty tuple if there is none.

    Parameters
    ----------
    plugins
        Cards of checks that are not ours and that a rule may rest on.
    """
    cards = {card.id: card for card in plugins if card.id not in MEASURES}
    found = [fault for rule in policy.rules for fault in _rule_faults(rule, policy, cards)]
    for look in _LOOKS:
        found.extend(look(policy))
    return tuple(found)


def _rule_faults(rule: Rule, policy: Policy, plugins: Mapping[str, Card]) -> Iterator[Fault]:
    for text in (
        *shape_faults(rule, plugins),
        *limit_faults(rule, policy),
        *source_faults(rule, policy),
    ):
        yield Fault(text, (rule.id,))


def _required(policy: Policy) -> Iterator[Fault]:
    everywhere = (r for r in policy.rules if set(policy.contexts_allowed) <= _asked_in(r, policy))
    carrying = {rule.measure for rule in everywhere if rule.required and rule.clears}
    for measure in _REQUIRED_MEASURES:
        if measure not in carrying:
            yield Fault(f"no required rule on {measure}", ("rules",))
    families = {FAMILIES.get(measure.partition(".")[0]) for measure in carrying}
    for family in _REQUIRED_FAMILIES:
        if family not in families:
            yield Fault(f"no required rule on {family}", ("rules",))


def _asked_in(rule: Rule, policy: Policy) -> set[Tier]:
    return set(rule.contexts or policy.contexts_allowed)


def _tail_beside_mean(policy: Policy) -> Iterator[Fault]:
    """An AUC sees an average; half a percent of people copied does not move it."""
    required = {rule.measure for rule in policy.rules if rule.required}
    for rule in policy.rules:
        check, _, name = rule.measure.partition(".")
        if name == "auc" and f"{check}.{_TAIL}" not in required:
            yield Fault(
                f"grades an AUC; a required rule on {check}.{_TAIL} belongs beside it", (rule.id,)
            )


def _risk_beside_excess(policy: Policy) -> Iterator[Fault]:
    """Where nearly everybody is reached anyway, no excess can be large; the risk can."""
    graded = {rule.measure for rule in policy.rules if rule.required}
    for rule in policy.rules:
        check, _, name = rule.measure.partition(".")
        targeted = "risk" in MEASURES.get(check, ())
        if name == "excess" and targeted and f"{check}.risk" not in graded:
            yield Fault(
                f"passes on excess; a required rule on {check}.risk belongs beside it", (rule.id,)
            )


def _unused(policy: Policy) -> Iterator[Fault]:
    """A misspelt number would leave the inherited one in force, unnoticed."""
    limits = [rule.limit for rule in policy.rules if rule.limit is not None]
    tables = {limit.table for limit in limits}
    numbers = {limit.context for limit in limits if limit.context is not None}
    for name in policy.tables:
        if name not in tables:
            yield Fault("no rule uses it", ("tables", name))
    for context in policy.contexts:
        for name in context.numbers.keys() - numbers:
            text = f"no rule uses it{did_you_mean(name, numbers)}"
            yield Fault(text, ("contexts", context.tier, name))


def _contexts(policy: Policy) -> Iterator[Fault]:
    known = {context.tier for context in policy.contexts}
    for tier in policy.contexts_allowed:
        if tier not in known:
            yield Fault(f"the context {tier} is allowed and has no numbers", ("contexts_allowed",))


_LOOKS: tuple[Callable[[Policy], Iterator[Fault]], ...] = (
    _required,
    _tail_beside_mean,
    _risk_beside_excess,
    _contexts,
    _unused,
    argument_faults,
)
