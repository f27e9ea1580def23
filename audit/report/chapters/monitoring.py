"""Section 13: how long a verdict holds, what ends it, and who is told."""

from audit.report.chapters.given import Given, chapter
from audit.report.digits import plural
from audit.report.passages import Passage, PlainSection
from audit.report.pieces import Fact, Item
from audit.report.sentences import keys, phrase, say
from audit.text import safe_text


def monitoring(given: Given) -> PlainSection:
    """Return validity, triggers and the route of an incident."""
    declared = given.declared
    months = plural(given.policy.expires_months, "month")
    law = safe_text(given.policy.legal_snapshot, 30)
    triggers = tuple(
        Item(phrase("monitoring_trigger", key, law=law)) for key in keys("monitoring_trigger")
    )
    contact = safe_text(declared.contact, 200) or say("monitoring", "contact_missing")
    facts = [
        Fact(say("monitoring", "period"), say("monitoring", "period_text", months=months)),
        Fact(say("monitoring", "route"), say("monitoring", "route_text")),
        Fact(say("monitoring", "contact"), contact, is_blank=not declared.contact),
        Fact(say("monitoring", "review"), say("monitoring", "review_text")),
    ]
    return chapter(
        "monitoring",
        answer=phrase("monitoring", "answer", months=months),
        passages=(
            Passage(title=say("monitoring", "triggers"), items=triggers),
            Passage(facts=tuple(facts)),
        ),
    )
