"""What a child policy makes easier than its parent had it. Each such thing needs a reason."""

from collections.abc import Iterator
from itertools import product
from math import inf

from audit.facts.judgement import (
    Decides,
    Declared,
    Limit,
    Policy,
    Rule,
    RuleSeverity,
    Statistic,
    Tier,
)
from audit.facts.waiver import MOST_DAYS
from audit.policy.argument_faults import KEY, eased
from audit.policy.limits import SENSITIVITIES, every_number, resolved
from audit.wire.faults import Fault
from audit.wire.policy import PolicyV1

_WEIGHT = list(RuleSeverity)


def loosening_faults(parent: Policy, child: Policy, written: PolicyV1) -> Iterator[Fault]:
    """Return one fault for everything that `child` loosens without a reason.

    Parameters
    ----------
    parent, child
        Both resolved.
    written
        The child's file, with its reasons and with what it restates.
    """
    loosened = dict(_general(parent, child))
    before = {rule.id: rule for rule in parent.rules}
    restated = {r.id for r in written.rules if {"basis", "rationale"} <= r.model_fields_set}
    for rule in child.rules:
        if rule.id not in before:
            continue
        ways = list(_ways(before[rule.id], rule, parent=parent, child=child))
        if ways:
            loosened[rule.id] = ", ".join(ways)
        if rule.id not in restated and _changed(before[rule.id], rule, parent, child):
            yield Fault("has a new limit; write its basis and rationale too", (rule.id,))
    if _new_cap(parent, child, written):
        yield Fault("has a new cap; write its basis and rationale too", (KEY,))
    for key, what in loosened.items():
        if key not in written.loosens:
            yield Fault(f"is looser than in {parent.id} ({what}); give a reason in loosens", (key,))
    for key in written.loosens.keys() - loosened.keys():
        yield Fault("loosens nothing", ("loosens", key))


def _new_cap(parent: Policy, child: Policy, written: PolicyV1) -> bool:
    """Tell whether the cap is another one, whose source the parent cannot name."""
    own = written.attack_probability
    if own is None or parent.argument is None or child.argument is None:
        return False
    restated = {"basis", "rationale"} <= own.model_fields_set
    return child.argument.cap != parent.argument.cap and not restated


def _general(parent: Policy, child: Policy) -> Iterator[tuple[str, str]]:
    if set(child.contexts_allowed) - set(parent.contexts_allowed):
        yield "contexts_allowed", "more contexts"
    if child.expires_months > parent.expires_months:
        yield "expires_months", "longer valid"
    if parent.alarms_block and not child.alarms_block:
        yield "alarms", "alarms no longer block"
    if child.concludes and not parent.concludes:
        yield "concludes", "concludes"
    if any(child.asserts.get(key) is not value for key, value in parent.asserts.items() if value):
        yield "asserts", "asserts less"
    ways = ", ".join(eased(parent.argument, child.argument))
    if ways:
        yield KEY, ways
    if most_days(child) > most_days(parent):
        yield "waivers", "longer waivers"


def most_days(policy: Policy) -> int:
    """Return how long a waiver may last under `policy`."""
    return MOST_DAYS if policy.waiver_days is None else policy.waiver_days


def _ways(before: Rule, now: Rule, *, parent: Policy, child: Policy) -> Iterator[str]:
    same = (before.measure, dict(before.where), before.test, before.op)
    if (now.measure, dict(now.where), now.test, now.op) != same:
        yield "another question"
    if now.statistic is not before.statistic and now.statistic is not Statistic.HIGH:
        yield "another statistic"
    if before.required and not now.required:
        yield "not required"
    if before.decides is Decides.BOTH and now.decides is Decides.FAIL_ONLY:
        yield "can only fail"
    if before.clears and not now.clears:
        yield "an alarm only"
    if now.waivable and not before.waivable:
        yield "can be waived"
    if now.contexts and not set(before.contexts or Tier) <= set(now.contexts):
        yield "asked in fewer contexts"
    if now.if_stated and not before.if_stated:
        yield "asked only where it was stated"
    if before.max_age_months is not None and (now.max_age_months or inf) > before.max_age_months:
        yield "may be older"
    if _WEIGHT.index(now.severity) > _WEIGHT.index(before.severity):
        yield "less severe"
    if _raised(before.limit, now.limit, parent=parent, child=child):
        yield "a higher limit"
    if _wider(before.limit_where_control_collides, now.limit_where_control_collides):
        yield "a higher limit where the control collides"


def _raised(before: Limit | None, now: Limit | None, *, parent: Policy, child: Policy) -> bool:
    """Tell whether the limit is higher in any allowed context at any sensitivity."""
    if before is None or now is None:
        return before is not now
    if before.declared is not None or now.declared is not None:
        return before.declared != now.declared
    if before.above_null is not None or now.above_null is not None:
        return _wider(before.above_null, now.above_null)
    for tier, sensitivity in product(child.contexts_allowed, SENSITIVITIES):
        declared = Declared(tier=tier, sensitivity=sensitivity)
        old = resolved(before, parent, declared=declared, measurement=None)
        new = resolved(now, child, declared=declared, measurement=None)
        if old is not None and (new is None or new > old):
            return True
    return False


def _wider(before: float | None, now: float | None) -> bool:
    if before is None or now is None:
        return now is not before
    return now > before


def _changed(before: Rule, now: Rule, parent: Policy, child: Policy) -> bool:
    """Tell whether the rule now rests on other numbers, whose source the parent cannot name."""
    old, new = set(every_number(before.limit, parent)), set(every_number(now.limit, child))
    narrowed = new <= old and before.limit == now.limit
    other = before.limit_where_control_collides != now.limit_where_control_collides
    return other or before.limit != now.limit or not narrowed
