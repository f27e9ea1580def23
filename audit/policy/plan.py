"""What a policy needs measured: per check the strictest limit that somebody can meet on an excess.

How many people and statements such a limit takes, the harness knows; that it is asked, the policy.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from audit.facts.judgement import Declared, Policy, Rule, Test
from audit.facts.measurement import Family
from audit.facts.names import FAMILIES
from audit.policy.argument import argued, raised
from audit.policy.asked import asked
from audit.policy.decision import only_fails
from audit.policy.limits import resolved

_ATTACKED = (Family.SINGLING_OUT, Family.LINKABILITY, Family.INFERENCE)


@dataclass(frozen=True, slots=True)
class Strictest:
    """The smallest limits on the excess of one check."""

    everybody: float | None = None
    vulnerable: float | None = None
    """Among the most vulnerable people, of whom there are at most a quarter."""


def strictest_limits(policy: Policy, declared: Declared) -> Mapping[str, Strictest]:
    """Return the strictest limits that the rules set which can be met: check id -> limits."""
    argument = argued(policy, declared)
    found: dict[str, Strictest] = {}
    for rule in asked(policy, declared):
        check = rule.measure.partition(".")[0]
        if not _is_planned(rule) or rule.id in declared.not_applicable:
            continue
        assert rule.limit is not None
        own = resolved(rule.limit, policy, declared=declared, measurement=None)
        if own is None:
            continue
        limit, so_far = raised(own, rule, policy, argument), found.get(check, Strictest())
        if rule.where.get("subset"):
            strict = Strictest(so_far.everybody, _smaller(so_far.vulnerable, limit))
        else:
            strict = Strictest(_smaller(so_far.everybody, limit), so_far.vulnerable)
        found[check] = strict
    return found


def _is_planned(rule: Rule) -> bool:
    check, _, name = rule.measure.partition(".")
    graded = name == "excess" and FAMILIES.get(check) in _ATTACKED
    return graded and rule.test is Test.INTERVAL and not only_fails(rule)


def _smaller(one: float | None, other: float) -> float:
    return other if one is None else min(one, other)
