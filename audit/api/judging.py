"""The verbs that see facts alone: grade, render, save, load. None of them can reach a record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from audit.api.assessment import Assessment
from audit.api.plan import Plan, with_decision
from audit.api.waiving import dated, with_waivers
from audit.errors import UsageError
from audit.evidence.alone import alone
from audit.evidence.attestation import attested
from audit.evidence.bundle import EXECUTION, HISTORY, RUN, VERDICT, withdraw, write_files
from audit.evidence.closing import close
from audit.evidence.folder import open_folder
from audit.evidence.renditions import Renditions, render_files
from audit.evidence.signatures import keep_signatures
from audit.evidence.signing import Signer
from audit.evidence.stored import Stored, read_stored
from audit.facts.judgement import Declared, Policy
from audit.facts.measurement import AuditRun, Card
from audit.facts.names import MEASURES
from audit.facts.project import Project
from audit.facts.versions import VERSIONS
from audit.policy.grade import grade as apply_policy
from audit.policy.load import resolve


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written."""

    folder: Path
    files: tuple[str, ...]
    """Names."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """File that nobody asked for by name and that could not be made -> why."""


def grade(
    run: AuditRun,
    *,
    policy: Policy | str | Path | None = None,
    declared: Declared | None = None,
    as_of: date | None = None,
) -> Assessment:
    """Apply a policy to a run; no table is needed.

    Parameters
    ----------
    policy
        A policy, its name or its file; by default the one that was declared.
    declared
        What people stated; by default nothing, and the worst is assumed.
    as_of
        The day against which waivers, terms and ages are held; today in UTC by default. Where
        anything depends on it, it is noted in `declared.json`.

    Raises
    ------
    PolicyError
        If the policy is faulty, or does not fit what was declared.
    """
    said = declared or Declared()
    if policy is None:
        policy = said.policy
    if not isinstance(policy, Policy):
        policy = resolve(str(policy), plugins=strangers(run))
    stated = dated(said, policy, as_of)
    verdict = apply_policy(policy, run, stated, versions=VERSIONS)
    return Assessment(run, verdict, policy, stated)


def strangers(run: AuditRun) -> tuple[Card, ...]:
    """Return the cards of the checks of a run that came with its plug-ins.

    They stand in `run.json`, so that a run is graded where nobody has the plug-in.
    """
    return tuple(r.card for r in run.results if r.card.id not in MEASURES)


def load(
    path: str | Path,
    *,
    policy: str | None = None,
    context: str | None = None,
    waivers: str | Path | None = None,
    as_of: date | None = None,
    regrade: bool = False,
) -> Assessment:
    """Read a finished run; grade it where it was not yet, or where other terms are named.

    Parameters
    ----------
    path
        Folder of a run, or its `run.json`.
    policy, context, waivers
        Over those that were declared; each grades anew.
    as_of
        The day of grading, where the run is graded anew; today by default.
    regrade
        Grade anew under the stored terms.

    Raises
    ------
    DataError, IntegrityError
        If the files are malformed, or do not belong together.
    PolicyError
        If the policy is faulty, or does not fit what was declared.
    """
    stored = read_stored(Path(path))
    kept = _as_stored(stored)
    named = (policy, context, waivers, as_of)
    if kept is not None and not regrade and all(term is None for term in named):
        return kept
    stated = _stated(stored, policy=policy, context=context, waivers=waivers)
    rules = stored.policy if policy is None else None
    if rules is None:
        cards = strangers(stored.run)
        rules = resolve(stated.policy, base=stored.folder, plugins=cards)
    return grade(stored.run, policy=rules, declared=stated, as_of=as_of)


def render(
    assessment: Assessment,
    *,
    formats: Sequence[str] | None = None,
    report_only: bool = False,
    editions: Sequence[str] | None = None,
) -> Renditions:
    """Write an assessment as paper: file name -> bytes.

    Parameters
    ----------
    formats
        Some of pdf, html, json, junit, sarif, md; None for all that can be made here.
    report_only
        Mark every page: the verdict opens no gate.
    editions
        `internal`, `external` (for outsiders, in a folder of its own) or both; None for the
        internal one. Markdown, JUnit and SARIF are worded for outsiders unless `internal` alone is
        named.

    Raises
    ------
    RenderError
        If a format that was asked for by name cannot be made.
    """
    # The clock stays out: equal runs give equal paper. And what is rendered is what is written,
    # so that anybody can render it again: the file keeps no order of keys.
    dated = (EXECUTION, HISTORY)
    facts = {name: b for name, b in assessment.to_files().items() if name not in dated}
    written = attested(facts)
    assert written.verdict is not None
    assert written.policy is not None
    assert written.declared is not None
    return render_files(
        written.run,
        written.verdict,
        policy=written.policy,
        declared=written.declared,
        facts=facts,
        formats=formats,
        report_only=report_only,
        history=assessment.history,
        editions=editions,
    )


def save(
    assessment: Assessment,
    folder: str | Path,
    *,
    formats: Sequence[str] | None = None,
    report_only: bool = False,
    signer: Signer | None = None,
    editions: Sequence[str] | None = None,
) -> Saved:
    """Write all files of an assessment; what stands in `folder` becomes `FOLDER.previous`.

    With a signer, what is attested of the folder is signed.

    Raises
    ------
    UsageError
        If the folder holds what no audit wrote.
    RenderError
        If a file cannot be written, or a format that was asked for by name not made.
    """
    made = render(assessment, formats=formats, report_only=report_only, editions=editions)
    with alone(Path(folder)):
        return write_into(open_folder(Path(folder)), assessment.to_files(), made, signer)


def write_into(
    folder: Path, facts: Mapping[str, bytes], made: Renditions, signer: Signer | None = None
) -> Saved:
    """Write facts and paper to a folder that is ours already, and close it.

    What cannot be written to its end is no finished run: its verdict and its seal are taken back.
    """
    files = {**facts, **made.files}
    try:
        write_files(folder, files)
        close(folder, signer)
    except BaseException:
        withdraw(folder, verdict=VERDICT in files)
        raise
    return Saved(folder, tuple(files), made.missing)


def rerender(
    path: str | Path,
    *,
    formats: Sequence[str] | None = None,
    report_only: bool = False,
    signer: Signer | None = None,
    editions: Sequence[str] | None = None,
) -> Saved:
    """Render a finished run anew, beside its facts.

    Raises
    ------
    UsageError
        If `path` is a lone `run.json`, without the verdict that paper is about, or if somebody
        else signed what would be replaced.
    """
    stored = read_stored(Path(path))
    assessment = _as_stored(stored)
    if assessment is None:
        raise UsageError(
            f"no verdict stands beside this {RUN}",
            "Grade it first: synthgate grade RUN --out DIR",
        )
    made = render(assessment, formats=formats, report_only=report_only, editions=editions)
    with alone(stored.folder):
        keep_signatures(stored.folder, signer)
        return write_into(stored.folder, {}, made, signer)


def _as_stored(stored: Stored) -> Assessment | None:
    verdict, policy, declared = stored.verdict, stored.policy, stored.declared
    if verdict is None or policy is None or declared is None:
        return None
    return Assessment(stored.run, verdict, policy, declared, history=stored.history)


def _stated(
    stored: Stored, *, policy: str | None, context: str | None, waivers: str | Path | None
) -> Declared:
    plan = Plan(Project(declared=stored.declared or Declared()), stored.folder)
    plan = with_decision(plan, context=context, policy=policy)
    return with_waivers(plan, waivers).project.declared
