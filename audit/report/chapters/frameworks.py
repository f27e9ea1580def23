"""Section 10: which question of which text has evidence where; never a finding of compliance."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from audit.facts.judgement import Citation
from audit.report import outcome
from audit.report.chapters.given import Given, chapter, label_of
from audit.report.family import say_label
from audit.report.names import SECTIONS, measurement_of
from audit.report.passages import Passage, PlainSection
from audit.report.pieces import Table
from audit.report.sentences import has, phrase, say
from audit.report.templates import template_bytes
from audit.text import safe_text

FILE = "frameworks.toml"
_DECLARED = "declared."


@dataclass(frozen=True, slots=True)
class Framework:
    """One text, what it asks, and where a report holds evidence on that."""

    key: str
    title: str
    read: str
    number: str
    asks: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """The mapping as it is shipped."""

    version: str
    dated: str
    frameworks: tuple[Framework, ...]


@cache
def mapping() -> Mapped:
    """Return the mapping; constant data of the program, read once."""
    book = tomllib.loads(template_bytes(FILE).decode("utf-8"))
    made = (Framework(**{**f, "evidence": tuple(f["evidence"])}) for f in book["framework"])
    return Mapped(book["version"], book["dated"], tuple(made))


def frameworks(given: Given, places: Mapping[str, str]) -> PlainSection:
    """Return the mapping for the texts that the rules of this policy cite.

    Parameters
    ----------
    places
        Anchor of a section -> its number; evidence on what is not in the report is left out.
    """
    cited = {c.key: c for c in given.policy.citations}
    held = [f for f in mapping().frameworks if f.key in cited]
    policy = f"{safe_text(given.policy.id, 60)} {safe_text(given.policy.version, 20)}"
    if not held:
        return chapter("frameworks", answer=phrase("frameworks", "none"))
    table = Table(
        caption=say("frameworks", "table"),
        scope=say("frameworks", "table_scope", dated=mapping().dated, version=mapping().version),
        heads=("Text", "What it asks", "Evidence in this report", "Standing"),
        rows=tuple(_row(f, cited[f.key], given, places) for f in held),
        is_prose=True,
    )
    tail = say("frameworks", "marks")
    return chapter(
        "frameworks",
        answer=phrase("frameworks", "answer", policy=policy),
        passages=(Passage(table=table, tail=tail),),
    )


def _row(
    framework: Framework, citation: Citation, given: Given, places: Mapping[str, str]
) -> tuple[str, ...]:
    dated = safe_text(citation.dated, 40)
    title = f"{framework.title} ({dated}; {say('frameworks', framework.read)})"
    number = say("frameworks", "no_number")
    if framework.number:
        number = say("frameworks", "number", number=f"{framework.number}.")
    evidence = "; ".join(
        e for e in (_evidence(one, given, places) for one in framework.evidence) if e
    )
    return (title, f"{framework.asks}. {number}", evidence, say("frameworks", "standing"))


def _evidence(anchor: str, given: Given, places: Mapping[str, str]) -> str:
    if anchor.startswith(_DECLARED):
        return _statement(anchor.removeprefix(_DECLARED), given)
    if anchor not in places:
        return ""
    marks = [outcome.mark_of(f) for f in given.findings_of(anchor) if f.rule.clears]
    word = min(marks, key=outcome.loudness).word if marks else ""
    return f"{places[anchor]} {_short(anchor)}" + (f": {word}" if word else "")


def _short(anchor: str) -> str:
    """Return the name of a section inside a sentence."""
    label = say_label(anchor) if anchor in SECTIONS else label_of(anchor)
    return label[:1].lower() + label[1:]


def _statement(key: str, given: Given) -> str:
    """Return whether somebody stated it; the release context is stated elsewhere."""
    words = say("declared", key) if has("declared", key) else safe_text(key, 40)
    asked = [
        f for f in given.verdict.findings if f.rule.is_declared and measurement_of(f.rule) == key
    ]
    if asked:
        return f"{words}: {outcome.mark_of(asked[0]).word}"
    is_stated = bool(given.declared.evidence.get(key))
    return f"{words}: {say('frameworks', 'stated' if is_stated else 'not_asked')}"
