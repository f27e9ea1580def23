"""The commands that read tables: demo, run, measure, preflight."""

import typer

from audit.cli.flags import Effort, Folder, Gate, Inputs, Paper, Restricted, Screen, Terms
from audit.cli.flags_edition import ForWhom, pages_from, parse_editions
from audit.cli.flags_endurance import Endurance
from audit.cli.flags_ledger import Kept, proofs_from
from audit.cli.flags_signing import Signing
from audit.cli.spread import with_flags
from audit.errors import DataError
from audit.facts.measurement import Severity


@with_flags
def demo(folder: Folder, paper: Paper, whom: ForWhom, screen: Screen) -> None:
    """Audit the bundled example: invented patients, and a release that leaks some of them."""
    from audit import api
    from audit.cli.bundled import demo_project
    from audit.cli.outcome import command_line, show, told
    from audit.cli.parsing import parse_formats
    from audit.cli.progress import progress_bar

    formats, editions = parse_formats(paper.formats), parse_editions(whom)
    with progress_bar(silent=screen.is_silent) as on_progress:
        done = api.audit_into(
            folder.out,
            api.plan_of(demo_project()),
            formats=formats,
            editions=editions,
            command=command_line(),
            on_progress=on_progress,
        )
    code = told(done.assessment.exit_code)
    tail = f"This was a demonstration and answers 0; a gate would get {code}."
    show(done.assessment, done.saved, screen=screen, tail=tail)


@with_flags
def run(
    inputs: Inputs,
    terms: Terms,
    gate: Gate,
    effort: Effort,
    endurance: Endurance,
    folder: Folder,
    restricted: Restricted,
    kept: Kept,
    signing: Signing,
    paper: Paper,
    whom: ForWhom,
    screen: Screen,
) -> None:
    """Audit a release, write the report, and answer with the verdict."""
    from audit import api
    from audit.cli.inputs import effort_from, key_from, plan_from
    from audit.cli.outcome import command_line, leave, tell_people
    from audit.cli.progress import progress_bar
    from audit.cli.resumed import tell_reused

    plan, pages = plan_from(inputs, terms), pages_from(paper, gate, whom)
    key, proofs = key_from(inputs.digest_key), proofs_from(kept, signing, folder.out)
    with progress_bar(silent=screen.is_silent) as on_progress:
        done = api.audit_into(
            folder.out,
            plan,
            **pages,
            digest_key=key,
            people=restricted.people,
            command=command_line(),
            resume=endurance.resume,
            **proofs,
            **effort_from(effort, on_progress, endurance),
        )
    tell_people(restricted.people)
    tell_reused(done.assessment.execution, endurance, screen=screen)
    leave(done.assessment, done.saved, screen=screen, gate=gate)


@with_flags
def measure(
    inputs: Inputs,
    effort: Effort,
    endurance: Endurance,
    folder: Folder,
    restricted: Restricted,
    signing: Signing,
    screen: Screen,
) -> None:
    """Attack a release and write the measurements; nothing is graded."""
    from audit import api
    from audit.cli.inputs import effort_from, key_from, plan_from
    from audit.cli.keys import signer_from
    from audit.cli.outcome import command_line, show_measured, tell_people
    from audit.cli.progress import progress_bar
    from audit.cli.resumed import tell_reused

    plan, key = plan_from(inputs), key_from(inputs.digest_key)
    signer = signer_from(signing, folder.out)
    with progress_bar(silent=screen.is_silent) as on_progress:
        done = api.measure_into(
            folder.out,
            plan,
            digest_key=key,
            people=restricted.people,
            command=command_line(),
            signer=signer,
            resume=endurance.resume,
            **effort_from(effort, on_progress, endurance),
        )
    tell_people(restricted.people)
    tell_reused(done.execution, endurance, screen=screen)
    show_measured(done.run, folder.out, screen=screen)


@with_flags
def preflight(inputs: Inputs, terms: Terms, effort: Effort, screen: Screen) -> None:
    """Look at a release before anything is attacked; answer 3 if something blocks an audit."""
    from audit import api
    from audit.cli.inputs import effort_from, key_from, plan_from
    from audit.cli.outlook import outlook_lines
    from audit.cli.screen import emit, say
    from audit.wire.outlook import preflight_to_bytes

    plan = plan_from(inputs, terms)
    api.require_auditable(plan)
    key = key_from(inputs.digest_key)
    given = effort_from(effort, None)
    release = api.read_release(
        plan.project, base=plan.base, digest_key=key, max_memory=given.get("max_memory")
    )
    asked = api.effort_for(plan, given, release)
    seen = api.foresee(release, plan, setting=effort.controls.value, **asked)
    if screen.as_json:
        emit(preflight_to_bytes(seen.run, seen.outlook))
    elif not screen.quiet:
        say(outlook_lines(seen))
    if any(fact.status is Severity.BLOCKING for fact in seen.run.preflight):
        raise typer.Exit(DataError.exit_code)
