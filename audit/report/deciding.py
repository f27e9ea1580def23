"""The sentence that decides: the person first, then the number, then the limit."""

from collections.abc import Mapping

from audit.facts.judgement import Finding, FindingStatus, Policy, Verdict, VerdictStatus
from audit.facts.measurement import AuditRun, Severity
from audit.facts.reasons import ReasonCode
from audit.facts.withheld import withheld
from audit.report.digits import plural
from audit.report.names import check_of, measurement_of, rule_name, section_of
from audit.report.outcome import grouped, of_status
from audit.report.pieces import Phrase
from audit.report.remedy import remedies_of
from audit.report.sentences import has, phrase, remedies, say
from audit.report.wording import (
    Wording,
    instead_of,
    lowered,
    reason_words,
    short_digest,
    values_of,
    wording_of,
)
from audit.text import safe_text

_FIXED = {"auc": "auc", "max_probability": "probability", "meaningful": "probability"}


def heaviest(verdict: Verdict) -> Finding | None:
    """Return the failed finding that decides: required, severe, furthest beyond its limit.

    Where risk and excess of one attack both fail, the excess speaks: its sentence holds both rates.
    """
    groups = grouped(of_status(verdict, FindingStatus.FAIL))
    return groups[0][0] if groups else None


def deciding_sentence(
    verdict: Verdict, *, policy: Policy, run: AuditRun, is_external: bool = False
) -> Phrase:
    """Return the sentence under the verdict."""
    words = wording_of(run, is_external=is_external)
    match verdict.status:
        case VerdictStatus.NOT_MET:
            worst = heaviest(verdict)
            return failing_sentence(worst, words) if worst else ()
        case VerdictStatus.INCONCLUSIVE:
            return _inconclusive(verdict, words)
        case status:
            return _met(verdict, policy=policy, words=words, key=status.value)


def failing_sentence(finding: Finding, words: Wording) -> Phrase:
    """Return one broken rule in words: the person, the number, the limit."""
    if finding.measurement is None:
        return phrase("deciding", "inconclusive", **_open_values(finding, words))
    section = section_of(check_of(finding.rule), words.run)
    values = values_of(finding, words) | instead_of(finding)
    keys = _candidates(finding, section, values, words=words)
    return phrase("deciding", next(k for k in keys if has("deciding", k)), **values)


def _candidates(
    finding: Finding, section: str, values: Mapping[str, str], *, words: Wording
) -> tuple[str, ...]:
    name = measurement_of(finding.rule)
    measured = finding.measurement
    if measured is not None and withheld(measured.estimate) and not _is_copy(finding, values):
        return ("withheld",)
    if name in _FIXED:
        beside = (f"{_FIXED[name]}_beside",) if "beside" in values else ()
        return (*beside, _FIXED[name])
    if name.startswith("log_ratio"):
        return ("log_ratio",)
    if section == "copies":
        return (*_copy_candidates(finding, values, words=words), "other")
    stem = f"{section}_risk" if name == "risk" else section
    if name not in ("excess", "risk"):
        return ("other",)
    return (stem, "other") if "attack" in values else (f"{stem}_short", "other")


def _is_copy(finding: Finding, values: Mapping[str, str]) -> bool:
    """Tell whether a sentence of its own says how many people are concerned, or that one is."""
    check = check_of(finding.rule)
    return check == "value-replay" or (check == "identical-match" and "count" in values)


def _copy_candidates(
    finding: Finding, values: Mapping[str, str], *, words: Wording
) -> tuple[str, ...]:
    check, name = check_of(finding.rule), measurement_of(finding.rule)
    if check == "value-replay" and name == "sparse_share":
        return ("replay_external",) if words.is_external else ("replay",)
    if check not in ("identical-match", "near-copy") or name != "excess":
        return ()
    # Without a holdout nobody was "never in it": real people are their own control.
    alone = "" if "holdout" in words.run.release.people else "_alone"
    if words.is_external:
        counted = check == "identical-match" and "count" in values
        return (f"copies_external{alone}",) if counted else ()
    if "count" not in values:
        return ("copies_short",) if check == "identical-match" else ()
    measured = finding.measurement
    among_all = measured is not None and measured.scope.get("rows") == "all"
    if check == "identical-match":
        return ("copies_all",) if among_all else (f"copies{alone}",)
    return ("near_copies",)


def _inconclusive(verdict: Verdict, words: Wording) -> Phrase:
    open_ = of_status(verdict, FindingStatus.INCONCLUSIVE)
    required = [f for f in open_ if f.rule.required]
    if not required:
        return _withheld(verdict, words)
    values = _open_values(required[0], words)
    if len(required) == 1:
        return phrase("deciding", "inconclusive", **values)
    others = plural(len(required) - 1, "other rule")
    return phrase("deciding", "inconclusive_many", others=others, **values)


def _withheld(verdict: Verdict, words: Wording) -> Phrase:
    """Why a run with no open rule is inconclusive all the same."""
    blocking = next((p for p in words.run.preflight if p.status is Severity.BLOCKING), None)
    if blocking is not None or "holdout" not in words.run.release.people:
        key = blocking.code if blocking else ReasonCode.NO_HOLDOUT.value
        key = key if has("reason", key) else ReasonCode.NOT_MEASURED.value
        ways = remedies(key, {})
        remedy = lowered(ways[0].text) if ways else "see what was looked at before any attack."
        return phrase("deciding", "blocked", reason=say("reason", key), remedy=remedy)
    alarms = of_status(verdict, FindingStatus.ALARM)
    if alarms:
        return phrase("deciding", "alarm", name=rule_name(alarms[0].rule, words.run))
    return phrase("deciding", "nothing")


def _open_values(finding: Finding, words: Wording) -> dict[str, str]:
    ways = remedies_of(finding, words.run)
    return {
        "rule": safe_text(finding.rule.id, 40),
        "name": lowered(rule_name(finding.rule, words.run)),
        "reason": reason_words(finding),
        "remedy": lowered(ways[0].text) if ways else "see the method.",
    }


def _met(verdict: Verdict, *, policy: Policy, words: Wording, key: str) -> Phrase:
    synthetic = words.run.provenance.inputs.get("synthetic")
    digest = synthetic.digest if synthetic else None
    values = {
        "policy": f"{safe_text(policy.id, 60)} {safe_text(policy.version, 20)}",
        "context": say("tier", verdict.context.value),
        "waived": str(verdict.waived),
        "digest": short_digest(digest or ""),
    }
    if key == "met" and not digest:
        key = "met_unbound"
    elif key == "met" and synthetic is not None and synthetic.digest_of == "content":
        key = "met_content"
    return phrase("deciding", key, **values)
