"""Tables about the built-in policies: what they ask, and what their numbers rest on."""

from collections.abc import Iterator, Sequence
from functools import cache

from check_pages import asked, limit_words, policies, table

from audit.facts.judgement import Citation, Decides, Policy, Rule
from audit.policy.load import profiles, resolve
from audit.report.sentences import basis_sentence, say

_HEADS = ("Rule", "Asks", "Limit", "Basis of the limit")
_NOTHING = "It adds no rule of its own."


def profiles_table() -> str:
    """Return one row per built-in policy."""
    rows = [
        (
            f"[`{p.id}`](#{p.id}-{p.version.replace('.', '')})",
            _contexts(p),
            f"{p.expires_months} months",
            say("verdict", "met" if p.concludes else "evidence_complete").lower(),
            _counted(p),
        )
        for p in policies()
    ]
    heads = ("Policy", "Contexts", "New audit after", "At best it says", "Rules required")
    return table(heads, rows)


def _counted(policy: Policy) -> str:
    """Return how many rules are asked in the first context; every context adds as many."""
    first = policy.contexts_allowed[0]
    asked = [r for r in policy.rules if not r.contexts or first in r.contexts]
    return f"{sum(r.required for r in asked)} of {len(asked)}"


def rules_tables() -> str:
    """Return the rules of all policies, and for each policy what it adds or changes."""
    intro = "These rules stand in every policy."
    parts = ["### In every policy", intro, table(_HEADS, (_row(rule, None) for rule in _common()))]
    for policy in policies():
        rules = _own(policy)
        rows = [_row(rule, policy) for rule in rules]
        parts += [
            *_head(policy),
            f"Beside the rules of {_parent_words(policy)}:",
            table(_HEADS, rows) if rows else _NOTHING,
        ]
    return "\n\n".join(parts)


def numbers_tables() -> str:
    """Return for each policy what its limits rest on, rules of one limit and basis together."""
    heads = ("Rules", "Limit", "Basis", "Sources")
    common = ["### In every policy", table(heads, _resting(_common(), None))]
    parts = [
        part
        for policy in policies()
        for part in (*_head(policy), table(heads, _resting(_own(policy), policy)))
    ]
    return "\n\n".join([*common, *parts])


def statements_table() -> str:
    """Return what a person must state for each policy, beside what is always asked for."""
    common = {_question(rule) for rule in _common()}
    rows = [
        (f"`{policy.id}`", f"`{rule.measure.partition('.')[2]}`", _weight(rule), rule.rationale)
        for policy in policies()
        for rule in policy.rules
        if rule.is_declared and _question(rule) not in common
    ]
    return table(("Policy", "Key in `evidence:`", "Needed", "Why"), rows)


def sources_table() -> str:
    """Return every source that a built-in policy cites."""
    found = {c.key: c for policy in policies() for c in policy.citations}
    rows = [
        (f"`{c.key}`", c.text, c.dated, "read" if c.verified else "not verified")
        for c in sorted(found.values(), key=lambda c: c.key.lower())
    ]
    return table(("Key", "Source, and what it says", "Dated", "Mark"), rows)


def _head(policy: Policy) -> tuple[str, str, str]:
    said = (
        f"Contexts: {_contexts(policy)}. Expects a new audit after {policy.expires_months} months."
    )
    return f"### `{policy.id}` {policy.version}", policy.intent, said


def _contexts(policy: Policy) -> str:
    return ", ".join(f"`{tier}`" for tier in policy.contexts_allowed)


def _weight(rule: Rule) -> str:
    return "required" if rule.required else "optional"


def _row(rule: Rule, policy: Policy | None) -> tuple[str, str, str, str]:
    return (
        rule.id if rule.required else f"{rule.id} (optional)",
        asked(rule),
        limit_words(rule.limit, policy or policies()[0]),
        basis_sentence(rule.basis, is_transposed=rule.transposed),
    )


@cache
def _common() -> tuple[Rule, ...]:
    """Return the rules that ask the same of every release, whoever grades it."""
    widest = max(policies(), key=lambda policy: len(policy.contexts_allowed))
    return tuple(rule for rule in widest.rules if all(_asks_the_same(rule, p) for p in policies()))


def _asks_the_same(rule: Rule, policy: Policy) -> bool:
    if rule.limit is not None and (rule.limit.table or rule.limit.context):
        return False
    if rule.contexts and not set(rule.contexts) & set(policy.contexts_allowed):
        return True
    return any(_asked_somewhere(rule) == _asked_somewhere(other) for other in policy.rules)


def _asked_somewhere(rule: Rule) -> tuple[object, ...]:
    """Return what a rule asks, wherever it does."""
    terms = (rule.id, rule.measure, tuple(rule.where.items()), rule.statistic, rule.decides)
    return (*terms, rule.limit, rule.required, rule.basis, rule.transposed, rule.cite)


def _question(rule: Rule) -> tuple[object, ...]:
    return (*_asked_somewhere(rule), rule.contexts, rule.if_stated, rule.max_age_months)


def _parent(policy: Policy) -> Policy | None:
    """Return the built-in policy that can be graded and that `policy` extends."""
    name = (policy.extends or "").partition("@")[0]
    return resolve(name) if name in profiles() else None


def _parent_words(policy: Policy) -> str:
    parent = _parent(policy)
    return f"`{parent.id}`" if parent else "every policy"


def _own(policy: Policy) -> Sequence[Rule]:
    """Return what a policy adds to its parent or changes in it."""
    parent = _parent(policy)
    inherited = {_question(rule) for rule in (parent.rules if parent else _common())}
    changed = {n for n, t in policy.tables.items() if parent and parent.tables.get(n) != t}
    return [
        rule
        for rule in policy.rules
        if _question(rule) not in inherited or (rule.limit and rule.limit.table in changed)
    ]


def _resting(rules: Sequence[Rule], policy: Policy | None) -> Iterator[tuple[str, ...]]:
    """Yield the limits, those together that are the same and rest on the same."""
    known = {c.key: c for c in (policy or policies()[0]).citations}
    groups: dict[tuple[str, ...], list[Rule]] = {}
    for rule in rules:
        limit = limit_words(rule.limit, policy or policies()[0])
        basis = basis_sentence(rule.basis, is_transposed=rule.transposed)
        sources = ", ".join(_marked(known[key]) for key in rule.cite if not _of_the_form(rule, key))
        groups.setdefault((limit, basis, sources), []).append(rule)
    for (limit, basis, sources), group in groups.items():
        yield ", ".join(rule.id for rule in group), limit, basis, sources


def _of_the_form(rule: Rule, key: str) -> bool:
    """Tell whether a source is about the form of a measure, not about the limit on it."""
    return rule.decides is Decides.FAIL_ONLY and key == "Giomi-2023"


def _marked(source: Citation) -> str:
    return f"`{source.key}`" + ("" if source.verified else " (not verified)")
