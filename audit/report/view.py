"""Facts and verdict in, a page's content out: everything that a report shows, before any format."""

from dataclasses import replace

from audit.facts.history import History
from audit.facts.judgement import Declared, Policy, Verdict
from audit.facts.measurement import AuditRun
from audit.report.annex import annex
from audit.report.chapters.closing import report_format
from audit.report.chapters.given import NUMBERS, Given
from audit.report.chapters.whole import chapters, contents, places
from audit.report.column_risks import column_risks
from audit.report.decision import decision
from audit.report.digits import write_count
from audit.report.edition import Edition
from audit.report.external.facts import outward
from audit.report.external.page import outward_page
from audit.report.family import sections
from audit.report.outside import rule_lines
from audit.report.rule_places import rule_places
from audit.report.searched import searched
from audit.report.shapes import View
from audit.report.steps import steps
from audit.text import safe_text

__all__ = ["View", "build_view"]


def build_view(
    run: AuditRun,
    verdict: Verdict,
    policy: Policy,
    declared: Declared,
    *,
    report_only: bool = False,
    history: History | None = None,
    edition: Edition = Edition.INTERNAL,
) -> View:
    """Return what the report shows, without opinion on how.

    Parameters
    ----------
    run
        The facts.
    verdict
        The judgement on them.
    policy
        The resolved policy that was applied.
    declared
        What people stated; printed as stated.
    report_only
        The verdict gates nothing; every page says so.
    history
        What was tried before this verdict, where a ledger knows.
    edition
        For outsiders the facts are redacted before anything is made of them.
    """
    if edition is Edition.EXTERNAL:
        facts = outward(run, verdict, policy, declared)
        parts = (facts.run, facts.verdict, facts.policy, facts.declared)
        outer = _view(*parts, report_only=report_only, history=history)
        view = outward_page(outer, facts.run)
    else:
        view = _view(run, verdict, policy, declared, report_only=report_only, history=history)
    # Where a rule stands is told of the policy as it is written, not as it is shown.
    return replace(view, policy_places=rule_places(policy))


def _view(
    run: AuditRun,
    verdict: Verdict,
    policy: Policy,
    declared: Declared,
    *,
    report_only: bool,
    history: History | None,
) -> View:
    given = Given(run, verdict, policy, declared)
    families = sections(run, verdict, chapter=NUMBERS["results"])
    flags = searched(history, declared)
    page = decision(
        run, verdict, policy=policy, declared=declared, report_only=report_only, more_flags=flags
    )
    document = f"run {_grouped(verdict.run_sha256[:16])}"
    plain = chapters(given, families, page, document=document)
    name = safe_text(run.release.name, 80)
    return View(
        title=f"{page.verdict.word}: synthetic data privacy assessment, {name}",
        document=document,
        release=name,
        people=_people(run),
        report_only=report_only,
        tool=f"{safe_text(run.provenance.tool, 40)} {safe_text(run.provenance.version, 40)}",
        decision=page,
        sections=families,
        plain={s.anchor: s for s in plain},
        annex=annex(run, verdict, policy=policy, declared=declared),
        outside=rule_lines(verdict, run, declared),
        steps=steps(run, verdict, policy=policy, declared=declared),
        columns=column_risks(run, verdict),
        contents=contents(plain, families),
        places=places(families),
        form=report_format(),
    )


def _grouped(digest: str) -> str:
    clean = safe_text(digest)
    return " ".join(clean[i : i + 4] for i in range(0, len(clean), 4))


def _people(run: AuditRun) -> str:
    """Return how much stands behind the report: real, holdout, synthetic rows."""
    people, inputs = run.release.people, run.provenance.inputs
    parts = [write_count(people.get("real", 0))]
    parts.append(write_count(people["holdout"]) if "holdout" in people else "none")
    if "synthetic" in inputs:
        parts.append(write_count(inputs["synthetic"].rows))
    return "; ".join(parts)
