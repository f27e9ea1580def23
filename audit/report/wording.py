"""The numbers and names of one finding, as the sentences use them, for insiders or outsiders."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, exp, floor

from audit.facts.judgement import Finding
from audit.facts.measurement import AuditRun, Measurement
from audit.facts.withheld import SMALL, withheld
from audit.report.digits import PERCENT, Look, look_for, write, write_bare, write_count, write_low
from audit.report.external.run import is_redacted
from audit.report.names import check_of, people_words, rule_name, sibling, worst_scope
from audit.report.sentences import say
from audit.text import safe_text

_RATE = Look(100, 1, PERCENT)


@dataclass(frozen=True, slots=True)
class Wording:
    """For whom a sentence is written."""

    run: AuditRun
    is_external: bool = False
    """No column name, no small count."""

    def secret(self, scope: Mapping[str, str]) -> str:
        """Return how the secret of an attack is called."""
        name = scope.get("secret", "")
        if self.is_external or not name:
            return say("knows", "secret_external")
        return safe_text(name, 60)

    def knows(self, scope: Mapping[str, str]) -> str:
        """Return what the adversary knows."""
        if self.is_external:
            return say("knows", "others_external")
        known = scope.get("knows", "others")
        if known in ("others", "quasi_identifiers", "half"):
            return say("knows", known)
        return say("knows", "named", columns=safe_text(known, 120))

    def count(self, share: Measurement) -> str:
        """Return a number of people; for outsiders, small ones and their complements rounded."""
        total = share.n
        people = round(share.estimate.value * total)
        if self.is_external and people < SMALL:
            return f"fewer than {SMALL}"
        if self.is_external and total - people < SMALL:
            return f"more than {write_count(total - SMALL)}"
        return write_count(people)

    def low(self, number: float, look: Look) -> str:
        """Return a lower end, rounded downward, for outsiders to half points."""
        return write_low(half_below(number, look) if self.is_external else number, look)


def wording_of(run: AuditRun, *, is_external: bool = False) -> Wording:
    """Return the wording that a run asks for; a redacted one is always for outsiders."""
    return Wording(run, is_external or is_redacted(run))


def half_below(number: float, look: Look) -> float:
    """Return the half point below; what is no percentage stays as it is."""
    # What lies on a half point already stays there, whatever binary makes of it.
    return floor(round(number * 200, 6)) / 200 if look.factor == 100 else number


def half_above(number: float, look: Look) -> float:
    """Return the half point above; what is no percentage stays as it is."""
    return ceil(round(number * 200, 6)) / 200 if look.factor == 100 else number


def values_of(finding: Finding, words: Wording) -> dict[str, str]:
    """Return what a sentence about a measured finding may be filled with."""
    measured, limit = finding.measurement, finding.limit or 0.0
    assert measured is not None
    estimate, scope = measured.estimate, worst_scope(finding)
    look = look_for(measured.name, limit=finding.limit)
    low = estimate.low if estimate.low is not None else estimate.value
    values = {
        "name": rule_name(finding.rule, words.run),
        "value": write(estimate.value, look),
        "low": words.low(low, look),
        "limit": write_bare(limit, look),
        "confidence": f"{100 * _level(measured):.0f}{PERCENT}",
        "people": people_words(measured.scope),
        "secret": words.secret(scope),
        "knows": words.knows(scope),
        "n": write_count(measured.n),
    }
    if measured.null_value is not None:
        values["null"] = write_bare(measured.null_value, look)
    values |= _beside(finding, measured, words)
    return values | _rates(finding, words) | _counts(finding, words) | _scales(finding, low)


def instead_of(finding: Finding) -> dict[str, str]:
    """Return what stands for a number that is withheld; nothing where it is printed."""
    measured = finding.measurement
    kind = None if measured is None else withheld(measured.estimate)
    return {} if kind is None else {"instead": kind.value}


def _beside(finding: Finding, measured: Measurement, words: Wording) -> dict[str, str]:
    """The holdout's own value, where a check gives one; outsiders do not read how few they are."""
    name = f"{measured.name}_control"
    own = sibling(words.run, check_of(finding.rule), name, measured.scope)
    if own is None or words.is_external:
        return {}
    return {"beside": write(own.estimate.value, look_for(measured.name, limit=finding.limit))}


def _level(measured: Measurement) -> float:
    level = measured.estimate.confidence
    return level if level < 1 else 0.95


def _rates(finding: Finding, words: Wording) -> dict[str, str]:
    """Attack and control rate of the scope that decides; empty where they do not explain it."""
    check, scope = check_of(finding.rule), worst_scope(finding)
    attack = sibling(words.run, check, "attack_rate", scope)
    control = sibling(words.run, check, "control_rate", scope)
    if attack is None or control is None:
        return {}
    return {
        "attack": write(attack.estimate.value, _RATE) + PERCENT,
        "control": write(control.estimate.value, _RATE) + PERCENT,
    }


def _counts(finding: Finding, words: Wording) -> dict[str, str]:
    measured, check = finding.measurement, check_of(finding.rule)
    scope = measured.scope if measured else finding.rule.where
    share = sibling(words.run, check, "share", scope)
    control = sibling(words.run, check, "control_share", scope)
    if share is None or control is None:
        return {}
    return {
        "count": words.count(share),
        "total": write_count(share.n),
        "control_count": words.count(control),
        "control_total": write_count(control.n),
    }


def _scales(finding: Finding, low: float) -> dict[str, str]:
    """The same numbers as a reader says them: an AUC in per cent, a log ratio as a multiple."""
    measured, limit = finding.measurement, finding.limit or 0.0
    assert measured is not None
    value = measured.estimate.value
    if measured.name == "auc":
        percent = Look(100, 1)
        return {
            "value_percent": write(value, percent),
            "low_percent": write_low(low, percent),
            "limit_percent": write_bare(limit, percent),
        }
    if measured.name.startswith("log_ratio"):
        times = Look(1, 1)
        fpr = measured.name.rpartition("fpr_")[2].removesuffix("pct").replace("_", ".")
        return {
            "fpr": f"{fpr}{PERCENT}",
            "times": write(exp(value), times),
            "low_times": write_low(exp(low), times),
            "limit_times": write_bare(exp(limit), times),
        }
    return {}


def reason_words(finding: Finding) -> str:
    """Return why a finding is inconclusive, as a clause."""
    code = finding.reason_code
    return say("reason", code.value if code else "not_measured", **finding.numbers)


def as_sentence(clause: str) -> str:
    """Return a clause as a sentence of its own."""
    return f"{upper_first(clause)}."


def upper_first(clause: str) -> str:
    """Return words as they begin a line."""
    return clause[:1].upper() + clause[1:]


def stopped(text: str) -> str:
    """End a sentence that somebody else wrote."""
    return text if not text or text[-1] in ".…!?" else f"{text}."


def lowered(sentence: str) -> str:
    """Return a sentence as the second half of another."""
    return sentence[:1].lower() + sentence[1:]


def short_digest(digest: str) -> str:
    """Return both ends of a digest."""
    clean = safe_text(digest)
    return clean if len(clean) <= 20 else f"{clean[:8]}…{clean[-8:]}"
