"""Tables of the distances: what was tested, what others print, how far the records lie."""

from collections.abc import Iterable, Iterator, Sequence

from audit.facts.measurement import AuditRun, Family, Measurement, Result
from audit.facts.names import DESCRIPTIVE
from audit.report.digits import Look, look_for, write, write_bare, write_ends, write_p
from audit.report.names import check_name, measurement_name, scope_words
from audit.report.pieces import Table
from audit.text import safe_text

_QUANTILES = ("1", "5", "25", "50")
_FAR = Look(1, 4)
_NARROWER = {
    ("neighbour-ratio", "share"): "real among the smallest 5 %",
    ("neighbour-ratio", "tail_share_1pct"): "real among the smallest 1 %",
}
"""Where a measurement of one check wants other words than those of its name."""


def distance_tables(results: Sequence[Result], run: AuditRun) -> tuple[Table, ...]:
    """Return the tables of the checks that measure distances; none where there are none."""
    ours = [r for r in results if r.card.family is Family.DISTANCE]
    made = (_tested(ours, run), _described(ours, run), _quantiles(ours))
    return tuple(t for t in made if t is not None)


def _tested(results: Iterable[Result], run: AuditRun) -> Table | None:
    rows = tuple(
        _tested_row(result, m, run)
        for result in results
        for m in result.measurements
        if m.name not in DESCRIPTIVE and not m.scope
    )
    if not rows:
        return None
    return Table(
        caption="Nearness to real people",
        scope="shares in %, differences in percentage points; the lower end of a worst case "
        "allows for the choice",
        heads=("Check", "Measurement", "Value", "95 % ends", "Without a leak", "p", "Largest on"),
        rows=rows,
        right=frozenset({2, 4, 5}),
        ends=frozenset({3}),
    )


def _tested_row(result: Result, measured: Measurement, run: AuditRun) -> tuple[str, ...]:
    look = look_for(measured.name)
    variants = [m for m in result.measurements if m.name == measured.name and m.scope]
    largest = max(variants, key=lambda m: m.estimate.value, default=None)
    return (
        check_name(result.card.id, run),
        _NARROWER.get((result.card.id, measured.name)) or measurement_name(measured.name),
        write(measured.estimate.value, look),
        write_ends(measured.estimate, look),
        "" if measured.null_value is None else write_bare(measured.null_value, look),
        "" if measured.p_value is None else write_p(measured.p_value),
        "" if largest is None else scope_words(largest.scope, run),
    )


def _described(results: Iterable[Result], run: AuditRun) -> Table | None:
    rows = tuple(
        (
            check_name(result.card.id, run),
            measurement_name(m.name),
            scope_words(m.scope, run) if m.scope else "",
            write(m.estimate.value, look_for(m.name)),
        )
        for result in results
        for m in result.measurements
        if m.name in DESCRIPTIVE and m.name != "distance"
    )
    if not rows:
        return None
    return Table(
        caption="As other tools print them",
        scope="they describe; no rule rests on them; shares in %",
        heads=("Check", "Measurement", "On", "Value"),
        rows=rows,
        right=frozenset({3}),
    )


def _quantiles(results: Iterable[Result]) -> Table | None:
    rows = tuple(row for result in results for row in _quantile_rows(result))
    if not rows:
        return None
    return Table(
        caption="Distances to the nearest record",
        scope="on ranks, 0 is equal and 1 differs in every column; where fewer than 11 people "
        "stand behind a number it is left out",
        heads=("From", "To", "1 %", "5 %", "25 %", "50 %"),
        rows=rows,
        right=frozenset({2, 3, 4, 5}),
    )


def _quantile_rows(result: Result) -> Iterator[tuple[str, ...]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for m in result.measurements:
        if m.name == "distance" and {"from", "to", "quantile"} <= m.scope.keys():
            ends = safe_text(m.scope["from"], 20), safe_text(m.scope["to"], 20)
            found.setdefault(ends, {})[m.scope["quantile"]] = write(m.estimate.value, _FAR)
    for ends, values in found.items():
        yield (*ends, *(values.get(q, "") for q in _QUANTILES))
