"""A child over its parent: what the child writes counts, the rest is inherited."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from audit.wire.policy import CitationV1, PolicyV1
from audit.wire.rule import RuleV1

NameT = TypeVar("NameT", bound=str)
_INHERITED = (
    "legal_snapshot",
    "expires_months",
    "concludes",
    "alarms",
    "contexts_allowed",
    "attack_probability",
    "waivers",
)


def merged(parent: PolicyV1, child: PolicyV1) -> PolicyV1:
    """Return `child` with everything that it leaves to `parent`.

    The reason for which a rule was loosened becomes part of its rationale, so that it is read
    wherever the limit is read.
    """
    said = f"Loosened against {parent.id} {parent.version}: "
    update: dict[str, object] = {
        name: getattr(parent, name) for name in _INHERITED if getattr(child, name) is None
    }
    general = [reason for key, reason in child.loosens.items() if key in GENERAL]
    update["intent"] = " ".join([child.intent or parent.intent or "", *(said + r for r in general)])
    update["derived_from"] = f"{parent.id}@{parent.version}"
    update["extends"] = None
    update["loosens"] = {**parent.loosens, **child.loosens}
    update["contexts"] = _by_name(parent.contexts, child.contexts)
    update["tables"] = _by_name(parent.tables, child.tables)
    update["asserts"] = {**parent.asserts, **child.asserts}
    if child.attack_probability is not None:
        update["attack_probability"] = child.attack_probability.over(parent.attack_probability)
    update["citations"] = {**parent.citations, **child.citations}
    reasons = {key: said + reason for key, reason in child.loosens.items()}
    update["rules"] = _rules(parent.rules, child.rules, reasons)
    return child.model_copy(update=update)


GENERAL = (
    "contexts_allowed",
    "expires_months",
    "alarms",
    "concludes",
    "asserts",
    "attack_probability",
    "waivers",
)
"""What can be loosened beside a rule."""


def cited(model: PolicyV1, known: Mapping[str, CitationV1]) -> dict[str, CitationV1]:
    """Return those of the known citations that a rule refers to."""
    keys = {key for rule in model.rules for key in rule.cite}
    if model.attack_probability is not None:
        keys |= set(model.attack_probability.cite or ())
    return {key: known[key] for key in sorted(keys) if key in known}


def _by_name(
    parent: Mapping[NameT, Mapping[str, float]], child: Mapping[NameT, Mapping[str, float]]
) -> dict[NameT, dict[str, float]]:
    names = [*parent, *(name for name in child if name not in parent)]
    return {name: {**parent.get(name, {}), **child.get(name, {})} for name in names}


def _rules(
    parent: Sequence[RuleV1], child: Sequence[RuleV1], reasons: Mapping[str, str]
) -> tuple[RuleV1, ...]:
    """Return the parent's rules in their order, overridden, and then the new ones."""
    made = {rule.id: rule for rule in parent}
    for rule in child:
        made[rule.id] = rule.over(made[rule.id]) if rule.id in made else rule
    for rule_id, reason in reasons.items():
        if rule_id in made:
            rationale = f"{made[rule_id].rationale or ''} {reason}".strip()
            made[rule_id] = made[rule_id].model_copy(update={"rationale": rationale})
    return tuple(made.values())
