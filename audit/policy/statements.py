"""Rules that ask a person for a statement. What is stated is printed, never verified."""

from collections.abc import Iterator, Mapping
from datetime import date

from audit.facts.judgement import Declared, Operator, Policy, Rule, Source, Tier
from audit.facts.names import EVIDENCE
from audit.facts.reasons import ReasonCode
from audit.policy.asked import asked, given
from audit.policy.days import day_of, months_after
from audit.policy.decision import PASS, Decision, inconclusive

_ALWAYS_COMPLETE = frozenset({"authorisation"})
"""An authorisation without a name and a date authorises nothing."""
_LAST_DAYS = ("expires", "expiry")


def by_statement(rule: Rule, declared: Declared) -> Decision:
    """Decide a rule on `declared.*`: the statement is there, missing, or too old."""
    key = rule.measure.partition(".")[2]
    complete = rule.op is Operator.COMPLETE or key in _ALWAYS_COMPLETE
    if not _stated(key, declared, complete=complete):
        return inconclusive(ReasonCode.EVIDENCE_MISSING)
    evidence = declared.evidence.get(key, {})
    if is_outdated(evidence, declared.graded_on, months=rule.max_age_months):
        return inconclusive(ReasonCode.EVIDENCE_EXPIRED)
    return PASS


def _stated(key: str, declared: Declared, *, complete: bool) -> bool:
    elsewhere = {
        "release_context": declared.tier_source,
        "split": declared.split_source,
        "earlier_releases": declared.earlier_releases_source,
    }
    if key in elsewhere:
        named = key == "earlier_releases" and bool(declared.earlier_releases)
        return named or elsewhere[key] is Source.DECLARED
    found = given(declared.evidence.get(key, {}))
    return set(EVIDENCE.get(key, ())) <= found if complete and found else bool(found)


def is_outdated(evidence: Mapping[str, str], day: date | None, *, months: int | None) -> bool:
    """Tell whether evidence no longer holds on `day`: its term is over, or it is too old.

    Where only the day tells and nobody said which it is, it does not hold. Nor does it where its
    age matters and it bears no date, or one that has not come.
    """
    ends = list(last_days(evidence, months=months))
    if months is not None:
        written = day_of(evidence.get("date", ""))
        if written is None or (day is not None and written > day):
            return True
    return bool(ends) and (day is None or day > min(ends))


def last_days(evidence: Mapping[str, str], *, months: int | None) -> Iterator[date]:
    """Yield the days, themselves included, after which evidence no longer holds."""
    for name in _LAST_DAYS:
        last = day_of(evidence.get(name, ""))
        if last is not None:
            yield last
    written = day_of(evidence.get("date", ""))
    if months is not None and written is not None:
        yield months_after(written, months)


def depends_on_the_day(policy: Policy, declared: Declared) -> bool:
    """Tell whether the day of grading decides anything: a waiver, a term, an age, an argument."""
    if declared.waivers:
        return True
    if declared.p_attack is not None and declared.tier is not Tier.PUBLIC:
        return True
    return any(
        any(last_days(declared.evidence.get(key, {}), months=rule.max_age_months))
        for rule in asked(policy, declared)
        if rule.is_declared and (key := rule.measure.partition(".")[2])
    )
