"""What was assumed, and what was only stated."""

from audit.facts.judgement import Declared, Policy, Source
from audit.facts.measurement import AuditRun
from audit.report.digits import listed, write_count
from audit.report.external.run import is_redacted
from audit.report.pieces import Item, Span
from audit.report.sentences import say
from audit.text import safe_text


def assumptions(
    run: AuditRun, declared: Declared, *, policy: Policy, is_external: bool = False
) -> tuple[Item, ...]:
    """Return what nobody declared, the most consequential first, then what somebody stated."""
    texts = [
        _reference(run),
        _roles(run, is_external=is_external or is_redacted(run)),
        _unless(declared.tier_source, "context", context=say("tier", declared.tier.value)),
        _unless(declared.policy_source, "policy", policy=safe_text(policy.id, 60)),
        _sensitivity(declared, policy),
        say("assumed", "split") if run.release.split.source == Source.ASSUMED.value else "",
        say("assumed", "unit_row") if run.release.unit == "row" else "",
        "" if declared.generator.get("candidates") else say("assumed", "candidates_unknown"),
        "" if knows_earlier(declared) else say("assumed", "earlier_unknown"),
    ]
    assumed = tuple(Item((Span(text),)) for text in texts if text)
    return assumed + stated(run, declared) or (Item((Span(say("assumed", "nothing")),)),)


def knows_earlier(declared: Declared) -> bool:
    """Tell whether somebody said which earlier releases there are, or that there are none."""
    said = declared.earlier_releases_source is Source.DECLARED
    return said or bool(declared.earlier_releases)


def stated(run: AuditRun, declared: Declared) -> tuple[Item, ...]:
    """Return what a person stated and the tool cannot check."""
    said = []
    if run.release.split.source == Source.DECLARED.value and "holdout" in run.release.people:
        said.append(say("assumed", "split_stated", how=split_words(run.release.split.how)))
    if declared.groups:
        said.append(say("assumed", "groups_stated", groups=listed(_groups(declared), longest=6)))
    candidates = safe_text(declared.generator.get("candidates", ""), 12)
    if candidates == "1":
        said.append(say("assumed", "candidate_stated"))
    elif candidates:
        said.append(say("assumed", "candidates_stated", candidates=candidates))
    note = say("assumed", "stated")
    return (Item((Span(" ".join(said)),), quiet=note),) if said else ()


def _groups(declared: Declared) -> tuple[str, ...]:
    """Return each group with the columns that decide who belongs to it."""
    return tuple(
        f"{safe_text(name, 30)} (by {listed(tuple(safe_text(c, 40) for c in columns), longest=3)})"
        for name, columns in sorted(declared.groups.items())
    )


def split_words(how: str) -> str:
    """Return how real and holdout came apart, in words."""
    known = ("random", "stratified", "by_group", "temporal", "other", "unknown")
    return say("split_how", how if how in known else "other")


def _reference(run: AuditRun) -> str:
    given = run.provenance.inputs.get("reference")
    if given is None or "holdout" not in run.release.people:
        return ""
    return say("assumed", "reference", rows=write_count(given.rows))


def _unless(source: Source, key: str, **values: str) -> str:
    return "" if source is Source.DECLARED else say("assumed", key, **values)


def _sensitivity(declared: Declared, policy: Policy) -> str:
    # A policy without a table by sensitivity does not ask for one.
    if not policy.tables:
        return ""
    words = safe_text(declared.sensitivity, 20)
    return _unless(declared.sensitivity_source, "sensitivity", sensitivity=words)


def _roles(run: AuditRun, *, is_external: bool) -> str:
    columns = run.release.columns
    assumed = tuple(safe_text(c.name, 40) for c in columns if c.source == Source.ASSUMED.value)
    if not assumed:
        return ""
    if len(assumed) == len(columns):
        return say("assumed", "roles_all")
    if is_external:
        one = len(assumed) == 1
        key = "roles_external_one" if one else "roles_external"
        return say("assumed", key, count=len(assumed))
    key = "roles_one" if len(assumed) == 1 else "roles_some"
    return say("assumed", key, columns=listed(assumed, longest=3))
