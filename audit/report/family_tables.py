"""Tables of a family: copies by number, attacks one by one."""

from collections.abc import Iterable, Mapping, Sequence

from audit.facts.figures import Bars
from audit.facts.measurement import AuditRun, Family, Measurement, Result, Status
from audit.facts.withheld import withheld
from audit.report.agency_tables import RATED, agency_tables
from audit.report.curve_tables import curve_tables
from audit.report.digits import Look, look_for, write, write_count, write_ends, write_p, write_value
from audit.report.distance_tables import distance_tables
from audit.report.family_figures import spokesmen
from audit.report.heat import heat_tables
from audit.report.identity_tables import identity_tables
from audit.report.names import check_name, scope_words, variants_of
from audit.report.pieces import Table
from audit.report.reuse_table import reuse_table
from audit.report.sentences import has, say

MOST_ROWS = 14
_FINE = Look(100, 2)


def tables_of(results: Sequence[Result], run: AuditRun) -> tuple[Table, ...]:
    """Return the tables that a family shows beside its graded results."""
    measured = [r for r in results if r.status is Status.MEASURED]
    made = (
        copies_table(measured, run),
        reuse_table(measured),
        *identity_tables(measured, run),
        scores_table(measured, run),
        *heat_tables(measured, run),
        excess_table(measured, run),
        *agency_tables(measured, run),
        *distance_tables(measured, run),
        *curve_tables(measured, run),
    )
    return tuple(t for t in made if t is not None)


def copies_table(results: Iterable[Result], run: AuditRun) -> Table | None:
    """Return how many people are copied, among whom, beside the holdout."""
    rows = [
        _copies_row(result, share, run)
        for result in results
        if result.card.family is Family.COPYING
        for share in result.measurements
        if _is_count(result, share)
    ]
    if not rows:
        return None
    return Table(
        caption="Copies",
        scope="counted over all real people; only the natural rate is estimated; rates in %",
        heads=("Check", "Among", "Real", "Holdout", "Excess", "95 % ends"),
        rows=tuple(rows[:MOST_ROWS]),
        right=frozenset({2, 3, 4}),
        ends=frozenset({5}),
        more=_more(len(rows)),
    )


def _is_count(result: Result, share: Measurement) -> bool:
    """Tell whether a share counts people, or records, that are found."""
    records = share.name == "rows_share" and not share.scope
    people = share.name in ("share", "sparse_share") and "reuse" not in share.scope
    return records or people


def _copies_row(result: Result, share: Measurement, run: AuditRun) -> tuple[str, ...]:
    def beside(name: str, scope: Mapping[str, str]) -> Measurement | None:
        same = (m for m in result.measurements if m.name == name)
        return next((m for m in same if dict(m.scope) == dict(scope)), None)

    if share.name == "rows_share":
        control = beside("rows_share", {"rows": "holdout"})
        excess = beside("excess", {"rows": "synthetic"})
    else:
        control, excess = beside("control_share", share.scope), beside("excess", share.scope)
    return (
        check_name(result.card.id, run),
        _among(share),
        _of(share),
        _of(control) if control else "",
        write_value(excess.estimate, _FINE) if excess else "",
        write_ends(excess.estimate, _FINE) if excess else "",
    )


def _among(share: Measurement) -> str:
    if share.name == "rows_share":
        return say("rows", "synthetic")
    if "column" in share.scope:
        return scope_words(share.scope)
    if share.name == "sparse_share":
        return "all identifying columns"
    among = {k: v for k, v in share.scope.items() if k not in ("rows", "within")}
    who, way = share.scope.get("rows", "rare"), share.scope.get("within", "")
    words = [say("rows", who) if has("rows", who) else "", scope_words(among) if among else ""]
    words.append(say("within", way) if has("within", way) else "")
    return ", ".join(w for w in words if w)


def _of(share: Measurement) -> str:
    kind = withheld(share.estimate)
    count = write_count(share.estimate.value * share.n)
    if kind is not None:
        count = kind.value.removesuffix(" people")
    return f"{count} of {write_count(share.n)}"


def scores_table(results: Iterable[Result], run: AuditRun) -> Table | None:
    """Return every scoring attack with its AUC and its success where few are accused."""
    found = [
        (auc.estimate.value, _scores_row(result, auc, run))
        for result in results
        for auc in _aucs(result, run)
    ]
    if not found:
        return None
    ordered = [row for _, row in sorted(found, key=lambda pair: -pair[0])]
    return Table(
        caption="Attacks one by one",
        scope="the strongest first; an AUC of 0.5 is chance",
        heads=("Attack", "On", "AUC", "95 % ends", "TPR at FPR 1 %, %", "95 % ends", "p"),
        rows=tuple(ordered[:MOST_ROWS]),
        right=frozenset({2, 4, 6}),
        ends=frozenset({3, 5}),
        more=_more(len(ordered)),
    )


def _aucs(result: Result, run: AuditRun) -> tuple[Measurement, ...]:
    """Every variant of an attack; of the worst case also what holds for everybody."""
    whole = tuple(m for m in result.measurements if m.name == "auc" and not m.scope)
    return (*whole, *variants_of(result, "auc", run))


def _scores_row(result: Result, auc: Measurement, run: AuditRun) -> tuple[str, ...]:
    same = (m for m in result.measurements if m.name == "tpr_at_fpr_1pct")
    tpr = next((m for m in same if dict(m.scope) == dict(auc.scope)), None)
    look, rate = look_for("auc"), Look(100, 2)
    return (
        check_name(result.card.id, run),
        scope_words(auc.scope, run),
        write(auc.estimate.value, look),
        write_ends(auc.estimate, look),
        write(tpr.estimate.value, rate) if tpr else "",
        write_ends(tpr.estimate, rate) if tpr else "",
        "" if auc.p_value is None else write_p(auc.p_value),
    )


def excess_table(results: Sequence[Result], run: AuditRun) -> Table | None:
    """Return excess and risk of every variant of the attacks, the largest first."""
    found = [
        (m.estimate.value, _excess_row(result, m, run))
        for result in results
        if result.card.family not in (Family.COPYING, Family.DISTANCE)
        # Those have a table of their own, with the rates.
        and result.card.id not in RATED
        for m in variants_of(result, "excess", run)
    ]
    if not found or len(found) <= _drawn(results):
        # The bars show every one of them already.
        return None
    ordered = [row for _, row in sorted(found, key=lambda pair: -pair[0])]
    return Table(
        caption="Measurements one by one",
        scope="the largest first; the lower end of the worst allows for all of them",
        heads=("Attack", "On", "Excess", "95 % ends", "Risk", "95 % ends", "p"),
        rows=tuple(ordered[:MOST_ROWS]),
        right=frozenset({2, 4, 6}),
        ends=frozenset({3, 5}),
        more=_more(len(ordered)),
    )


def _drawn(results: Sequence[Result]) -> int:
    drawn = (f for r in spokesmen(results, Bars) for f in r.figures if isinstance(f, Bars))
    return sum(len(f.bars) for f in drawn)


def _excess_row(result: Result, excess: Measurement, run: AuditRun) -> tuple[str, ...]:
    look = look_for("excess")
    same = (m for m in result.measurements if m.name == "risk")
    risk = next((m for m in same if dict(m.scope) == dict(excess.scope)), None)
    return (
        check_name(result.card.id, run),
        scope_words(excess.scope, run),
        write(excess.estimate.value, look),
        write_ends(excess.estimate, look),
        write(risk.estimate.value, look) if risk else "",
        write_ends(risk.estimate, look) if risk else "",
        "" if excess.p_value is None else write_p(excess.p_value),
    )


def _more(count: int) -> str:
    return f"and {count - MOST_ROWS} more, in run.json" if count > MOST_ROWS else ""
