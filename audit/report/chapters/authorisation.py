"""Section 5: who allowed the attacks, on what ground; what was not stated stands first."""

from audit.facts.judgement import Declared
from audit.report.chapters.given import Given, chapter
from audit.report.chapters.statements import stated_words
from audit.report.passages import Passage, PlainSection
from audit.report.pieces import Table
from audit.report.sentences import keys, phrase, say
from audit.text import safe_text

_LONGEST = 240


def authorisation(given: Given) -> PlainSection:
    """Return what was stated on the authority for this test."""
    is_named = bool(given.declared.evidence.get("authorisation"))
    return chapter(
        "authorisation",
        answer=phrase("authorisation", "answer" if is_named else "answer_missing"),
        passages=(Passage(table=_table(given.declared), tail=say("authorisation", "tail")),),
    )


def _table(declared: Declared) -> Table:
    said = {key: _said(key, declared) for key in keys("authorisation_item")}
    missing = say("authorisation", "not_stated")
    # What nobody stated stands first: it is what a reader has to ask for.
    ordered = sorted(said.items(), key=lambda item: bool(item[1]))
    return Table(
        caption=say("authorisation", "table"),
        scope=say("authorisation", "table_scope"),
        heads=("Item", "Stated"),
        rows=tuple((say("authorisation_item", k), v or missing) for k, v in ordered),
        is_prose=True,
    )


def _said(key: str, declared: Declared) -> str:
    plain = {
        "controller": declared.controller,
        "operator": declared.operator,
        "purpose": declared.purpose,
        "contact": declared.contact,
        "computed_at": declared.computed_at,
        "retention": declared.retention,
    }
    if key in plain:
        return safe_text(plain[key], _LONGEST)
    return stated_words(declared.evidence.get(key, {}))
