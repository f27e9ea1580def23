"""Waivers on paper: who accepted what, until when, and which waivers do not apply."""

from collections.abc import Mapping

from audit.facts.judgement import Declared, Finding, FindingStatus, Verdict
from audit.facts.reasons import WaiverCode
from audit.facts.waiver import Waiver, WaiverNote
from audit.report import outcome
from audit.report.pieces import Item, Mark, Table
from audit.report.sentences import phrase, say
from audit.report.wording import stopped
from audit.text import safe_text

NOT_APPLIED = Mark("not-assessed", "not applied")
_HEADS = ("Waiver", "Rule", "What became of it", "Accepted by", "Asked for by", "Days", "Ground")


def waiver_items(verdict: Verdict, declared: Declared) -> tuple[Item, ...]:
    """Return every waiver in a sentence; those that were used first."""
    given = _given(declared)
    notes = sorted(verdict.waivers, key=lambda n: n.code is not WaiverCode.USED)
    return tuple(_item(note, verdict, given) for note in notes)


def _item(note: WaiverNote, verdict: Verdict, given: Mapping[str, Waiver]) -> Item:
    used = note.code is WaiverCode.USED
    waiver = given.get(note.id)
    words = _words(note, verdict, waiver)
    if used and waiver is not None:
        people = {
            "approver": safe_text(waiver.approver, 60),
            "owner": safe_text(waiver.owner, 60),
            "ground": stopped(safe_text(waiver.reason, 120)),
        }
        made = phrase("waiver", "accepted", **words, **people)
    else:
        made = phrase("waiver", note.code.value, **words)
    return Item(made, outcome.WAIVED if used else NOT_APPLIED, safe_text(note.id, 40))


def _given(declared: Declared) -> dict[str, Waiver]:
    return {waiver.id: waiver for waiver in declared.waivers}


def _words(note: WaiverNote, verdict: Verdict, waiver: Waiver | None) -> dict[str, str]:
    own = next((f for f in verdict.findings if f.rule.id == note.rule), None)
    return {**_of_waiver(note, waiver), "outcome": "" if own is None else own_outcome(own)}


def _of_waiver(note: WaiverNote, waiver: Waiver | None) -> dict[str, str]:
    return {
        "rule": safe_text(note.rule, 40),
        "policy": "" if waiver is None else safe_text(waiver.policy, 100),
        "tier": "" if waiver is None else say("tier", waiver.context),
        "created": "" if waiver is None else waiver.created.isoformat(),
        "expires": "" if waiver is None else waiver.expires.isoformat(),
    }


def waiver_sentence(note: WaiverNote, waiver: Waiver | None) -> str:
    """Return what becomes of a waiver before anything is known of its rule."""
    return say("waiver", note.code.value, **_of_waiver(note, waiver), outcome="")


def own_outcome(finding: Finding) -> str:
    """Return the word of what a rule came out as, whatever was waived."""
    own = finding.unwaived or finding.status
    return (outcome.NOT_MET if own is FindingStatus.FAIL else outcome.INCONCLUSIVE).word


def waiver_lines(verdict: Verdict, declared: Declared) -> tuple[str, ...]:
    """Return every waiver in words for outsiders: no person and no ground."""
    given = _given(declared)
    return tuple(
        f"{safe_text(note.id, 40)}: "
        + say("waiver", note.code.value, **_words(note, verdict, given.get(note.id)))
        for note in verdict.waivers
    )


def waiver_of(finding: Finding, verdict: Verdict, declared: Declared) -> str:
    """Return for outsiders what set a rule aside; nothing where nothing did."""
    for note in verdict.waivers:
        if note.rule == finding.rule.id and note.code is WaiverCode.USED:
            words = _words(note, verdict, _given(declared).get(note.id))
            return say("waiver", "outside", **words, id=safe_text(note.id, 40))
    return ""


def waiver_table(verdict: Verdict, declared: Declared) -> Table | None:
    """Return all waivers with everybody who stands behind them; None where none was given."""
    if not verdict.waivers:
        return None
    given = _given(declared)
    day = declared.graded_on
    return Table(
        caption="Waivers",
        scope="as given" if day is None else f"held against the day {day.isoformat()}",
        heads=_HEADS,
        rows=tuple(_row(note, verdict, given.get(note.id)) for note in verdict.waivers),
    )


def _row(note: WaiverNote, verdict: Verdict, waiver: Waiver | None) -> tuple[str, ...]:
    became = say("waiver", note.code.value, **_words(note, verdict, waiver))
    head = (safe_text(note.id, 40), safe_text(note.rule, 40), became)
    if waiver is None:
        return (*head, "", "", "", "")
    days = f"{waiver.created.isoformat()} to {waiver.expires.isoformat()}"
    people = (safe_text(waiver.approver, 80), safe_text(waiver.owner, 80))
    return (*head, *people, days, stopped(safe_text(waiver.reason, 600)))
