"""Section 3: what was tested; before it, what was not."""

from audit.facts.measurement import Status
from audit.report import outcome
from audit.report.chapters.given import Given, chapter
from audit.report.digits import listed, plural, write_count
from audit.report.family import gaps, say_label
from audit.report.found import ids_of
from audit.report.names import SECTION_OF, SECTIONS, check_name
from audit.report.passages import Passage, PlainSection
from audit.report.pieces import Coded, Item, Phrase, Span, Table
from audit.report.sentences import phrase, say, texts

_MOST_NAMED = 12
_LIMITS = ("attacks", "generator", "content", "earlier", "everybody", "small", "privacy", "use")


def scope(given: Given) -> PlainSection:
    """Return the scope: not assessed in this run, never assessed, assessed."""
    return chapter("scope", answer=_answer(given), passages=_passages(given))


def _answer(given: Given) -> Phrase:
    results, people = given.run.results, given.run.release.people
    ran = sum(r.status is Status.MEASURED for r in results)
    if not ran:
        return phrase("scope", "answer_none")
    key = "answer" if "holdout" in people else "answer_alone"
    counts = {k: write_count(people.get(k, 0)) for k in ("real", "holdout")}
    told = phrase("scope", key, ran=plural(ran, "check"), **counts)
    missing = len(results) - ran
    if not missing:
        return told
    said = phrase("scope", "missing_one" if missing == 1 else "missing", missing=str(missing))
    return (*told, Span(" "), *said)


def _passages(given: Given) -> tuple[Passage, ...]:
    coded = (*gaps(given.run.results, given.run), *_controls_gap(given))
    clear = (phrase("scope", "gaps_none"),) if not coded else ()
    limits = tuple(Item(_limit(key, given)) for key in _LIMITS)
    return (
        Passage(title=say("scope", "gaps"), coded=coded, text=clear),
        Passage(title=say("scope", "limits"), items=limits, tail=say("scope", "legal")),
        Passage(table=_tested(given)),
    )


def _controls_gap(given: Given) -> tuple[Coded, ...]:
    if given.run.controls:
        return ()
    return (Coded("controls", say("scope", "gap_controls"), outcome.NOT_ASSESSED),)


def _limit(key: str, given: Given) -> Phrase:
    earlier = given.declared.earlier_releases
    if key == "earlier" and earlier:
        return phrase("scope_limit", "earlier_named", count=plural(len(earlier), "release"))
    return phrase("scope_limit", key)


def _tested(given: Given) -> Table | None:
    rows = []
    for name in SECTIONS:
        ran = [
            check_name(r.card.id, given.run)
            for r in given.run.results
            if r.status is Status.MEASURED and SECTION_OF[r.card.family] == name
        ]
        rules = sorted(given.findings_of(name), key=lambda f: f.rule.id)
        if ran:
            question = texts("family", name, "question")[0]
            checks = listed(tuple(dict.fromkeys(ran)), longest=_MOST_NAMED)
            rows.append((say_label(name), question, checks, ids_of(rules, longest=8) or "none"))
    if not rows:
        return None
    return Table(
        caption=say("scope", "tested"),
        scope=say("scope", "tested_scope"),
        heads=("Harm", "Question", "Checks", "Rules"),
        rows=tuple(rows),
        is_prose=True,
    )
