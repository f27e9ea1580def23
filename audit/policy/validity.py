"""How long a verdict holds, and what ends it before its time (no clock is read here).

A verdict is bound to the run (whose file holds the digests of the tables and the versions of the
checks), to the digest of the policy and to the context; `verdict.json` names all three. Whoever
relies on it later asks three more things: is it too old, has the policy moved on, and would today's
attacks measure the same? The period and what ends it are a project default: no authority sets one.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from audit.facts.argument import ArgumentCode
from audit.facts.judgement import Declared, Policy
from audit.facts.measurement import AuditRun
from audit.policy.argument import ASSESSMENT, argued
from audit.policy.asked import asked
from audit.policy.days import months_after
from audit.policy.statements import last_days


class Ending(StrEnum):
    """Why a verdict no longer holds."""

    TOO_OLD = "too_old"
    EVIDENCE_EXPIRED = "evidence_expired"
    WAIVER_EXPIRED = "waiver_expired"
    POLICY_CHANGED = "policy_changed"
    CHECKS_CHANGED = "checks_changed"


@dataclass(frozen=True, slots=True)
class Validity:
    """Until when a verdict holds, and why it does not any more."""

    until: date
    """The last day, itself included."""
    endings: tuple[Ending, ...]
    checks: tuple[str, ...] = ()
    """Checks that required rules rest on and that have another version today."""

    @property
    def holds(self) -> bool:
        """Tell whether the verdict may still be relied on."""
        return not self.endings


def validity(
    policy: Policy,
    run: AuditRun,
    declared: Declared,
    *,
    used: Collection[str],
    graded: date,
    on: date,
    current: Policy | None,
    versions: Mapping[str, int],
) -> Validity:
    """Return whether a verdict of the day `graded` still holds on the day `on`.

    Parameters
    ----------
    policy, run, declared
        What the verdict rests on.
    used
        Ids of the waivers that it rests on too.
    current
        The policy that goes by the same id today; None if nobody knows.
    versions
        Check id -> version of today.
    """
    changed = changed_checks(policy, run, versions)
    period = valid_until(policy, graded)
    evidence = min(_expiries(policy, declared), default=date.max)
    waived = min((w.expires for w in declared.waivers if w.id in used), default=date.max)
    found = {
        Ending.TOO_OLD: on > period,
        Ending.EVIDENCE_EXPIRED: on > evidence,
        Ending.WAIVER_EXPIRED: on > waived,
        Ending.POLICY_CHANGED: current is not None and _is_another(policy, current),
        Ending.CHECKS_CHANGED: bool(changed),
    }
    until = min(period, evidence, waived)
    return Validity(until, tuple(why for why, holds in found.items() if holds), changed)


def valid_until(policy: Policy, graded: date) -> date:
    """Return the last day of the period that the policy states (`expires_months`).

    The 31st of a month that has none is its last day.
    """
    return months_after(graded, policy.expires_months)


def changed_checks(policy: Policy, run: AuditRun, versions: Mapping[str, int]) -> tuple[str, ...]:
    """Return the checks behind required rules whose version is not that of `versions`."""
    required = {r.measure.partition(".")[0] for r in policy.rules if r.required}
    cards = [result.card for result in run.results if result.card.id in required]
    return tuple(sorted(c.id for c in cards if versions.get(c.id, c.version) != c.version))


def _is_another(policy: Policy, current: Policy) -> bool:
    """A new minor version adds or clarifies; a new major one, or other content, decides anew."""
    if policy.version == current.version:
        return policy.sha256 != current.sha256
    return policy.version.partition(".")[0] != current.version.partition(".")[0]


def _expiries(policy: Policy, declared: Declared) -> Iterator[date]:
    """Yield the last days of whatever was stated with a term, and of what may not grow older."""
    for evidence in declared.evidence.values():
        yield from last_days(evidence, months=None)
    for rule in asked(policy, declared):
        if rule.is_declared:
            stated = declared.evidence.get(rule.measure.partition(".")[2], {})
            yield from last_days(stated, months=rule.max_age_months)
    argument = argued(policy, declared)
    if argument is not None and argument.code is ArgumentCode.APPLIED:
        yield from last_days(declared.evidence[ASSESSMENT], months=policy.expires_months)
