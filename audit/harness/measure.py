"""Run the checks: who is skipped and why, what a crash becomes, and in which order all happens."""

import hashlib
import os
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from threadpoolctl import threadpool_limits

from audit.contract.arms import Side
from audit.contract.check import Check, NothingToTry
from audit.contract.lab import Lab
from audit.data.release import Release
from audit.errors import UsageError
from audit.facts.measurement import (
    AuditRun,
    ColumnFacts,
    ControlFact,
    Need,
    Provenance,
    ReleaseFacts,
    Result,
    Status,
)
from audit.facts.reasons import ReasonCode
from audit.harness.containment import CrashedError
from audit.harness.controls import EFFORTS, Controls, Effort, Trial
from audit.harness.disclosure_gate import Gate, rounded
from audit.harness.limits import OutOfMemory, OutOfTime, watch
from audit.harness.options import MeasureOutcome, Options, Progress
from audit.harness.people_file import people_file
from audit.harness.plugins import Plugins, load
from audit.harness.preflight import preflight
from audit.harness.registry import configured, find
from audit.harness.resume import Book, Keeper, Nowhere, Tried, opened
from audit.harness.worst_case_membership import MembershipWorstCase
from audit.version import VERSION
from audit.wire.result import require_writable

NOWHERE = Nowhere()
TOOL = "synthgate"
FEWEST_PEOPLE = 2
"""On either side: of one person nobody can say how people differ."""
_PEOPLE = (Side.REAL, Side.HOLDOUT)
T = TypeVar("T")


def measure(release: Release, *, options: Options, keeper: Keeper = NOWHERE) -> MeasureOutcome:
    """Run every check on a release.

    A check that cannot run is skipped with a reason, one that crashes has failed with type and
    place; neither ends the run. What `keeper` knows to be finished is not done again.

    Raises
    ------
    UsageError
        If a check or parameter that was asked for does not exist.
    PluginError
        If a plug-in that was named cannot be loaded.
    """
    plugins = load(options.plugins)
    checks, asked = configured(options.parameters, plugins.checks), _asked(options, plugins)
    gate = Gate(release.aliases)
    seed = derived_seed(release) if options.seed is None else options.seed
    look = watch(options.timeout, options.max_memory)
    lab = Lab(
        release,
        seed=seed,
        memory=options.max_memory // 4,
        jobs=options.jobs or os.cpu_count() or 1,
        checkpoint=look,
    )
    book = opened(keeper, release, options, seed=seed, plugins=plugins.facts)
    with threadpool_limits(options.jobs):
        seconds: dict[str, float] = {}
        # What the numbers are worth must be known, however little time is left for them.
        patient = replace(lab, checkpoint=watch(None, options.max_memory))
        facts = _timed("preflight", seconds, lambda: preflight(patient))
        results = []
        for i, check in enumerate(checks):
            _report(options, check.card.id, i, len(checks))
            look.begin(options.check_timeout)
            one = partial(_timed, check.card.id, seconds, partial(_one, check, lab, gate, asked))
            results.append(_again(check, options, book, one))
        look.begin()
        controls: tuple[ControlFact, ...] = ()
        if options.controls != Controls.OFF:
            _report(options, "controls", len(checks), len(checks))
            tried = partial(_controls, checks, results, lab, EFFORTS[options.controls])
            controls = book.controls(results, partial(_timed, "controls", seconds, tried))
    run = AuditRun(
        provenance=_provenance(release, options, seed=seed, plugins=plugins),
        release=_release_facts(release, gate),
        preflight=tuple(gate.preflight(f) for f in facts),
        results=tuple(results),
        controls=controls,
    )
    people = people_file(checks, results, lab) if options.people else None
    return MeasureOutcome(run, seconds, tuple(book.reused), people)


def derived_seed(release: Release) -> int:
    """Return the first 6 bytes of SHA-256 over the synthetic content and the version.

    Neither policy nor real data enter, and row order and file format are removed: nobody can shop
    for a seed without changing the release itself.
    """
    text = f"{release.content_digest}/{VERSION}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def _asked(options: Options, plugins: Plugins) -> Callable[[str], bool]:
    for check_id in (*options.only, *options.skip):
        find(check_id, plugins.checks)
    if options.only and options.skip:
        raise UsageError("--only and --skip exclude each other", "Name what to run, or what not.")
    return lambda i: (i in options.only) if options.only else (i not in options.skip)


def _again(check: Check, options: Options, book: Book, one: Callable[[], Result]) -> Result:
    """Return the result that is known already, or of the check that is run now."""
    if options.people and isinstance(check, MembershipWorstCase):
        # What it finds out about single people is kept nowhere, so it is found out anew.
        return one()
    return book.result(check.card.id, one)


def _one(check: Check, lab: Lab, gate: Gate, asked: Callable[[str], bool]) -> Result:
    card = check.card
    if not asked(card.id):
        return Result(card, Status.SKIPPED, ReasonCode.SKIPPED_ON_REQUEST)
    missing = unmet(check, lab)
    if missing is not None:
        return Result(card, Status.SKIPPED, missing)
    try:
        lab.checkpoint()
        result = gate.result(card, check.params, check.run(lab.for_check(card.id)))
        # What no file can hold has failed here, and does not cost all others at the end.
        require_writable(result, card.id)
    except CrashedError as crash:
        return Result(card, Status.FAILED, ReasonCode.CHECK_FAILED, failure=crash.message)
    except NothingToTry:
        return Result(card, Status.SKIPPED, ReasonCode.NOTHING_TO_TRY)
    except OutOfTime:
        return Result(card, Status.SKIPPED, ReasonCode.TIMEOUT)
    except (OutOfMemory, MemoryError):
        # What is kept for others is made again if they want it; else none of them would get room.
        lab.kept.clear()
        return Result(card, Status.SKIPPED, ReasonCode.OUT_OF_MEMORY)
    except Exception as crash:
        # Type and place only: the message of a library may quote a cell.
        return Result(card, Status.FAILED, ReasonCode.CHECK_FAILED, failure=_place(crash))
    return result


def _place(crash: Exception) -> str:
    frames = traceback.extract_tb(crash.__traceback__)
    ours = [f for f in frames if f"{Path(__file__).parent.parent.name}/" in f.filename] or frames
    return f"{type(crash).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"


def unmet(check: Check, lab: Lab) -> ReasonCode | None:
    """Return why a check cannot run on this release, or None."""
    schema, needs = lab.schema, check.card.needs
    if Need.HOLDOUT in needs and not lab.has_holdout:
        return ReasonCode.NO_HOLDOUT
    if Need.HOLDOUT in needs and min(lab.table(s).n_people for s in _PEOPLE) < FEWEST_PEOPLE:
        return ReasonCode.TOO_FEW_PEOPLE
    fewest = 2 if Need.TWO_COLUMNS in needs else int(Need.HOLDOUT in needs)
    if len(schema.comparable()) < fewest:
        return ReasonCode.TOO_FEW_COLUMNS
    if Need.QUASI_IDENTIFIERS in needs and len(schema.quasi_identifiers()) < 2:
        return ReasonCode.NO_QUASI_IDENTIFIER
    if Need.SECRET in needs and not schema.secrets():
        return ReasonCode.NO_SECRET
    return None


def _controls(
    checks: Sequence[Check], results: Sequence[Result], lab: Lab, effort: Effort
) -> Tried:
    """Try the checks that measured something: would they have noticed, are they quiet?"""
    measured = [c for c, r in zip(checks, results, strict=True) if r.status is Status.MEASURED]
    found: list[ControlFact] = []
    whole = True
    try:
        found.extend(Trial(lab, effort).facts(measured))
    except (OutOfTime, OutOfMemory, MemoryError):
        # Nothing is known of the controls that are left, so nothing is said of them.
        whole = False
    return Tried(tuple(_rounded(fact) for fact in found), whole)


def _rounded(fact: ControlFact) -> ControlFact:
    numbers = {k: rounded(v) for k, v in fact.numbers.items()}
    curve = tuple(replace(p, noticed=rounded(p.noticed)) for p in fact.curve)
    return replace(fact, numbers=numbers, curve=curve)


def _timed(name: str, seconds: dict[str, float], work: Callable[[], T]) -> T:
    start = time.monotonic()
    done = work()
    seconds[name] = round(time.monotonic() - start, 3)
    return done


def _report(options: Options, check_id: str, index: int, total: int) -> None:
    if options.on_progress is not None:
        options.on_progress(Progress(check_id, index, total))


def _provenance(release: Release, options: Options, *, seed: int, plugins: Plugins) -> Provenance:
    parameters = {k: dict(v) for k, v in options.parameters.items()}
    return Provenance(
        tool=TOOL,
        version=VERSION,
        seed=seed,
        seed_source="derived" if options.seed is None else "given",
        inputs=release.digests,
        parameters=parameters,  # type: ignore[arg-type]
        plugins=plugins.facts,
    )


def _release_facts(release: Release, gate: Gate) -> ReleaseFacts:
    columns = tuple(
        ColumnFacts(
            gate.name(c.name),
            c.kind.value,
            tuple(sorted(r.value for r in c.roles)),
            "declared" if c.roles_declared else "assumed",
        )
        for c in release.schema
    )
    people = {"real": release.real.n_people}
    if release.holdout is not None:
        people["holdout"] = release.holdout.n_people
    split = replace(release.split, strata=tuple(gate.name(c) for c in release.split.strata))
    return ReleaseFacts(release.name, gate.name(release.unit), split, columns, people)
