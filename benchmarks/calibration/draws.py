"""One audited draw: what each measurement said beside the truth, and what each rule concluded."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import audit
from audit.contract.strata import OTHERS, VULNERABLE
from audit.facts.judgement import Declared, Policy, Tier
from audit.facts.measurement import AuditRun, Measurement
from audit.harness.measure import measure
from audit.harness.options import Options
from audit.policy.grade import grade
from audit.policy.load import resolve
from audit.wire.project import project_from_bytes
from benchmarks.calibration.populations import Cell, Sizes, draw_release
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
    """Draw a release, audit it and grade it under both policies."""
    release = draw_release(cell, number)
    parameters = {} if cell.population == "adult" else PARAMETERS
    options = Options(seed=number, jobs=1, controls="off", parameters=parameters)
    run = measure(release, options=options).run
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
    return Draw(cell, number, tuple(_seen(run)), tuple(ruled), verdicts)


def _policy(name: str) -> Policy:
    return resolve(name)


def _declared(tier: Tier) -> Declared:
    """Return what the invented hospital states, in the context of the policy."""
    stated = project_from_bytes(project_file("demo").encode(), "audit.yaml").declared
    return replace(stated, tier=tier)


def _seen(run: AuditRun) -> Iterator[Seen]:
    for result in run.results:
        for m in result.measurements:
            if m.null_value is not None:
                yield _kept(f"{result.card.id}.{m.name}", m)


def _kept(measure_id: str, m: Measurement) -> Seen:
    e = m.estimate
    assert m.null_value is not None
    return Seen(
        measure_id, dict(m.scope), e.value, e.low, e.high, m.null_value, m.p_value, e.is_exact
    )


def source_digest() -> str:
    """Return a digest of the code under study: rows of other code are never reused."""
    root = Path(audit.__file__).parent
    here = Path(__file__).parent
    files = sorted([*root.rglob("*.py"), *root.rglob("*.yaml"), *here.glob("*.py")])
    digest = sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def to_line(draw: Draw, digest: str) -> str:
    """Return one draw as a line of JSON."""
    return json.dumps({"code": digest, **asdict(draw)})


def from_lines(lines: Iterable[str], digest: str) -> Iterator[Draw]:
    """Read back the draws that this code made."""
    for line in lines:
        raw = json.loads(line)
        if raw.pop("code") == digest:
            yield _draw(raw)


def _draw(raw: dict[str, Any]) -> Draw:
    population, sizes, leak = raw["cell"]
    return Draw(
        Cell(population, Sizes(*sizes), leak),
        raw["number"],
        tuple(Seen(**s) for s in raw["seen"]),
        tuple(Ruled(**r) for r in raw["ruled"]),
        raw["verdicts"],
    )
