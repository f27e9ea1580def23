"""Policies, rules and checks in lines, for `policy show` and `explain`."""

from collections.abc import Iterator, Mapping

from audit.facts.judgement import Limit, Operator, Policy, Rule
from audit.facts.measurement import Card
from audit.policy.argument import takes_argument
from audit.report.sentences import basis_sentence

_HEADINGS: Mapping[str, str] = {
    "does": "What the adversary does",
    "high": "What a high value means",
    "low": "What a low value does not mean",
    "cost": "Cost",
    "references": "References",
}


def policy_lines(policy: Policy) -> Iterator[str]:
    """Yield a policy: what it is for, where it may be used, and every rule."""
    yield f"{policy.id} {policy.version}"
    yield policy.intent
    yield f"Contexts: {', '.join(policy.contexts_allowed)}. Law as of {policy.legal_snapshot}."
    if not policy.concludes:
        yield "It never says that criteria are met, only that the evidence is complete."
    yield f"SHA-256 {policy.sha256}"
    if policy.extends:
        yield f"Extends {policy.extends}."
    yield from _argument_lines(policy)
    if policy.waiver_days is not None:
        days = policy.waiver_days
        yield f"Waivers: at most {days} days." if days else "Waivers: none are allowed."
    for what, reason in sorted(policy.loosened.items()):
        yield f"Looser than a parent in {what}: {reason}"
    for rule in policy.rules:
        yield ""
        yield from rule_lines(rule, policy)


def _argument_lines(policy: Policy) -> Iterator[str]:
    terms = policy.argument
    contexts = [c for c in policy.contexts_allowed if terms is not None and c in terms.contexts]
    if terms is None or not contexts or not terms.families:
        yield "Probability of an attack: always 1; nobody may argue another."
        return
    families = ", ".join(family.value.replace("_", " ") for family in terms.families)
    yield (
        f"Probability of an attack: 1, or argued by a person in {', '.join(contexts)}. It divides"
        f" limits on {families}, up to {terms.cap:g}."
    )
    yield f"  {terms.rationale}"
    yield f"  {basis_sentence(terms.basis, is_transposed=False)}"
    yield from _citation_lines(policy, terms.cite)


def rule_lines(rule: Rule, policy: Policy) -> Iterator[str]:
    """Yield one rule: what it asks, on whose authority, and why."""
    need = "required" if rule.required else "not required"
    yield f"{rule.id} ({rule.severity}, {need}): {_asked(rule, policy)}"
    yield f"  {rule.rationale}"
    yield f"  {basis_sentence(rule.basis, is_transposed=rule.transposed)}"
    yield from _citation_lines(policy, rule.cite)


def _citation_lines(policy: Policy, keys: tuple[str, ...]) -> Iterator[str]:
    for citation in policy.citations:
        if citation.key in keys:
            seen = "read in the source" if citation.verified else "not verified"
            yield f"  - {citation.text} ({citation.dated}; {seen})"


def card_lines(card: Card) -> Iterator[str]:
    """Yield one check: who attacks, what the numbers mean, what they do not mean."""
    yield f"{card.id} (version {card.version}): {card.title}"
    yield f"Family {card.family}; measures {', '.join(card.measures)}"
    if card.threat is not None:
        yield f"  - The adversary knows: {card.threat.knows}"
        yield f"  - The adversary sees: {card.threat.sees}"
        yield f"  - The adversary wins if: {card.threat.wins}"
    if card.needs:
        yield f"Needs: {', '.join(sorted(card.needs))}"
    if not card.clears:
        yield "A rule on it may raise an alarm and never clears a release."
    for key, title in _HEADINGS.items():
        yield ""
        yield title
        yield from (f"  {paragraph}" for paragraph in card.explanation[key].split("\n\n"))


def _asked(rule: Rule, policy: Policy) -> str:
    scope = ", ".join(f"{k} = {v}" for k, v in rule.where.items())
    measure = f"{rule.measure} where {scope}" if scope else rule.measure
    if rule.op in (Operator.PRESENT, Operator.COMPLETE) or rule.limit is None:
        return f"{measure} must be {rule.op}{_only(rule)}"
    can = "" if rule.decides == "both" else "; can only fail"
    argued = "; may be argued up" if _is_arguable(rule, policy) else ""
    return f"{measure}, {rule.statistic} {rule.op} {_limit(rule.limit, policy)}{can}{argued}"


def _is_arguable(rule: Rule, policy: Policy) -> bool:
    terms = policy.argument
    contexts = () if terms is None else set(terms.contexts) & set(policy.contexts_allowed)
    return bool(contexts) and takes_argument(rule, policy)


def _only(rule: Rule) -> str:
    """Say when a statement is asked for, and how old it may be."""
    months, contexts = rule.max_age_months, ", ".join(rule.contexts)
    parts = (
        f", at most {months} months old" if months is not None else "",
        f"; only in {contexts}" if contexts else "",
        "; only where it was made" if rule.if_stated else "",
    )
    return "".join(parts)


def _limit(limit: Limit, policy: Policy) -> str:
    if limit.number is not None:
        return f"{limit.number:g}"
    if limit.table is not None:
        table = policy.tables.get(limit.table, {})
        return " / ".join(f"{v:g} ({k})" for k, v in table.items())
    if limit.context is not None:
        known = [(c.tier, c.numbers.get(limit.context)) for c in policy.contexts]
        return " / ".join(f"{v:g} ({tier})" for tier, v in known if v is not None)
    if limit.declared is not None:
        return f"what is stated as {limit.declared}"
    return f"{limit.above_null:g} above the value without a leak"
