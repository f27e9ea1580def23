"""What outsiders may know of what people stated: choices from closed lists, and that there is more.

No word of a statement gets out. Whether something was stated does: the rules that ask for it say so
already, and a page that called it missing would be wrong.
"""

from dataclasses import fields
from typing import Any

from audit.facts.judgement import Declared, Policy
from audit.facts.names import EVIDENCE
from audit.facts.waiver import ACCEPTED, Waiver
from audit.report.sentences import say

_SYNTHESIS = ("fully", "partially")


def outward_declared(declared: Declared, policy: Policy) -> Declared:
    """Return what was stated, without notes, persons, documents and names."""
    levels = {level for table in policy.tables.values() for level in table}
    chosen: dict[str, Any] = {
        "tier": declared.tier,
        "tier_source": declared.tier_source,
        "policy": policy.id,
        "policy_source": declared.policy_source,
        "sensitivity": declared.sensitivity if declared.sensitivity in levels else "",
        "sensitivity_source": declared.sensitivity_source,
        # Who said so is a person, and stands in the middle of sentences.
        "assigned_by": "",
        "split_stated_by": "",
        "split_source": declared.split_source,
        "generator": _generator(declared),
        # How many there were is known from the files; that there were some is an assumption.
        "earlier_releases": ("",) if declared.earlier_releases else (),
        "earlier_releases_source": declared.earlier_releases_source,
        "p_attack": declared.p_attack,
        "evidence": _evidence(declared),
        "waivers": tuple(_waiver(waiver) for waiver in declared.waivers),
        "graded_on": declared.graded_on,
    }
    return Declared(**(_covered(declared) | chosen))


def _covered(declared: Declared) -> dict[str, str]:
    """Return of every text only whether there is one, whatever it is called."""
    texts = {f.name: getattr(declared, f.name) for f in fields(declared)}
    return {name: _cover(text) for name, text in texts.items() if isinstance(text, str)}


def _cover(text: str) -> str:
    return say("external", "stated") if text else ""


def _evidence(declared: Declared) -> dict[str, dict[str, str]]:
    """Return which of the statements of the closed list were made."""
    made = (key for key, given in declared.evidence.items() if key in EVIDENCE and given)
    return {key: {"document": say("external", "stated")} for key in made}


def _generator(declared: Declared) -> dict[str, str]:
    """Return how the data were synthesised and how often it was tried; not by what."""
    stated = declared.generator
    kept = {}
    if stated.get("synthesis") in _SYNTHESIS:
        kept["synthesis"] = stated["synthesis"]
    if stated.get("candidates", "").isdecimal():
        kept["candidates"] = stated["candidates"]
    return kept


def _waiver(waiver: Waiver) -> Waiver:
    """Return what was set aside and until when; not by whom, and not why."""
    return Waiver(
        id=waiver.id,
        rule=waiver.rule,
        policy=waiver.policy,
        context=waiver.context,
        synthetic_sha256="",
        accepts=waiver.accepts if waiver.accepts in ACCEPTED else "",
        owner="",
        approver="",
        reason="",
        created=waiver.created,
        expires=waiver.expires,
        reason_code=waiver.reason_code,
    )
