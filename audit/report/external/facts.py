"""What may leave the house, made anew from an assessment: what is not named here is not there.

Nothing is struck out. Every fact is built from the fields that outsiders may know, so a field that
somebody adds tomorrow stays inside until it is named here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from audit.facts.judgement import Declared, Policy, Verdict
from audit.facts.measurement import (
    AuditRun,
    Card,
    Caveat,
    ControlFact,
    InputFacts,
    PreflightFact,
    Provenance,
    Result,
)
from audit.facts.reasons import CaveatCode
from audit.facts.withheld import SMALL
from audit.report.external.curves import outward_figures
from audit.report.external.findings import outward_counts, outward_finding, outward_rule
from audit.report.external.numbers import large
from audit.report.external.release import outward_release
from audit.report.external.run import ExternalRun
from audit.report.external.stated import outward_declared
from audit.report.sentences import has

_SIDES = ("real", "synthetic", "holdout", "reference")
_PLANS = ("full_copy", "null", "verbatim", "jittered")
_PLANTED = frozenset({"p", "value", "n", "fired", "draws", "bound", "of", "tried", "people_80"})
"""Numbers of a control: they tell of people whom the audit planted itself."""
_SEEN = frozenset({"auc", "low", "high", "limit", "percent", "population", "needed"})
"""Numbers of what was looked at before any attack that count nobody."""
_SAMPLED = ("real", "holdout")
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Outward:
    """An assessment for outsiders."""

    run: ExternalRun
    verdict: Verdict
    policy: Policy
    declared: Declared


def outward(run: AuditRun, verdict: Verdict, policy: Policy, declared: Declared) -> Outward:
    """Return the facts that outsiders may know, and no others."""
    return Outward(
        run=ExternalRun(
            provenance=_provenance(run.provenance),
            release=outward_release(run.release),
            preflight=tuple(_preflight(fact) for fact in run.preflight),
            results=tuple(_result(result, run) for result in run.results),
            controls=tuple(_control(c) for c in run.controls if c.plan in _PLANS),
        ),
        verdict=Verdict(
            status=verdict.status,
            policy_id=verdict.policy_id,
            policy_version=verdict.policy_version,
            policy_sha256=_digest(verdict.policy_sha256) or "",
            context=verdict.context,
            run_sha256=_digest(verdict.run_sha256) or "",
            findings=tuple(outward_finding(f, run) for f in verdict.findings),
            waivers=verdict.waivers,
            sensitivity=verdict.sensitivity if verdict.sensitivity in _levels(policy) else "",
            argument=verdict.argument,
        ),
        policy=_policy(policy),
        declared=outward_declared(declared, policy),
    )


def _provenance(made: Provenance) -> Provenance:
    return Provenance(
        tool=made.tool,
        version=made.version,
        seed=made.seed,
        seed_source="given" if made.seed_source == "given" else "derived",
        inputs={
            side: InputFacts(i.rows, i.columns, _digest(i.digest))
            for side, i in made.inputs.items()
            if side in _SIDES
        },
        plugins=made.plugins,
    )


def _digest(text: str | None) -> str | None:
    """Return a digest, and nothing that is none."""
    return text if text and set(text) <= _HEX else None


def _preflight(fact: PreflightFact) -> PreflightFact:
    known = any(has(chapter, fact.code) for chapter in ("preflight", "reason"))
    code = fact.code if known else "other"
    numbers = {k: v for k, v in fact.numbers.items() if k in _SEEN}
    return PreflightFact(code.replace("_", "-"), fact.status, code, numbers)


def _result(result: Result, run: AuditRun) -> Result:
    return Result(
        card=_card(result.card),
        status=result.status,
        reason_code=result.reason_code,
        reason_numbers=large(result.reason_numbers),
        measurements=outward_counts(result, run),
        caveats=tuple(_caveats(result.caveats)),
        figures=outward_figures(result),
    )


def _card(card: Card) -> Card:
    return Card(
        id=card.id,
        version=card.version,
        title=card.title,
        family=card.family,
        threat=card.threat,
        references=card.references,
        measures=(),
        clears=card.clears,
        grades=card.grades,
    )


def _caveats(caveats: Iterable[Caveat]) -> Iterable[Caveat]:
    """Yield caveats without their numbers; one that names columns would be half a sentence.

    How many people were drawn is the size of a sample, and the remedy rests on it.
    """
    for caveat in caveats:
        if not caveat.columns:
            sizes = caveat.numbers if caveat.code is CaveatCode.TARGETS_SAMPLED else {}
            kept = {side: sizes[side] for side in _SAMPLED if sizes.get(side, 0) >= SMALL}
            yield Caveat(caveat.code, kept)


def _control(control: ControlFact) -> ControlFact:
    return ControlFact(
        check=control.check,
        plan=control.plan,
        passed=control.passed,
        numbers={k: v for k, v in control.numbers.items() if k in _PLANTED},
        curve=control.curve,
    )


def _policy(policy: Policy) -> Policy:
    """Return the policy: it is what the controller holds a release against, in its own words."""
    return Policy(
        id=policy.id,
        version=policy.version,
        intent="",
        rules=tuple(outward_rule(rule) for rule in policy.rules),
        contexts=policy.contexts,
        contexts_allowed=policy.contexts_allowed,
        tables=policy.tables,
        citations=policy.citations,
        legal_snapshot=policy.legal_snapshot,
        expires_months=policy.expires_months,
        sha256=_digest(policy.sha256) or "",
        concludes=policy.concludes,
        alarms_block=policy.alarms_block,
        extends=policy.extends,
        loosened=policy.loosened,
        argument=policy.argument,
        waiver_days=policy.waiver_days,
    )


def _levels(policy: Policy) -> frozenset[str]:
    """Return the sensitivities that the tables of a policy know."""
    return frozenset(level for table in policy.tables.values() for level in table)
