"""Drafts of waivers for what is broken or open: everything that they are bound to, and no person.

They are comments in `next-steps.yaml`. Somebody must own each, somebody else must approve it, and
both must want it: nothing is accepted by pasting a line.
"""

import json
from collections.abc import Iterator

from audit.facts.judgement import Finding, FindingStatus, Policy, RuleSeverity, Verdict
from audit.facts.measurement import AuditRun
from audit.facts.waiver import MOST_DAYS, WAIVABLE


def waiver_drafts(run: AuditRun, verdict: Verdict, *, policy: Policy) -> tuple[str, ...]:
    """Return the lines of `waivers.yaml` that would ask for what may be accepted."""
    synthetic = run.provenance.inputs.get("synthetic")
    days = MOST_DAYS if policy.waiver_days is None else policy.waiver_days
    if synthetic is None or synthetic.digest is None or days == 0:
        return ()
    open_ = [f for f in verdict.findings if _may_be_accepted(f)]
    if not open_:
        return ()
    drafts = (
        line
        for i, finding in enumerate(open_, 1)
        for line in _draft(finding, verdict, digest=synthetic.digest, number=i, days=days)
    )
    return ("schema: synthgate.waivers/v1", "waivers:", *drafts)


def _may_be_accepted(finding: Finding) -> bool:
    rule = finding.rule
    if not rule.waivable or rule.severity is RuleSeverity.BLOCKER:
        return False
    if finding.status is FindingStatus.FAIL:
        return finding.measurement is not None
    is_open = finding.status is FindingStatus.INCONCLUSIVE
    known = finding.measurement is not None or rule.is_declared
    return is_open and finding.reason_code in WAIVABLE and known


def _draft(
    finding: Finding, verdict: Verdict, *, digest: str, number: int, days: int
) -> Iterator[str]:
    yield f"  - id: W-{number}"
    yield f"    rule: {finding.rule.id}"
    yield f"    policy: {_text(f'{verdict.policy_id}@{verdict.policy_version}')}"
    yield f"    context: {verdict.context.value}"
    yield f'    synthetic_sha256: "{digest}"'
    yield f"    accepts: {finding.status.value}"
    if finding.status is FindingStatus.INCONCLUSIVE and finding.reason_code is not None:
        yield f"    reason_code: {finding.reason_code.value}"
    if finding.measurement is not None:
        estimate = finding.measurement.estimate
        yield f"    value: {json.dumps(estimate.value)}"
        if estimate.high is not None:
            yield f"    high: {json.dumps(estimate.high)}"
    yield '    owner: ""'
    yield '    approver: ""      # another person, and not who ran the audit'
    yield '    reason: ""'
    yield '    created: ""       # a day such as 2026-11-01'
    yield f'    expires: ""       # at most {days} days later'


def _text(value: str) -> str:
    return json.dumps(value)
