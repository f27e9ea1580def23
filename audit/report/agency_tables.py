"""What statistical agencies count: rates beside their control, and what describes combinations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from audit.facts.measurement import AuditRun, Measurement, Result
from audit.report.digits import Look, look_for, write, write_ends
from audit.report.names import (
    check_name,
    measurement_name,
    question_of,
    reading_of,
    scope_words,
)
from audit.report.pieces import Table
from audit.report.sentences import say

MOST_ROWS = 8
MOST_OF_EACH = 2
RATED = ("correct-attribution", "reconstruction")
_ATTRIBUTED = ("tcap", "cap", "gcap")
_COUNTED = ("disco", "repu", "rapid")
_DESCRIBED = (
    "dorig",
    "key_share",
    "disclosive_share",
    "unique_real",
    "unique_synthetic",
    "unique_both",
)
_RATE, _POINTS = Look(100, 1), Look(100, 1)


def agency_tables(results: Sequence[Result], run: AuditRun) -> Iterator[Table]:
    """Yield rates beside control and excess, then the published quantities of agencies."""
    for result in results:
        if result.card.id in RATED:
            yield from _rates(result, run)
        yield from _compared(result, run)
        yield from _described(result, run)


def _rates(result: Result, run: AuditRun) -> Iterator[Table]:
    found = [m for m in _named(result, "excess") if not {"over", "subset"} & m.scope.keys()]
    if not found:
        return
    ordered = sorted(found, key=lambda m: -m.estimate.value)
    hidden = len(ordered) - MOST_ROWS
    yield Table(
        caption=check_name(result.card.id, run),
        scope=say("agencies", "rates"),
        heads=("On", "Attack", "Control", "Baseline", "Excess", "95 % ends"),
        rows=tuple(_rates_row(result, m, run) for m in ordered[:MOST_ROWS]),
        right=frozenset({1, 2, 3, 4}),
        ends=frozenset({5}),
        more=f"and {hidden} more, in run.json" if hidden > 0 else "",
        question=question_of(result.card.id),
        reading=reading_of(result.card.id),
    )


def _rates_row(result: Result, excess: Measurement, run: AuditRun) -> tuple[str, ...]:
    rates = (
        _beside(result, name, excess.scope)
        for name in ("attack_rate", "control_rate", "baseline_rate")
    )
    return (
        scope_words(excess.scope, run),
        *("" if m is None else write(m.estimate.value, _RATE) for m in rates),
        write(excess.estimate.value, _POINTS),
        write_ends(excess.estimate, _POINTS),
    )


def _compared(result: Result, run: AuditRun) -> Iterator[Table]:
    """Yield what is counted over real and over holdout people."""
    rows: list[tuple[str, ...]] = []
    for name in (*_ATTRIBUTED, *_COUNTED):
        found = sorted(_named(result, name), key=lambda m: -_gap(result, m))
        rows += [_compared_row(result, m, run) for m in found[:MOST_OF_EACH]]
    if not rows:
        return
    # The question of a check stands once, above its first table.
    asked = result.card.id not in RATED
    yield Table(
        caption=f"{check_name(result.card.id, run)}, as statistical agencies count",
        scope=say("agencies", "compared", most=MOST_OF_EACH),
        heads=("Measurement", "On", "Real", "Holdout", "Excess", "95 % ends"),
        rows=tuple(rows),
        right=frozenset({2, 3, 4}),
        ends=frozenset({5}),
        question=question_of(result.card.id) if asked else "",
        reading=reading_of(result.card.id) if asked else "",
    )


def _gap(result: Result, measured: Measurement) -> float:
    """Return by how much a share among real people is larger than among holdout people."""
    excess = _beside(result, f"{measured.name}_excess", measured.scope)
    if excess is not None:
        return excess.estimate.value
    control = _beside(result, f"{measured.name}_control", measured.scope)
    # A share that nothing stands beside says least: it comes last.
    return float("-inf") if control is None else measured.estimate.value - control.estimate.value


def _compared_row(result: Result, measured: Measurement, run: AuditRun) -> tuple[str, ...]:
    control = _beside(result, f"{measured.name}_control", measured.scope)
    excess = _beside(result, f"{measured.name}_excess", measured.scope)
    return (
        measurement_name(measured.name),
        scope_words(measured.scope, run),
        write(measured.estimate.value, _RATE),
        "" if control is None else write(control.estimate.value, _RATE),
        "" if control is None else write(_gap(result, measured), _POINTS),
        _ends(control, excess),
    )


def _ends(control: Measurement | None, excess: Measurement | None) -> str:
    if control is None:
        return "no such holdout people"
    return "not tested" if excess is None else write_ends(excess.estimate, _POINTS)


def _described(result: Result, run: AuditRun) -> Iterator[Table]:
    rows: list[tuple[str, ...]] = []
    for name in _DESCRIBED:
        found = sorted(_named(result, name), key=lambda m: -m.estimate.value)
        rows += [
            (
                measurement_name(name),
                scope_words(m.scope, run),
                write(m.estimate.value, look_for(name)),
            )
            for m in found[:MOST_OF_EACH]
        ]
    if rows:
        yield Table(
            caption=f"{check_name(result.card.id, run)} of the tables as they stand",
            scope=say("agencies", "described"),
            heads=("Measurement", "On", "Value"),
            rows=tuple(rows),
            right=frozenset({2}),
        )


def _named(result: Result, name: str) -> Iterable[Measurement]:
    return [m for m in result.measurements if m.name == name and "subset" not in m.scope]


def _beside(result: Result, name: str, scope: Mapping[str, str]) -> Measurement | None:
    same = (m for m in result.measurements if m.name == name)
    return next((m for m in same if dict(m.scope) == dict(scope)), None)
