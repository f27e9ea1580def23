"""What the project file does not say yet."""

from audit.facts.judgement import Declared, FindingStatus, Policy, Source, Verdict
from audit.facts.measurement import AuditRun
from audit.facts.names import EVIDENCE
from audit.facts.schema import Role
from audit.report import outcome
from audit.report.assumed import knows_earlier
from audit.report.names import measurement_of
from audit.report.remedy import cheapest_first
from audit.report.shapes import AssumedColumn, Steps
from audit.report.waiver_drafts import waiver_drafts
from audit.text import safe_text


def steps(run: AuditRun, verdict: Verdict, *, policy: Policy, declared: Declared) -> Steps:
    """Return everything that was assumed and everything that is missing."""
    open_ = outcome.of_status(verdict, FindingStatus.INCONCLUSIVE)
    asked = (measurement_of(f.rule) for f in open_ if f.rule.is_declared)
    split = run.release.split
    assumed = [c for c in run.release.columns if c.source == Source.ASSUMED.value]
    named = [c for c in assumed if safe_text(c.name) == c.name]
    return Steps(
        tier=_if_assumed(declared.tier_source, declared.tier.value),
        policy=_if_assumed(declared.policy_source, safe_text(policy.id, 60)),
        sensitivity=_if_assumed(declared.sensitivity_source, safe_text(declared.sensitivity, 20))
        if policy.tables
        else "",
        unit="row" if run.release.unit == "row" else "",
        split=safe_text(split.how, 20) if split.source == Source.ASSUMED.value else "",
        holdout="holdout" not in run.release.people,
        candidates=not declared.generator.get("candidates"),
        earlier_releases=not knows_earlier(declared),
        columns=tuple(AssumedColumn(c.name, _roles(c.roles)) for c in named),
        unnameable=len(assumed) - len(named),
        evidence=tuple(dict.fromkeys(key for key in asked if key in EVIDENCE)),
        remedies=tuple(r.text for r in cheapest_first(open_, run)),
        waivers=waiver_drafts(run, verdict, policy=policy),
    )


def _if_assumed(source: Source, value: str) -> str:
    return value if source is Source.ASSUMED else ""


def _roles(roles: tuple[str, ...]) -> tuple[str, ...]:
    known = {role.value for role in Role}
    return tuple(r for r in roles if r in known) or (Role.ORDINARY.value,)
