"""Which rules of a policy are asked of a release: those of its context, and of what was claimed."""

from collections.abc import Mapping

from audit.facts.judgement import Declared, Policy, Rule


def asked(policy: Policy, declared: Declared) -> tuple[Rule, ...]:
    """Return the rules that are asked in the declared context, of what was stated."""
    return tuple(rule for rule in policy.rules if is_asked(rule, declared))


def is_asked(rule: Rule, declared: Declared) -> bool:
    """Tell whether `rule` is asked: its context is the declared one, and what it is about exists.

    A rule about a claim that nobody made is not asked: there is nothing to be held to.
    """
    if rule.contexts and declared.tier not in rule.contexts:
        return False
    claim = rule.limit.declared if rule.limit is not None else None
    if claim is None and rule.if_stated:
        claim = rule.measure.partition(".")[2]
    return claim is None or bool(given(declared.evidence.get(claim.partition(".")[0], {})))


def given(evidence: Mapping[str, str]) -> set[str]:
    """Return the fields of a piece of evidence that say something."""
    return {name for name, text in evidence.items() if text.strip()}
