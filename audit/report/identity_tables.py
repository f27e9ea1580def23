"""What describes the tables of a release: anonymity models and apparent matches."""

from collections.abc import Iterable

from audit.facts.measurement import AuditRun, Family, Measurement, Result
from audit.report.digits import look_for, write
from audit.report.names import check_name, measurement_name, scope_words
from audit.report.pieces import Table

_MATCHING = ("max_probability", "meaningful")
MOST_ROWS = 24


def described_table(results: Iterable[Result], run: AuditRun) -> Table | None:
    """Return what the identity checks describe, beside the table of matches; None without any."""
    rows = [
        _row(result, m, run)
        for result in results
        if result.card.family is Family.IDENTITY
        for m in result.measurements
        if not m.name.startswith(_MATCHING) and not m.name.endswith("_control")
    ]
    if not rows:
        return None
    hidden = len(rows) - MOST_ROWS
    return Table(
        caption="As the tables stand",
        scope="anonymity models and apparent matches; no guarantee for synthetic data",
        heads=("Check", "Measurement", "On", "Value"),
        rows=tuple(rows[:MOST_ROWS]),
        right=frozenset({3}),
        more=f"and {hidden} more, in run.json" if hidden > 0 else "",
    )


def _row(result: Result, measured: Measurement, run: AuditRun) -> tuple[str, ...]:
    return (
        check_name(result.card.id, run),
        measurement_name(measured.name),
        scope_words(measured.scope, run) if measured.scope else "",
        write(measured.estimate.value, look_for(measured.name)),
    )
