"""Facts and verdict in, a page's content out: everything that a report shows, before any format."""

from dataclasses import replace

from audit.facts.judgement import Declared, Policy, Verdict
from audit.facts.measurement import AuditRun
from audit.report.annex import annex
from audit.report.assumed import assumptions
from audit.report.controls import controls_section
from audit.report.decision import decision
from audit.report.digits import write_count
from audit.report.edition import Edition
from audit.report.evidence_sections import column_rows, columns_section, preflight_section
from audit.report.external.facts import outward
from audit.report.external.page import outward_page
from audit.report.family import sections
from audit.report.outside import rule_lines
from audit.report.shapes import PlainSection, View
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
    edition
        For outsiders the facts are redacted before anything is made of them.
    """
    if edition is Edition.EXTERNAL:
        facts = outward(run, verdict, policy, declared)
        parts = (facts.run, facts.verdict, facts.policy, facts.declared)
        return outward_page(build_view(*parts, report_only=report_only), facts.run)
    families = sections(run, verdict, first_number=2)
    plain = _plain_sections(run, verdict, policy=policy, declared=declared, after=2 + len(families))
    page = decision(run, verdict, policy=policy, declared=declared, report_only=report_only)
    name = safe_text(run.release.name, 80)
    return View(
        title=f"{page.verdict.word}: synthetic data privacy assessment, {name}",
        document=f"run {_grouped(verdict.run_sha256[:16])}",
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
        columns=column_rows(run),
        places={s.anchor: s.number for s in families} | {s.anchor: s.number for s in plain},
    )


def _plain_sections(
    run: AuditRun, verdict: Verdict, *, policy: Policy, declared: Declared, after: int
) -> tuple[PlainSection, ...]:
    columns = columns_section(run, number=after + 4, assigned_by=declared.assigned_by)
    return (
        controls_section(run, verdict, number=after),
        preflight_section(run, number=after + 1),
        _bare("method", after + 2, "Method and limits", question="How far does this audit reach?"),
        _bare("sign", after + 3, "Sign-off", question="Who decides, and on what"),
        replace(columns, items=assumptions(run, declared, policy=policy)),
        _bare("rules", after + 5, "The policy", question="What was asked, and on whose authority?"),
        _bare("annex", after + 6, "Annex", question="How can this be checked?"),
    )


def _bare(anchor: str, number: int, label: str, *, question: str) -> PlainSection:
    return PlainSection(
        anchor=anchor, number=number, label=label, aside="", question=question, answer=()
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
