"""All verbs in a row: from tables to an assessment, and from a plan to a folder."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Unpack

from audit.api.assessment import Assessment
from audit.api.judging import Saved, grade, render, write_into
from audit.api.measuring import (
    Effort,
    Measured,
    Tabular,
    effort_for,
    measure_timed,
    read_release,
    release_of,
)
from audit.api.people import require_people, write_people
from audit.api.plan import (
    Plan,
    Roles,
    plan_of,
    policy_of,
    require_auditable,
    with_decision,
    with_plugins,
    with_roles,
)
from audit.api.recording import Ledger, Recorded, record, recorded, require_named
from audit.api.waiving import with_waivers
from audit.evidence.alone import alone_in
from audit.evidence.bundle import DECLARED, EXECUTION, HISTORY, POLICY, RUN, write_files
from audit.evidence.checkpoint import KeptFile, remove_checkpoint
from audit.evidence.closing import close
from audit.evidence.execution import execution_to_bytes
from audit.evidence.folder import open_folder
from audit.evidence.signing import Signer
from audit.facts.project import Project
from audit.wire.declared import declared_to_bytes
from audit.wire.policy import policy_to_bytes
from audit.wire.run import run_to_bytes


@dataclass(frozen=True, slots=True)
class Finished:
    """An assessment and the folder that holds it."""

    assessment: Assessment
    saved: Saved


def audit(
    real: Tabular,
    synthetic: Tabular,
    holdout: Tabular | None = None,
    *,
    reference: Tabular | None = None,
    project: Project | str | Path | None = None,
    roles: Roles | None = None,
    unit: str | None = None,
    context: str | None = None,
    policy: str | Path | None = None,
    waivers: str | Path | None = None,
    digest_key: bytes | None = None,
    ledger: str | Ledger | None = None,
    **effort: Unpack[Effort],
) -> Assessment:
    """Attack a release, measure what the attacks gain, and grade it.

    Parameters
    ----------
    real
        Records that the generator was trained on: a data frame, or the path of a table.
    synthetic
        What is to be released.
    holdout
        Records of the same population that the generator never saw; without it nothing can be met.
    reference
        Other records of the same population, of people in none of the tables: attacks that compare
        the release with the population use it in place of real and holdout together.
    project
        What is known of the release: an `audit.yaml`, or a `Project`.
    roles
        Column -> role or roles, over those of `project`; undeclared roles are assumed the worst.
    unit
        Column that names the person; without it every row is a person.
    context
        To whom the release goes: public, trusted_third_party, internal or secure_enclave.
    policy
        Name or file of the policy.
    waivers
        File of the waivers, over the one that `project` names; they are bound to the digest of
        the synthetic file, and apply to no data frame.
    digest_key
        Binds the run to the real tables; only for tables read from files.
    ledger
        Path or address of the ledger in which the verdict is recorded; none by default.
    **effort
        Seed, threads, limits, which checks, plug-ins: see `Effort`.

    Raises
    ------
    UsageError
        If the arguments contradict one another.
    DataError, PolicyError, PluginError
        If a table, the project, the policy or a plug-in cannot be used.
    RenderError
        If the ledger cannot be written; where that can be known, before anything is measured.
    """
    plan = with_roles(plan_of(project), roles=roles, unit=unit)
    plan = with_decision(plan, context=context, policy=policy)
    plan = with_waivers(plan, waivers)
    plan = with_plugins(plan, effort.get("plugins", ()))
    rules = policy_of(plan)
    kept = Ledger(ledger) if isinstance(ledger, str) else ledger
    require_named(kept)
    release = release_of(
        plan,
        real,
        synthetic,
        holdout,
        reference=reference,
        digest_key=digest_key,
        max_memory=effort.get("max_memory"),
    )
    measured = measure_timed(release, **effort_for(plan, effort, release))
    assessment = grade(measured.run, policy=rules, declared=plan.project.declared)
    assessment = replace(assessment, execution=measured.execution)
    return assessment if kept is None else record(assessment, kept)


@alone_in
def audit_into(
    folder: Path,
    plan: Plan,
    *,
    formats: Sequence[str] | None = None,
    report_only: bool = False,
    editions: Sequence[str] | None = None,
    digest_key: bytes | None = None,
    people: Path | None = None,
    ledger: str | Ledger | None = None,
    command: Sequence[str] = (),
    signer: Signer | None = None,
    resume: bool = False,
    **effort: Unpack[Effort],
) -> Finished:
    """Audit what a plan names and write everything to `folder`.

    The run is on disk before anything is graded: hours of measuring survive a renderer that does
    not. With `resume`, checks that an interrupted run into this folder had finished are not done
    again, if all that their results depend on is the same. The evidence about single people goes
    to the file `people`, if one is named, and nowhere else; it is personal data. The verdict is
    recorded in `ledger`, if one is given. With a signer, what is attested of the folder is signed.

    Raises
    ------
    AuditError
        As `audit` and `save` do; of a ledger that was named, after all files were written.
    """
    plan = with_plugins(with_waivers(plan), effort.get("plugins", ()))
    require_auditable(plan)
    rules = policy_of(plan)
    require_people(people, plan, folder=folder)
    given = _Given(digest_key, tuple(command), people is not None, KeptFile(folder, resume=resume))
    kept = Ledger(ledger) if isinstance(ledger, str) else ledger
    require_named(kept)
    out = open_folder(folder, inputs=plan.input_files)
    measured = _measured_into(out, plan, given, effort)
    write_files(out, {POLICY: policy_to_bytes(rules), **_declared(plan)})
    graded = grade(measured.run, policy=rules, declared=plan.project.declared)
    noted = recorded(replace(graded, execution=measured.execution), kept)
    assessment = noted.assessment
    made = render(assessment, formats=formats, report_only=report_only, editions=editions)
    saved = write_into(out, assessment.to_files(), made, signer)
    remove_checkpoint(out)
    write_people(people, measured, folder=out)
    return Finished(assessment, _told(saved, noted, kept))


def _told(saved: Saved, noted: Recorded, ledger: Ledger | None) -> Saved:
    """Tell that a verdict was not recorded; raise where somebody asked for the ledger."""
    if noted.trouble is None:
        return saved
    if ledger is not None and ledger.is_named:
        raise noted.trouble
    return replace(saved, missing={**saved.missing, HISTORY: noted.trouble.message})


@alone_in
def measure_into(
    folder: Path,
    plan: Plan,
    *,
    digest_key: bytes | None = None,
    people: Path | None = None,
    command: Sequence[str] = (),
    signer: Signer | None = None,
    resume: bool = False,
    **effort: Unpack[Effort],
) -> Measured:
    """Measure what a plan names and write the facts to `folder`; nothing is graded.

    The file `people`, the signer and `resume` are those of `audit_into`.

    Raises
    ------
    AuditError
        As `measure` and `save` do.
    """
    plan = with_plugins(with_waivers(plan), effort.get("plugins", ()))
    require_auditable(plan)
    require_people(people, plan, folder=folder)
    given = _Given(digest_key, tuple(command), people is not None, KeptFile(folder, resume=resume))
    out = open_folder(folder, inputs=plan.input_files)
    measured = _measured_into(out, plan, given, effort)
    write_files(out, _declared(plan))
    close(out, signer)
    remove_checkpoint(out)
    write_people(people, measured, folder=out)
    return measured


@dataclass(frozen=True, slots=True)
class _Given:
    """What was said to one command."""

    digest_key: bytes | None = field(repr=False)
    command: tuple[str, ...]
    with_people: bool
    keeper: KeptFile


def _measured_into(out: Path, plan: Plan, given: _Given, effort: Effort) -> Measured:
    release = read_release(
        plan.project,
        base=plan.base,
        digest_key=given.digest_key,
        max_memory=effort.get("max_memory"),
    )
    measured = measure_timed(
        release,
        command=given.command,
        people=given.with_people,
        keeper=given.keeper,
        **effort_for(plan, effort, release),
    )
    execution = execution_to_bytes(measured.execution)
    write_files(out, {RUN: run_to_bytes(measured.run), EXECUTION: execution})
    return measured


def _declared(plan: Plan) -> dict[str, bytes]:
    return {DECLARED: declared_to_bytes(plan.project.declared)}
