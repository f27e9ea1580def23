"""Sections 16 to 18: the words, where it comes from, and which version of what this is."""

from audit.report.chapters.frameworks import mapping
from audit.report.chapters.given import Given, chapter
from audit.report.digits import PERCENT, write_count
from audit.report.passages import Passage, PlainSection
from audit.report.pieces import Fact, Table
from audit.report.sentences import phrase, rows, say
from audit.text import safe_text


def report_format() -> str:
    """Return the version of the document's form: the newest of its history."""
    return str(rows("history")[0]["version"])


def glossary() -> PlainSection:
    """Return the words with the standard's own beside them."""
    table = Table(
        caption="",
        scope="",
        heads=("Word", "Means here", "In ISO/IEC 20889"),
        rows=tuple(
            (
                _spaced(str(one["term"])),
                _spaced(str(one["means"])),
                str(one.get("iso", "")),
            )
            for one in rows("glossary")
        ),
        is_prose=True,
    )
    return chapter("glossary", passages=(Passage(table=table, tail=say("glossary_note", "tail")),))


def _spaced(text: str) -> str:
    return text.replace(" %", PERCENT)


def references() -> PlainSection:
    """Return the head of the references; the lists stand in the annex of the view."""
    return chapter("references")


def changes(given: Given, *, document: str) -> PlainSection:
    """Return the versions of everything that shapes this document.

    Parameters
    ----------
    document
        The short name of this document.
    """
    run, policy = given.run, given.policy
    name = f"{safe_text(policy.id, 60)} {safe_text(policy.version, 20)}"
    differs = f", which changes {safe_text(policy.extends, 100)}" if policy.extends else ""
    tool = f"{safe_text(run.provenance.tool, 40)} {safe_text(run.provenance.version, 40)}"
    count = write_count(len(run.results))
    mapped = f"version {mapping().version}, texts as of {mapping().dated}"
    facts = (
        Fact(say("changes", "this"), document),
        Fact(say("changes", "format"), report_format()),
        Fact(say("changes", "tool"), tool),
        Fact(say("changes", "policy"), name + differs),
        Fact(say("changes", "mapping"), mapped),
        Fact(say("changes", "checks"), say("changes", "checks_text", count=count)),
        *(
            Fact(say("changes", "history", version=str(one["version"])), f"{one['what']}.")
            for one in rows("history")
        ),
    )
    return chapter(
        "changes",
        answer=phrase("changes", "answer"),
        passages=(Passage(facts=facts),),
    )
