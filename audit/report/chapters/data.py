"""Section 7: the data, and who said what of them; its parts are the columns and the preflight."""

from audit.facts.judgement import Source
from audit.facts.measurement import PreflightFact
from audit.report.assumed import split_words
from audit.report.chapters.given import NUMBERS, Given, chapter
from audit.report.digits import Look, listed, write, write_count
from audit.report.evidence_sections import columns_section, preflight_section, preflight_sentence
from audit.report.external.run import is_redacted
from audit.report.passages import Passage, PlainSection
from audit.report.pieces import Fact, Phrase
from audit.report.sentences import has, phrase, say
from audit.text import safe_text

_DISJOINT = ("holdout-overlap", "holdout-near-overlap")
_ASSUMED = Source.ASSUMED.value


def data(given: Given) -> PlainSection:
    """Return the characterisation of the data in facts."""
    return chapter("data", answer=_answer(given), passages=(Passage(facts=_facts(given)),))


def data_parts(given: Given) -> tuple[PlainSection, PlainSection]:
    """Return the parts: the columns, and what was looked at before any attack."""
    run = given.run
    columns = columns_section(
        run, number=NUMBERS["columns"], assigned_by=given.declared.assigned_by
    )
    return columns, preflight_section(run, number=NUMBERS["preflight"])


def _answer(given: Given) -> Phrase:
    people, unit = given.run.release.people, say("data", "unit_row")
    if given.run.release.unit != "row":
        key = "unit_unnamed" if is_redacted(given.run) else "unit_named"
        unit = say("data", key, unit=safe_text(given.run.release.unit, 60))
    counts = {k: write_count(people.get(k, 0)) for k in ("real", "holdout")}
    who = say("data", "people" if "holdout" in people else "people_alone", **counts)
    return phrase("data", "answer", unit=unit, people=who)


def _facts(given: Given) -> tuple[Fact, ...]:
    facts = [
        Fact(say("data", "roles"), _roles(given)),
        Fact(say("data", "kinds"), _kinds(given)),
        Fact(say("data", "split"), _split(given)),
        Fact(say("data", "fraction"), _fraction(given)),
        Fact(say("data", "disjoint"), _disjoint(given)),
    ]
    return tuple(f for f in facts if f.text)


def _kinds(given: Given) -> str:
    kinds = [safe_text(c.kind, 20) for c in given.run.release.columns]
    return listed(tuple(f"{kinds.count(k)} {k}" for k in dict.fromkeys(kinds)), longest=9)


def _roles(given: Given) -> str:
    roles = [r for c in given.run.release.columns for r in c.roles]
    named = (say("role", r) if has("role", r) else safe_text(r, 24) for r in dict.fromkeys(roles))
    pairs = zip(dict.fromkeys(roles), named, strict=True)
    return listed(tuple(f"{roles.count(r)} {name}" for r, name in pairs), longest=9)


def _split(given: Given) -> str:
    split = given.run.release.split
    if "holdout" not in given.run.release.people:
        return ""
    by = safe_text(given.declared.split_stated_by, 120)
    source = "assumed" if split.source == _ASSUMED else "as declared"
    told = say("data", "split_text", how=split_words(split.how), source=source)
    told += say("data", "split_by", by=by) if by else ""
    used = tuple(safe_text(u, 60) for u in split.holdout_used_for)
    return told + (say("data", "used", used=listed(used)) if used else "")


def _fraction(given: Given) -> str:
    people = given.run.release.people
    everybody = sum(people.values())
    if "holdout" not in people or not everybody:
        return ""
    percent = write(people.get("real", 0) / everybody, Look(100, 0))
    return say("data", "fraction_text", percent=percent)


def _disjoint(given: Given) -> str:
    return " ".join(preflight_sentence(f) for f in _overlaps(given))


def _overlaps(given: Given) -> tuple[PreflightFact, ...]:
    return tuple(f for f in given.run.preflight if f.id in _DISJOINT)
