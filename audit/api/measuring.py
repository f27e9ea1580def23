"""The verbs that see records: read a release, look before attacking, measure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict, Unpack

from audit.api.assessment import Frame
from audit.api.plan import Plan, plan_of, policy_of, with_plugins, with_tables
from audit.api.waiving import dated
from audit.errors import PolicyError, UsageError
from audit.evidence.execution import Execution
from audit.facts.measurement import AuditRun
from audit.facts.names import MEASURES
from audit.facts.project import Project
from audit.policy.plan import strictest_limits

if TYPE_CHECKING:
    from audit.data.release import Release
    from audit.harness.options import Options, Progress
    from audit.harness.resume import Keeper

Tabular: TypeAlias = Frame | str | Path
"""A data frame or Arrow table in memory, or the path or address of a table."""
Parameters: TypeAlias = Mapping[str, Mapping[str, object]]
"""Check id -> field -> value."""


class Effort(TypedDict, total=False):
    """How hard to look; everything has a default."""

    seed: int | None
    """None: derived from the synthetic data, so that nobody can shop for one."""
    jobs: int | None
    """Threads; None: one per core."""
    max_memory: int | None
    """Bytes."""
    timeout: float | None
    """Seconds for the whole run; what is not done by then is skipped."""
    check_timeout: float | None
    """Seconds for each check; one that takes longer is skipped, and the others go on."""
    only: Sequence[str]
    """Ids of the checks to run; empty: all."""
    skip: Sequence[str]
    """Ids of the checks to leave out."""
    parameters: Parameters
    plugins: Sequence[str]
    """Names of plug-ins whose checks run too; what is not named is not imported."""
    controls: Literal["off", "fast", "full"]
    """Plant leaks to see whether this audit would have noticed; fast by default."""
    on_progress: "Callable[[Progress], None] | None"


@dataclass(frozen=True, slots=True)
class Measured:
    """Facts, and how it went to get them."""

    run: AuditRun
    execution: Execution
    people: bytes | None = field(default=None, repr=False)
    """The restricted file about single people, where it was asked for and can be had."""


def read_release(
    project: Project | str | Path,
    *,
    base: Path | None = None,
    digest_key: bytes | None = None,
    max_memory: int | None = None,
) -> "Release":
    """Read the tables that a project names.

    Parameters
    ----------
    project
        An `audit.yaml`, or a `Project`.
    base
        Where relative paths start; the folder of the file, or the current one.
    digest_key
        Binds the run to the real tables.
    max_memory
        Bytes that the whole process may use; tables that would take most of them are refused.

    Raises
    ------
    DataError
        With every fault of every table; never with a cell.
    """
    from audit.data import release
    from audit.data.sheet import Limits
    from audit.harness.options import Options

    plan = plan_of(project, base=base)
    limits = Limits.within(max_memory or Options().max_memory)
    return release.read_release(plan.project, base=plan.base, digest_key=digest_key, limits=limits)


def release_of(
    plan: Plan,
    real: Tabular,
    synthetic: Tabular,
    holdout: Tabular | None = None,
    *,
    reference: Tabular | None = None,
    digest_key: bytes | None = None,
    max_memory: int | None = None,
) -> "Release":
    """Read a release from paths, or take it from data frames.

    Raises
    ------
    UsageError
        If some tables are paths and some are frames.
    """
    tables = {"real": real, "synthetic": synthetic, "holdout": holdout, "reference": reference}
    given = {side: table for side, table in tables.items() if table is not None}
    paths = {side: str(t) for side, t in given.items() if isinstance(t, str | Path)}
    if paths and len(paths) < len(given):
        raise UsageError(
            "some tables are paths and some are data frames",
            "Give all of them as paths, or all as data frames.",
        )
    if paths:
        named = with_tables(plan, **paths)
        return read_release(
            named.project, base=named.base, digest_key=digest_key, max_memory=max_memory
        )
    from audit.data.release import release_from_frames

    frames: dict[str, Frame] = {"holdout": None, "reference": None, **given}
    return release_from_frames(**frames, project=plan.project)


def measure(release: "Release", **effort: Unpack[Effort]) -> AuditRun:
    """Run the checks.

    The run is a function of the release, the parameters, the seed and the version.

    Raises
    ------
    UsageError
        If a check or a parameter does not exist.
    PluginError
        If a plug-in cannot be loaded.
    """
    return measure_timed(release, **effort).run


def measure_timed(
    release: "Release",
    *,
    command: Sequence[str] = (),
    people: bool = False,
    keeper: "Keeper | None" = None,
    **effort: Unpack[Effort],
) -> Measured:
    """Run the checks, and keep how it went.

    Parameters
    ----------
    people
        Hand out the evidence about single people.
    keeper
        Keeps what is finished, and knows what an interrupted run had finished.
    """
    from audit.harness import measure as harness

    options = replace(_options(effort), people=people)
    started = datetime.now(UTC)
    outcome = harness.measure(release, options=options, keeper=keeper or harness.NOWHERE)
    execution = Execution(
        started=started,
        ended=datetime.now(UTC),
        seconds=outcome.seconds,
        jobs=options.jobs,
        command=tuple(command),
        engine=neighbour_engine(),
        reused=outcome.reused,
    )
    return Measured(outcome.run, execution, outcome.people)


def neighbour_engine() -> str:
    """Tell what finds nearest neighbours here: the native engine or FAISS."""
    from audit.space.neighbours.kernel import level

    return f"native, {level()}" if level() else "FAISS"


def preflight(release: "Release", **effort: Unpack[Effort]) -> AuditRun:
    """Look at a release before anything is attacked: a run whose checks were all left out."""
    from audit.harness.plugins import load
    from audit.harness.registry import BUILTIN

    theirs = load(effort.get("plugins", ())).checks
    every = [check.card.id for check in (*BUILTIN, *theirs)]
    look: Effort = {**effort, "only": (), "skip": every, "controls": "off"}
    return measure(release, **look)


def effort_for(plan: Plan, effort: Effort, release: "Release | None" = None) -> Effort:
    """Add what the project says of checks; what is said by argument wins.

    Parameters
    ----------
    release
        Where it is given, as many people and statements are attacked as the limits of the policy
        take, unless somebody set how many.
    """
    said, stated = effort.get("parameters", {}), plan.project.parameters
    both: Parameters = {c: {**stated.get(c, {}), **said.get(c, {})} for c in {**stated, **said}}
    plugins = with_plugins(plan, effort.get("plugins", ())).project.plugins
    if release is not None:
        both = _enough(plan, release, both)
    return {**effort, "parameters": both, "plugins": plugins}


def _enough(plan: Plan, release: "Release", given: Parameters) -> Parameters:
    """Raise what the limits of the declared policy take; a policy that is faulty sets none."""
    from audit.harness.enough import enough_for

    declared = plan.project.declared
    try:
        policy = policy_of(plan)
        limits = strictest_limits(policy, dated(declared, policy))
    except PolicyError:
        # Measuring needs no policy; whoever grades will hear of it.
        return given
    ours = {check: fields for check, fields in given.items() if check in MEASURES}
    return {**given, **enough_for(limits, release, ours)}


def _options(effort: Effort) -> "Options":
    from audit.harness.controls.effort import Controls
    from audit.harness.options import Options

    given: dict[str, Any] = {k: v for k, v in effort.items() if v is not None}
    for key in ("only", "skip", "plugins"):
        given[key] = tuple(given.get(key, ()))
    if "controls" in given:
        given["controls"] = Controls(given["controls"])
    return Options(**given)
