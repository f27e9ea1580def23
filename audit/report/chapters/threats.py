"""Section 6: to whom the release goes, and which adversaries were simulated against it."""

from collections.abc import Sequence

from audit.facts.judgement import Source
from audit.facts.measurement import AuditRun, Result, Status, ThreatModel
from audit.report.chapters.given import Given, chapter
from audit.report.chapters.statements import stated_words
from audit.report.digits import listed
from audit.report.names import SECTION_OF, SECTIONS, check_name
from audit.report.passages import Passage, PlainSection
from audit.report.pieces import Fact, Table
from audit.report.sentences import first, has, phrase, say
from audit.text import safe_text

_CONTROLS = ("contract", "context_assessment", "enclave_accreditation", "output_check_procedure")
_MOST_NAMED = 4


def threats(given: Given) -> PlainSection:
    """Return the context as stated, and the adversaries as they were simulated."""
    tier = given.verdict.context.value
    answer = phrase("threats", "answer", tier=say("tier", tier), words=say("context", tier))
    table = _table(given.run)
    return chapter(
        "threats",
        answer=answer,
        passages=(
            Passage(facts=_context(given)),
            *((Passage(table=table),) if table else ()),
        ),
    )


def _context(given: Given) -> tuple[Fact, ...]:
    declared, none = given.declared, say("threats", "none")
    is_assumed = declared.tier_source is not Source.DECLARED
    missing = say("threats", "assumed") if is_assumed else none
    facts = [Fact(say("threats", "recipients"), safe_text(declared.recipients, 200) or missing)]
    if declared.context_note:
        facts.append(Fact(say("threats", "note"), safe_text(declared.context_note, 300)))
    held = [
        f"{say('declared', k)}: {stated_words(declared.evidence[k])}"
        for k in _CONTROLS
        if declared.evidence.get(k)
    ]
    facts += [
        Fact(say("threats", "controls"), "; ".join(held) or none),
        Fact(say("threats", "chance"), say("threats", "chance_text")),
        Fact(say("threats", "outside"), say("threats", "outside_text")),
    ]
    return tuple(facts)


def _table(run: AuditRun) -> Table | None:
    groups: dict[tuple[str, str, str], list[Result]] = {}
    tried = (r for r in run.results if r.status is Status.MEASURED and r.card.threat)
    ordered = sorted(tried, key=lambda r: SECTIONS.index(SECTION_OF[r.card.family]))
    for result in ordered:
        threat = result.card.threat
        if threat is not None:
            groups.setdefault(_key(result, threat), []).append(result)
    if not groups:
        return None
    return Table(
        caption=say("threats", "table"),
        scope=say("threats", "table_scope"),
        heads=("Attack", "Knows", "Wins if", "Does not cover"),
        rows=tuple(_row(key, results, run) for key, results in groups.items()),
        is_prose=True,
    )


def _key(result: Result, threat: ThreatModel) -> tuple[str, str, str]:
    return (safe_text(threat.knows, 300), safe_text(threat.wins, 300), _uncovered(result))


def _uncovered(result: Result) -> str:
    family = result.card.family.value
    key = first("uncovered", (result.card.id, family), family)
    return say("uncovered", key) if has("uncovered", key) else ""


def _row(key: tuple[str, str, str], results: Sequence[Result], run: AuditRun) -> tuple[str, ...]:
    names = listed(tuple(check_name(r.card.id, run) for r in results), longest=_MOST_NAMED)
    return (names, *key)
