"""The lines of the three blocks: what was found, what is open, which alarms were raised."""

from collections.abc import Sequence

from audit.facts.judgement import Decides, Finding, FindingStatus, Policy, Verdict
from audit.facts.measurement import AuditRun
from audit.facts.reasons import ReasonCode
from audit.report import outcome
from audit.report.digits import listed, look_for, write, write_bare, write_high, write_low
from audit.report.external.run import is_redacted
from audit.report.forest import graded
from audit.report.names import (
    check_name,
    check_of,
    is_vulnerable,
    measurement_of,
    rule_name,
    section_of,
    subset_words,
)
from audit.report.pieces import Item, Phrase, Span
from audit.report.remedy import statement_words
from audit.report.sentences import has, phrase, say
from audit.report.wording import (
    as_sentence,
    instead_of,
    reason_words,
    upper_first,
    values_of,
    wording_of,
)
from audit.text import safe_text


def ids_of(findings: Sequence[Finding], *, longest: int = 5) -> str:
    """Return the ids of the rules that speak together, or how many there are."""
    if len(findings) > longest:
        return f"{len(findings)} rules"
    return listed(tuple(safe_text(f.rule.id, 24) for f in findings), longest=longest)


def found_items(verdict: Verdict, run: AuditRun) -> tuple[Item, ...]:
    """Return what was found: what failed, then what was seen not to happen."""
    failed = outcome.of_status(verdict, FindingStatus.FAIL)
    items = tuple(_failed_item(group, run) for group in outcome.grouped(failed))
    # What a waiver sets aside was found all the same.
    aside = tuple(
        f
        for f in outcome.of_status(verdict, FindingStatus.WAIVED)
        if f.unwaived is FindingStatus.FAIL
    )
    items += tuple(_failed_item(group, run) for group in outcome.grouped(aside))
    clear = _clear_items(verdict, run, has_failed=bool(items))
    return items + clear or (Item(phrase("found", "none_measured")),)


def _failed_item(group: Sequence[Finding], run: AuditRun) -> Item:
    return Item(
        phrase=failed_line(group[0], run),
        mark=outcome.mark_of(group[0]),
        label=ids_of(group),
        section=section_of(check_of(group[0].rule), run),
    )


def failed_line(finding: Finding, run: AuditRun) -> Phrase:
    """Return one broken rule in a line."""
    if finding.measurement is None:
        return phrase("found", "none_measured")
    values = values_of(finding, wording_of(run)) | instead_of(finding)
    if "instead" in values:
        return phrase("found", "withheld", **values)
    # This is the only word that begins a line.
    values["secret"] = upper_first(values["secret"]) if is_redacted(run) else values["secret"]
    return phrase("found", _failed_key(finding, run), **values)


def _failed_key(finding: Finding, run: AuditRun) -> str:
    check, name = check_of(finding.rule), measurement_of(finding.rule)
    if check == "value-replay":
        return "replay"
    section = section_of(check, run)
    if section == "copies":
        return {"identical-match": "copies", "near-copy": "near_copies"}.get(check, "other")
    key = "log_ratio" if name.startswith("log_ratio") else {"auc": "auc"}.get(name, section)
    if is_vulnerable(finding.rule.where):
        key = f"{key}_vulnerable"
    return key if has("found", key) else "other"


def _clear_items(verdict: Verdict, run: AuditRun, *, has_failed: bool) -> tuple[Item, ...]:
    met = [f for f in graded(verdict) if f.status is FindingStatus.PASS and f.measurement]
    zero = {check_of(f.rule) for f in met if f.measurement and f.measurement.estimate.is_exact}
    copied, replayed = "identical-match" in zero, "value-replay" in zero
    items: list[Item] = []
    if copied or replayed:
        key = "copies_and_replay_none" if copied and replayed else "copies_none"
        items.append(Item(phrase("found", key if copied else "replay_none"), section="copies"))
    if has_failed:
        return tuple(items)
    passing = (f for f in met if f.rule.decides is not Decides.FAIL_ONLY)
    return tuple(items) + tuple(
        _within_item(f, run) for f in passing if check_of(f.rule) not in zero
    )


def _within_item(finding: Finding, run: AuditRun) -> Item:
    return Item(
        phrase=_within_line(finding, run),
        mark=outcome.mark_of(finding),
        label=safe_text(finding.rule.id, 24),
        section=section_of(check_of(finding.rule), run),
    )


def _within_line(finding: Finding, run: AuditRun) -> Phrase:
    look = look_for(measurement_of(finding.rule), limit=finding.limit)
    limit = write_bare(finding.limit or 0.0, look)
    name, instead = short_name(finding, run), instead_of(finding)
    if instead:
        return phrase("found", "within_withheld", name=name, limit=limit, **instead)
    return phrase("found", "within", name=name, high=upper_words(finding), limit=limit)


def short_name(finding: Finding, run: AuditRun) -> str:
    """Return what a rule is about; that it is the excess goes without saying."""
    part = subset_words(finding.rule.where)
    if measurement_of(finding.rule) not in ("excess", "share", "sparse_share"):
        return rule_name(finding.rule, run)
    return check_name(check_of(finding.rule), run) + (f", {part}" if part else "")


def upper_words(finding: Finding) -> str:
    """Return the upper end with its unit, rounded upward."""
    measured = finding.measurement
    if measured is None or measured.estimate.high is None:
        return ""
    look = look_for(measured.name, limit=finding.limit)
    return write_high(measured.estimate.high, look) + look.suffix


def undecided_items(findings: Sequence[Finding], run: AuditRun) -> tuple[Item, ...]:
    """Return what is open: rules with the same reason speak together.

    A missing holdout comes first, since it leaves the most open; statements come last, since they
    say the least about the release.
    """
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        is_missing = finding.reason_code is ReasonCode.EVIDENCE_MISSING
        key = "stated" if is_missing else reason_words(finding)
        groups.setdefault(key, []).append(finding)
    ordered = sorted(
        groups.values(),
        key=lambda g: (g[0].rule.is_declared, g[0].reason_code is not ReasonCode.NO_HOLDOUT),
    )
    return tuple(_open_item(group, run) for group in ordered)


def _open_item(group: Sequence[Finding], run: AuditRun) -> Item:
    only = group[0]
    return Item(
        phrase=(Span(_open_line(group, run)),),
        mark=outcome.INCONCLUSIVE,
        label=ids_of(group, longest=4),
        section="" if only.rule.is_declared else section_of(check_of(only.rule), run),
    )


def _open_line(group: Sequence[Finding], run: AuditRun) -> str:
    only = group[0]
    if only.rule.is_declared:
        words = listed(tuple(statement_words(f) for f in group))
        if only.reason_code is ReasonCode.EVIDENCE_EXPIRED:
            return f"Stated, and no longer valid: {words}."
        return f"Nobody has stated {words}."
    if len(group) > 1:
        return as_sentence(reason_words(only))
    numbers = _between(only)
    if numbers and only.reason_code is ReasonCode.INTERVAL_TOO_WIDE:
        return f"{short_name(only, run)}: {numbers}"
    return f"{short_name(only, run)}: {reason_words(only)}."


def _between(finding: Finding) -> str:
    measured = finding.measurement
    if measured is None or finding.limit is None or measured.estimate.is_exact:
        return ""
    estimate, look = measured.estimate, look_for(measured.name, limit=finding.limit)
    if estimate.low is None or estimate.high is None:
        return ""
    low, high = write_low(estimate.low, look), write_high(estimate.high, look)
    limit = write(finding.limit, look)
    return f"between {low} and {high}{look.suffix}; the limit is {limit}."


def alarm_items(verdict: Verdict, run: AuditRun, *, policy: Policy) -> tuple[Item, ...]:
    """Return the alarms; each asks for an explanation."""
    ask = say("alarm", "explain_blocks" if policy.alarms_block else "explain")
    return tuple(
        Item(
            phrase=(Span(f"{alarm_line(f, run)} {ask}"),),
            mark=outcome.ALARM,
            label=safe_text(f.rule.id, 24),
            section=section_of(check_of(f.rule), run),
        )
        for f in outcome.of_status(verdict, FindingStatus.ALARM)
    )


def alarm_line(finding: Finding, run: AuditRun) -> str:
    """Return what raised an alarm."""
    measured, name = finding.measurement, rule_name(finding.rule, run)
    known = has("alarm", finding.rule.measure)
    # What is withheld has no ends.
    if measured is None or measured.estimate.low is None:
        return say("alarm", "plain", name=name)
    if measured.null_value is None and not known:
        return say("alarm", "plain", name=name)
    key = finding.rule.measure if known else "beyond"
    unit = look_for(measured.name).suffix
    return say("alarm", key, unit=unit, **values_of(finding, wording_of(run)))
