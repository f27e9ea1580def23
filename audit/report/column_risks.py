"""How exposed every column is, held against the limit that is about it: the rows of columns.csv.

Several attacks compete for one secret, so the ends of the strongest alone would flatter: the value
is the largest, the upper end the largest of all, and the lower end the largest of lower ends that
hold together (Bonferroni over the attacks, by normal errors). The status says where a column
stands. It is no finding: rules are decided on the worst secret of all, by the run.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import NormalDist

from audit.facts.estimate import Estimate
from audit.facts.judgement import Finding, Verdict
from audit.facts.measurement import AuditRun, ColumnFacts, Measurement, Result, Status
from audit.facts.schema import Role
from audit.report.sentences import has, say
from audit.text import safe_text

SECRETS = "attribute-inference-worst-case.excess"
REPLAY = "value-replay.sparse_share"
HEADS = (
    "column",
    "kind",
    "role",
    "roles_are",
    "risk",
    "low",
    "high",
    "limit",
    "rule",
    "status",
    "reason",
)


@dataclass(frozen=True, slots=True)
class Exposure:
    """What the attacks on one column reached."""

    value: float
    low: float | None
    high: float | None
    measure: str

    @property
    def estimate(self) -> Estimate:
        """The number with its ends."""
        return Estimate(self.value, self.low, self.high, 0.95, "together")

    def against(self, limit: float | None) -> str:
        """Return where it stands: beyond, within, open, or no_limit."""
        if limit is None:
            return "no_limit"
        if self.low is not None and self.low > limit:
            return "beyond"
        return "within" if self.high is not None and self.high <= limit else "open"


def column_risks(run: AuditRun, verdict: Verdict) -> tuple[tuple[str, ...], ...]:
    """Return a row per column, in the order of `HEADS`: the most exposed first."""
    exposed = {**secret_exposure(run), **_replayed(run)}
    rules = {f.rule.measure: f for f in verdict.findings if not f.rule.where}
    ordered = sorted(
        run.release.columns,
        key=lambda c: (c.name not in exposed, -_value(exposed.get(c.name)), c.source != "assumed"),
    )
    return tuple(tuple(_row(column, exposed.get(column.name), rules, run)) for column in ordered)


def _value(found: Exposure | None) -> float:
    return 0.0 if found is None else found.value


def _row(
    column: ColumnFacts, found: Exposure | None, rules: Mapping[str, Finding], run: AuditRun
) -> Iterator[str]:
    yield safe_text(column.name, 60)
    yield safe_text(column.kind, 20)
    yield ", ".join(role_words(role) for role in column.roles)
    yield "assumed" if column.source == "assumed" else "declared"
    if found is None:
        yield from ("", "", "", "", "", *_unmeasured(column, run))
        return
    finding = rules.get(found.measure)
    limit = None if finding is None else finding.limit
    yield from (_plain(found.value), _plain(found.low), _plain(found.high), _plain(limit))
    yield "" if finding is None else safe_text(finding.rule.id, 40)
    status = found.against(limit)
    yield say("column_status", status)
    kind = "replay" if found.measure == REPLAY else "secret"
    yield say("column_reason", f"{kind}_{status}")


def _unmeasured(column: ColumnFacts, run: AuditRun) -> tuple[str, str]:
    if Role.SENSITIVE in column.roles:
        result = run.result(SECRETS.partition(".")[0])
        code = None if result is None else result.reason_code
        reason = say("reason", code.value if code else "not_measured", **_numbers(result))
        return say("column_status", "not_measured"), reason
    role = next((r for r in column.roles if has("column_reason", r)), "ordinary")
    return say("column_status", "not_attacked"), say("column_reason", role)


def _numbers(result: Result | None) -> Mapping[str, float]:
    return {} if result is None else result.reason_numbers


def secret_exposure(run: AuditRun) -> dict[str, Exposure]:
    """Return every secret with what all attacks on it reached together."""
    check, _, name = SECRETS.partition(".")
    result = run.result(check)
    if result is None or result.status is not Status.MEASURED:
        return {}
    attacks: dict[str, list[Measurement]] = {}
    for measured in result.measurements:
        if measured.name == name and "secret" in measured.scope and "subset" not in measured.scope:
            attacks.setdefault(measured.scope["secret"], []).append(measured)
    return {secret: _together(found) for secret, found in attacks.items()}


def _together(found: list[Measurement]) -> Exposure:
    """Join attacks on one secret: ends that hold for all of them at once."""
    estimates = [m.estimate for m in found]
    single = NormalDist().inv_cdf(0.95)
    wider = NormalDist().inv_cdf(1 - 0.05 / len(found)) / single
    lows = [e.value - wider * (e.value - e.low) for e in estimates if e.low is not None]
    highs = [e.high for e in estimates if e.high is not None]
    return Exposure(
        value=max(e.value for e in estimates),
        low=max(lows, default=None),
        high=max(highs) if len(highs) == len(estimates) else None,
        measure=SECRETS,
    )


def _replayed(run: AuditRun) -> dict[str, Exposure]:
    check, _, name = REPLAY.partition(".")
    result = run.result(check)
    return {
        m.scope["column"]: Exposure(m.estimate.value, m.estimate.low, m.estimate.high, REPLAY)
        for m in (() if result is None else result.measurements)
        if m.name == name and set(m.scope) == {"column"}
    }


def role_words(role: str) -> str:
    """Return the role of a column in words."""
    known = {r.value for r in Role}
    return say("role", role) if role in known and has("role", role) else safe_text(role, 24)


def _plain(number: float | None) -> str:
    """Write a number as `run.json` does, for a program or a spreadsheet."""
    return "" if number is None else f"{number:.6g}"
