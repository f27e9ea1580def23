"""What outsiders may know of what people stated: choices from closed lists, and no words."""

from audit.facts.judgement import Declared, Policy
from audit.facts.waiver import ACCEPTED, Waiver

_SYNTHESIS = ("fully", "partially")


def outward_declared(declared: Declared, policy: Policy) -> Declared:
    """Return what was stated, without notes, persons, documents and names."""
    levels = {level for table in policy.tables.values() for level in table}
    return Declared(
        tier=declared.tier,
        tier_source=declared.tier_source,
        policy=policy.id,
        policy_source=declared.policy_source,
        sensitivity=declared.sensitivity if declared.sensitivity in levels else "",
        sensitivity_source=declared.sensitivity_source,
        split_source=declared.split_source,
        generator=_generator(declared),
        # How many there were is known from the files; that there were some is an assumption.
        earlier_releases=("",) if declared.earlier_releases else (),
        waivers=tuple(_waiver(waiver) for waiver in declared.waivers),
        graded_on=declared.graded_on,
    )


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
