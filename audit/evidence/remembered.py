"""What of a verdict may be remembered: ids, digests and graded numbers; no column and no scope."""

from audit.facts.history import Audited, Graded, Kind, Policed
from audit.facts.judgement import Finding, Verdict
from audit.facts.measurement import AuditRun, InputFacts
from audit.text import safe_text
from audit.wire.canonical import sha256_of
from audit.wire.verdict import verdict_to_bytes

_NOTHING = InputFacts(0, 0, None)


def audited_of(run: AuditRun, verdict: Verdict, kind: Kind) -> Audited:
    """Return a verdict as a ledger keeps it."""
    provenance, inputs = run.provenance, run.provenance.inputs
    real = inputs.get("real", _NOTHING)
    graded = (_graded(finding) for finding in verdict.findings)
    return Audited(
        kind=kind,
        release=release_named(run.release.name),
        run_sha256=verdict.run_sha256,
        verdict_sha256=sha256_of(verdict_to_bytes(verdict)),
        synthetic=inputs.get("synthetic", _NOTHING).digest,
        real_rows=real.rows,
        real_columns=real.columns,
        policy=Policed(
            safe_text(verdict.policy_id, 100) or "policy",
            safe_text(verdict.policy_version, 40),
            verdict.policy_sha256,
        ),
        context=verdict.context,
        status=verdict.status,
        seed=provenance.seed,
        seed_source=provenance.seed_source,
        version=safe_text(provenance.version, 40) or "unknown",
        rules=tuple(rule for rule in graded if rule is not None),
    )


def release_named(name: str) -> str:
    """Return the name under which a release stands in a ledger."""
    return safe_text(name) or "(no name)"


def _graded(finding: Finding) -> Graded | None:
    measured = finding.measurement
    if measured is None:
        return None
    estimate = measured.estimate
    return Graded(
        rule=finding.rule.id,
        measure=safe_text(finding.rule.measure),
        status=finding.status,
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
    )
