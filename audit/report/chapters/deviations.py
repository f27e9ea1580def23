"""Section 11: where a rule was changed, set aside, or not asked, and on whose word."""

from audit.facts.judgement import FindingStatus
from audit.facts.reasons import ReasonCode
from audit.report.chapters.given import Given, chapter
from audit.report.digits import listed
from audit.report.names import check_name
from audit.report.passages import Passage, PlainSection
from audit.report.pieces import Item, Phrase, Span
from audit.report.sentences import phrase, say
from audit.report.waived import waiver_table
from audit.report.wording import stopped
from audit.text import safe_text


def deviations(given: Given, flags: tuple[str, ...]) -> PlainSection:
    """Return the deviations.

    Parameters
    ----------
    flags
        What the first page warns of: a given seed, several candidates, a looser policy.
    """
    texts = (*flags, *_changes(given), *_dropped(given), *_left_out(given), *_strangers(given))
    table = waiver_table(given.verdict, given.declared)
    count = len(texts) + len(given.verdict.waivers)
    passages = (Passage(items=tuple(Item((Span(text),)) for text in texts)),) if texts else ()
    if table is not None:
        passages = (Passage(table=table), *passages)
    return chapter("deviations", answer=_answer(count), passages=passages)


def _answer(count: int) -> Phrase:
    if not count:
        return phrase("deviations", "answer_none")
    key = "one" if count == 1 else "several"
    return phrase("deviations", "answer", count=say("deviations", key, count=str(count)))


def _changes(given: Given) -> tuple[str, ...]:
    policy = given.policy
    if policy.extends is None:
        return ()
    parent = safe_text(policy.extends, 100)
    if not policy.loosened:
        return (say("deviations", "changed", parent=parent),)
    return tuple(
        say(
            "deviations",
            "loosened",
            parent=parent,
            where=safe_text(where, 40).replace("_", " "),
            reason=stopped(safe_text(reason, 300)),
        )
        for where, reason in sorted(policy.loosened.items())
    )


def _dropped(given: Given) -> tuple[str, ...]:
    reasons = given.declared.not_applicable
    return tuple(
        say(
            "deviations",
            "not_applicable",
            rule=safe_text(f.rule.id, 24),
            reason=stopped(safe_text(reasons.get(f.rule.id, ""), 300)),
        )
        for f in given.verdict.findings
        if f.status is FindingStatus.NOT_APPLICABLE
    )


def _left_out(given: Given) -> tuple[str, ...]:
    names = tuple(
        check_name(r.card.id, given.run)
        for r in given.run.results
        if r.reason_code is ReasonCode.SKIPPED_ON_REQUEST
    )
    if not names:
        return ()
    key = "skipped_one" if len(names) == 1 else "skipped"
    return (say("deviations", key, checks=listed(names, longest=8)),)


def _strangers(given: Given) -> tuple[str, ...]:
    names = tuple(safe_text(p.name, 60) for p in given.run.provenance.plugins)
    return (say("deviations", "plugins", names=listed(names)),) if names else ()
