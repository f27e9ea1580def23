"""Rules that ask a person for a statement. What is stated is printed, never verified."""

from collections.abc import Mapping

from audit.facts.judgement import Declared, Operator, Rule, Source
from audit.facts.names import EVIDENCE
from audit.facts.reasons import ReasonCode
from audit.policy.decision import PASS, Decision, inconclusive

_ALWAYS_COMPLETE = frozenset({"authorisation"})
"""An authorisation without a name and a date authorises nothing."""


def by_statement(rule: Rule, declared: Declared) -> Decision:
    """Decide a rule on `declared.*`: the statement is there, or it is missing."""
    key = rule.measure.partition(".")[2]
    complete = rule.op is Operator.COMPLETE or key in _ALWAYS_COMPLETE
    stated = _stated(key, declared, complete=complete)
    return PASS if stated else inconclusive(ReasonCode.EVIDENCE_MISSING)


def _stated(key: str, declared: Declared, *, complete: bool) -> bool:
    if key == "release_context":
        return declared.tier_source is Source.DECLARED
    if key == "split":
        return declared.split_source is Source.DECLARED
    given = _given(declared.evidence.get(key, {}))
    return set(EVIDENCE.get(key, ())) <= given if complete and given else bool(given)


def _given(evidence: Mapping[str, str]) -> set[str]:
    return {name for name, text in evidence.items() if text.strip()}
