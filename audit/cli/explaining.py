"""From a name to its explanation: the checks of this version, the rules of the policies."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from audit.api import cards_of
from audit.cli.terms import card_lines, rule_lines
from audit.errors import UsageError
from audit.facts.judgement import Policy
from audit.policy.load import profiles, resolve
from audit.text import safe_text


def explained(name: str, policy: str | None, *, plugins: Sequence[str] = ()) -> Iterator[str]:
    """Return the lines about a check or a rule.

    Parameters
    ----------
    policy
        Where to look for the rule; None looks through all built-in policies.
    plugins
        Whose checks are explained too.

    Raises
    ------
    UsageError
        If there is neither a check nor a rule of that name.
    PluginError
        If a plug-in cannot be loaded.
    """
    from audit.harness.registry import BUILTIN

    theirs = cards_of(plugins)
    cards = {card.id: card for card in (*(check.card for check in BUILTIN), *theirs)}
    if name in cards:
        return card_lines(cards[name])
    names = [policy] if policy else profiles()
    policies = [resolve(p, plugins=theirs) for p in names]
    having = [p for p in policies if any(rule.id == name for rule in p.rules)]
    if not having:
        raise _unknown(name, [*cards, *(rule.id for p in policies for rule in p.rules)])
    return _in_each(name, having)


def _in_each(name: str, policies: list[Policy]) -> Iterator[str]:
    for policy in policies:
        yield f"In {policy.id} {policy.version}:"
        for rule in policy.rules:
            if rule.id == name:
                yield from (f"  {line}" for line in rule_lines(rule, policy))


def _unknown(name: str, known: list[str]) -> UsageError:
    near = get_close_matches(name, known, n=1)
    maybe = f"; did you mean {near[0]}?" if near else ""
    listed = ", ".join(dict.fromkeys(known))
    return UsageError(
        f"there is neither a check nor a rule {safe_text(name, 60)}{maybe}", f"There are: {listed}."
    )
