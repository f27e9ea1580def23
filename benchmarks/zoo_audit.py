"""One audited generator: what each check and each rule said, and whether that fits the truth."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from audit.data.release import Release, release_from_frames
from audit.facts.judgement import Declared, Finding, FindingStatus, Verdict, VerdictStatus
from audit.facts.measurement import AuditRun, Measurement, Result
from audit.facts.names import FAMILIES, NEVER_GRADED
from audit.harness.measure import measure
from audit.harness.options import Options
from audit.policy.grade import grade
from audit.policy.load import resolve
from audit.wire.project import project_from_bytes
from benchmarks.zoo_external import EXTERNAL, External, external_release
from fixtures.generators.project import project as project_file
from fixtures.generators.zoo.people import draw_pools
from fixtures.generators.zoo.registry import BY_NAME, SEED, SIZES, Generator

POLICY, STRICT = "internal-sharing", "gdpr-anonymisation-wp29"
N_PREDICATES = 1_000
"""Statements per singling-out attack: a quarter of what an audit makes, to save time."""
WHOLE = Options(
    jobs=1,
    controls="off",
    parameters={
        check: {"n_predicates": N_PREDICATES}
        for check in ("singling-out-univariate", "singling-out-multivariate")
    },
)
"""Every check, without controls."""
HEADLINES = (
    "sparse_share",
    "auc",
    "excess",
    "privacy_loss",
    "left_tail",
    "share",
    "meaningful_excess",
    "ppv",
)
"""The measurement that speaks for a check: the first of these that it has."""


class Noticed(StrEnum):
    """What became of a check, the loudest first."""

    FAIL = "fail"
    ALARM = "alarm"
    SIGNIFICANT = "significant"
    QUIET = "quiet"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Said:
    """What one check said."""

    noticed: Noticed
    measure: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is kept of one audited generator."""

    name: str
    verdict: VerdictStatus
    rules: Mapping[str, str]
    """Rule -> status of its finding."""
    checks: Mapping[str, Said]

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)

    def ruled(self, status: FindingStatus) -> list[str]:
        """Return the rules that ended so, in the order of the policy."""
        return [rule for rule, ended in self.rules.items() if ended == status]


def from_json(raw: Mapping[str, Any]) -> Seen:
    """Read back what `as_json` gave."""
    checks = {
        check: Said(Noticed(said["noticed"]), said["measure"], said["value"])
        for check, said in raw["checks"].items()
    }
    return Seen(raw["name"], VerdictStatus(raw["verdict"]), raw["rules"], checks)


def entry_of(name: str) -> Generator | External:
    """Return the generator, or the release of others, of this name."""
    return BY_NAME[name] if name in BY_NAME else EXTERNAL[name]


def release_by(
    generator: Generator, *, seed: int = SEED, sizes: tuple[int, int] = SIZES
) -> Release:
    """Draw people, let the generator make its release, and put the three together."""
    real, holdout = draw_pools(sizes, seed, several_stays=generator.several_stays)
    synthetic = generator.generate(real, np.random.default_rng([seed, 1]))
    declared = project_from_bytes(project_file("fresh").encode(), "audit.yaml")
    return release_from_frames(real, synthetic, holdout, project=declared)


def audited(
    name: str, *, seed: int = SEED, sizes: tuple[int, int] = SIZES, options: Options = WHOLE
) -> Seen:
    """Make a release, audit it and grade it; what `options` say of the seed does not count."""
    if name in BY_NAME:
        release = release_by(BY_NAME[name], seed=seed, sizes=sizes)
        declared = project_from_bytes(project_file("fresh").encode(), "audit.yaml").declared
        policy = POLICY
    else:
        release, declared, policy = external_release(name, seed), Declared(), STRICT
    run = measure(release, options=replace(options, seed=seed)).run
    verdict = grade(resolve(policy), run, declared)
    rules = {f.rule.id: f.status.value for f in verdict.findings}
    return Seen(name, verdict.status, rules, said_by(run, verdict))


def said_by(run: AuditRun, verdict: Verdict) -> dict[str, Said]:
    """Return what each check of a run said that can raise its voice."""
    heard = (r for r in run.results if r.card.id not in NEVER_GRADED)
    return {r.card.id: _said(r, verdict) for r in heard}


def _said(result: Result, verdict: Verdict) -> Said:
    findings = [f for f in verdict.findings if f.rule.measure.split(".")[0] == result.card.id]
    main = _headline(result)
    if main is None:
        return Said(Noticed.SKIPPED, "", None)
    return Said(_noticed(findings, main), main.name, main.estimate.value)


def _noticed(findings: list[Finding], main: Measurement) -> Noticed:
    statuses = {f.status for f in findings}
    if FindingStatus.FAIL in statuses:
        return Noticed.FAIL
    if FindingStatus.ALARM in statuses:
        return Noticed.ALARM
    is_significant = main.p_value is not None and main.p_value <= 0.05
    return Noticed.SIGNIFICANT if is_significant else Noticed.QUIET


def _headline(result: Result) -> Measurement | None:
    """Return the measurement that speaks for the whole check."""
    named = {m.name: m for m in reversed(result.measurements) if _is_whole(m.scope)}
    return next((named[name] for name in HEADLINES if name in named), None)


def _is_whole(scope: Mapping[str, str]) -> bool:
    return not scope or ("over" in scope and "subset" not in scope and scope.get("k", "1") == "1")


def faults(seen: Seen) -> Iterator[str]:
    """Yield a line for everything that does not fit the truth."""
    entry = entry_of(seen.name)
    if seen.verdict not in entry.expected:
        yield f"{seen.name}: {seen.verdict.value}, expected {' or '.join(sorted(entry.expected))}"
    if not isinstance(entry, Generator):
        return
    failed = set(seen.ruled(FindingStatus.FAIL))
    loud = {
        FAMILIES[check]
        for check, said in seen.checks.items()
        if said.noticed in (Noticed.FAIL, Noticed.ALARM, Noticed.SIGNIFICANT)
    }
    yield from (f"{seen.name}: {rule} does not fail" for rule in sorted(entry.fails - failed))
    yield from (f"{seen.name}: {rule} fails" for rule in sorted(entry.holds & failed))
    yield from (f"{seen.name}: {family} is quiet" for family in sorted(entry.found_by - loud))
