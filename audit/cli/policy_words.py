"""Differences of policies and outcomes of policy tests in lines."""

from collections.abc import Iterator

from audit.api import Reliance
from audit.facts.difference import (
    Change,
    Difference,
    Direction,
    PolicyName,
    RuleChange,
    RuleDifference,
    Value,
)
from audit.facts.trial import Trial
from audit.report.digits import plural
from audit.report.sentences import say

_LONG = ("intent", "rationale")
_MARKS = {
    RuleDifference.ADDED: "new",
    RuleDifference.REMOVED: "gone",
    RuleDifference.CHANGED: "changed",
}


def difference_lines(found: Difference) -> Iterator[str]:
    """Yield what differs between two policies, and whether each thing is tighter or looser."""
    yield f"From {_named(found.before)}"
    yield f"to   {_named(found.after)}"
    yield ""
    counts = {each: found.count(each) for each in Direction}
    if not any(counts.values()):
        same = found.before == found.after
        yield "No difference." if same else "No difference but in name."
        return
    yield ", ".join(f"{number} {each}" for each, number in counts.items()) + "."
    for change in found.general:
        yield f"- {_changed(change)}"
    for rule in found.rules:
        yield from _rule(rule)


def validity_lines(found: Reliance) -> Iterator[str]:
    """Yield which verdict it is, until when it holds, and what has ended it."""
    verdict, holds = found.assessment.verdict, found.validity
    policy = f"{verdict.policy_id} {verdict.policy_version}"
    yield f"{say('verdict', verdict.status.value)}: {policy}, {say('tier', verdict.context.value)}."
    if holds.holds:
        until = holds.until.isoformat()
        yield f"The verdict holds until {until}, unless other data on these people are released."
        return
    yield "The verdict no longer holds:"
    for ending in holds.endings:
        yield f"- {say('ending', ending.value, checks=', '.join(holds.checks))}"
    yield "Grade the run again, or measure again where the checks have changed."


def trial_lines(trial: Trial, tests: str) -> Iterator[str]:
    """Yield what a policy decides otherwise than its tests expect, all of it."""
    policy = f"{trial.policy_id} {trial.policy_version}"
    for wrong in trial.mismatches:
        line = "" if wrong.line is None else f"line {wrong.line}: "
        told = f"expected {wrong.expected}, found {wrong.found}"
        yield f"- {tests}: {line}{wrong.case}: {wrong.subject}: {told}"
    cases, expected = plural(trial.cases, "case"), plural(trial.expectations, "expectation")
    wrong_ones = len(trial.mismatches)
    if wrong_ones:
        yield f"{policy}: {wrong_ones} of {expected} in {cases} do not hold."
    else:
        yield f"{policy} decides as expected: {expected} in {cases}."


def _named(policy: PolicyName) -> str:
    return f"{policy.id} {policy.version} (SHA-256 {policy.sha256[:12]}...)"


def _rule(rule: RuleChange) -> Iterator[str]:
    need = "required" if rule.required else "not required"
    alone = "" if rule.changes else f" ({', '.join(rule.directions)})"
    yield f"- {rule.rule} is {_MARKS[rule.kind]}{alone}: {rule.measure}, {need}"
    for change in rule.changes:
        yield f"    {_changed(change)}"


def _changed(change: Change) -> str:
    where = f" ({change.where})" if change.where else ""
    if change.what in _LONG:
        return f"{change.what}: is worded anew"
    told = "" if change.direction is Direction.OTHER else f" ({change.direction})"
    return f"{change.what}{where}: {_value(change.before)} -> {_value(change.after)}{told}"


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == "":
        return "none"
    return value if isinstance(value, str) else f"{value:g}"
