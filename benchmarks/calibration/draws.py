"""One audited draw: what each measurement said beside the truth, and what each rule concluded."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from audit.contract.strata import OTHERS, VULNERABLE
from audit.facts.judgement import Declared, Policy, Tier
from audit.facts.measurement import AuditRun, Measurement
from audit.harness.controls import Controls
from audit.harness.measure import measure
from audit.harness.options import Options
from audit.harness.registry import BUILTIN
from audit.policy.grade import grade
from audit.policy.load import resolve
from audit.wire.project import project_from_bytes
from benchmarks.calibration.cells import Cell, Sizes
from benchmarks.calibration.mechanisms import MECHANISMS
from benchmarks.calibration.populations import draw_release
from fixtures.generators.project import project as project_file

N_PREDICATES = 500
"""Statements per singling-out attack: an eighth of what an audit makes, to save time. On Adult,
where it is the chance to be met that is asked for, as many as in an audit."""
_PEOPLE = {VULNERABLE: "vulnerable people", OTHERS: "other people"}
EACH_VARIANT, EACH_PART = "each variant", "each part of the people"
PARAMETERS: Mapping[str, Mapping[str, object]] = {
    check: {"n_predicates": N_PREDICATES}
    for check in ("singling-out-univariate", "singling-out-multivariate")
}
BOUNDS = frozenset({"epsilon_lower", "epsilon_lower_paired", "mu_lower"})
"""Lower bounds, which have no upper end and no null of their own: without a leak they are 0."""
BOUNDING = tuple(c.card.id for c in BUILTIN if BOUNDS & set(c.card.measures))
"""What is run where epsilon is known."""
POLICIES: Mapping[str, Tier] = {
    "gdpr-anonymisation-wp29": Tier.PUBLIC,
    "internal-sharing": Tier.INTERNAL,
}


@dataclass(frozen=True)
class Seen:
    """A measurement that has a value without a leak."""

    measure: str
    scope: dict[str, str]
    value: float
    low: float | None
    high: float | None
    null: float
    p: float | None
    exact: bool

    @property
    def part(self) -> str:
        """What of its check it speaks for; empty for the whole."""
        subset = self.scope.get("subset")
        if subset is None:
            return "" if not self.scope or "over" in self.scope else EACH_VARIANT
        if len(self.scope) == 1 and subset in _PEOPLE:
            return _PEOPLE[subset]
        return EACH_PART


@dataclass(frozen=True)
class Ruled:
    """What a rule concluded, and how likely a pass was said to be for a private release."""

    policy: str
    rule: str
    measure: str
    status: str
    reason: str | None
    promised: float | None


@dataclass(frozen=True)
class Draw:
    """All that is kept of one audited release."""

    cell: Cell
    number: int
    seen: tuple[Seen, ...]
    ruled: tuple[Ruled, ...]
    verdicts: dict[str, str]


def audited(cell: Cell, number: int) -> Draw:
    """Draw a release, audit it and grade it under both policies.

    Where a generator of known epsilon made it, only what bounds epsilon is run, and nothing graded.
    """
    release = draw_release(cell, number)
    bounding = cell.kind in MECHANISMS
    parameters = {} if cell.population == "adult" else PARAMETERS
    options = Options(
        seed=number,
        jobs=1,
        controls=Controls.OFF,
        parameters=parameters,
        only=BOUNDING if bounding else (),
    )
    run = measure(release, options=options).run
    verdicts, ruled = ({}, []) if bounding else _graded(run)
    return Draw(cell, number, tuple(_seen(run)), tuple(ruled), verdicts)


def _graded(run: AuditRun) -> tuple[dict[str, str], list[Ruled]]:
    verdicts, ruled = {}, []
    for name, tier in POLICIES.items():
        verdict = grade(_policy(name), run, _declared(tier))
        verdicts[name] = verdict.status.value
        ruled += [
            Ruled(
                name,
                f.rule.id,
                f.rule.measure,
                f.status.value,
                None if f.reason_code is None else f.reason_code.value,
                f.pass_probability_if_safe,
            )
            for f in verdict.findings
        ]
    return verdicts, ruled


def _policy(name: str) -> Policy:
    return resolve(name)


def _declared(tier: Tier) -> Declared:
    """Return what the invented hospital states, in the context of the policy."""
    stated = project_from_bytes(project_file("fresh").encode(), "audit.yaml").declared
    return replace(stated, tier=tier)


def _seen(run: AuditRun) -> Iterator[Seen]:
    for result in run.results:
        for m in result.measurements:
            null = 0.0 if m.name in BOUNDS else m.null_value
            if null is not None:
                yield _kept(f"{result.card.id}.{m.name}", m, null)


def _kept(measure_id: str, m: Measurement, null: float) -> Seen:
    e = m.estimate
    return Seen(measure_id, dict(m.scope), e.value, e.low, e.high, null, m.p_value, e.is_exact)


def to_line(draw: Draw, digest: str) -> str:
    """Return one draw as a line of JSON."""
    return json.dumps({"code": digest, **asdict(draw)})


def from_lines(lines: Iterable[str], digest: str) -> Iterator[Draw]:
    """Read back the draws that this code made; a line cut short by an interrupt is none."""
    for line in lines:
        if line.startswith(f'{{"code": "{digest}"') and line.endswith("}"):
            raw = json.loads(line)
            del raw["code"]
            yield _draw(raw)


def _draw(raw: dict[str, Any]) -> Draw:
    population, sizes, *leak = raw["cell"]
    return Draw(
        Cell(population, Sizes(*sizes), *leak),
        raw["number"],
        tuple(Seen(**s) for s in raw["seen"]),
        tuple(Ruled(**r) for r in raw["ruled"]),
        raw["verdicts"],
    )
