"""Figures of a family: bars by secret or split, cumulative distances, ROC, heatmap."""

from collections.abc import Sequence

from audit.facts.estimate import Estimate
from audit.facts.figures import Bar, Bars, Ecdf, Roc
from audit.facts.figures import Figure as Drawn
from audit.facts.measurement import AuditRun, Family, Measurement, Result
from audit.report.digits import PERCENT, Look, write, write_count, write_ends
from audit.report.external.run import is_redacted
from audit.report.heat import heat_figures
from audit.report.names import check_name, grown_words, question_of, reading_of
from audit.report.pieces import BarStrip, EcdfPanel, Figure, RateBar, RocPanel
from audit.report.row_figures import BarRow, BarTable
from audit.text import safe_text

MOST_BARS = 8
MOST_PANELS = 4
_RATE = Look(100, 1)
_HEADS = {
    "inference": "Secret",
    "linkability": "Parts",
    "singling_out": "Descriptions",
}


def bar_tables(results: Sequence[Result], run: AuditRun, *, section: str) -> tuple[BarTable, ...]:
    """Return one table per bars figure, the largest excess first."""
    return tuple(
        _bar_table(result, figure, run, head=_HEADS.get(section, "Part"))
        for result in spokesmen(results, Bars)
        for figure in result.figures
        if isinstance(figure, Bars) and figure.bars
    )


def spokesmen(results: Sequence[Result], kind: type[Drawn]) -> Sequence[Result]:
    """Return who draws: the worst case has the strongest attack, then the others need not."""
    drawn = [r for r in results if any(isinstance(f, kind) for f in r.figures)]
    return [r for r in drawn if r.card.id.endswith("worst-case")] or drawn


def _bar_table(result: Result, figure: Bars, run: AuditRun, *, head: str) -> BarTable:
    bars = sorted(figure.bars, key=lambda b: -_shown_excess(result, b))
    people = run.release.people
    counts = f"{write_count(people.get('real', 0))} real"
    if "holdout" in people:
        counts += f" and {write_count(people['holdout'])} holdout people"
    if len(bars) > MOST_BARS:
        # In the head, for a line below would be parted from the table by the end of a page.
        counts += f"; the worst {MOST_BARS} of {write_count(len(bars))}, the others in run.json"
    return BarTable(
        caption=check_name(result.card.id, run),
        scope=f"attack, control and baseline, %; {counts}",
        head=head,
        rows=tuple(_bar_row(bar, result, run) for bar in bars[:MOST_BARS]),
        question=question_of(result.card.id),
        reading=reading_of(result.card.id),
    )


def _bar_words(bar: Bar, result: Result, run: AuditRun) -> str:
    """Return what a bar stands for: a way to find descriptions, a parting, or a column."""
    if run.result(bar.label):
        return check_name(bar.label, run)
    if result.card.family is Family.SINGLING_OUT:
        words = grown_words(bar.label)
        return words[:1].upper() + words[1:]
    if result.card.family is Family.LINKABILITY:
        return f"Parting {safe_text(bar.label, 20)}"
    return safe_text(bar.label, 40)


def _bar_row(bar: Bar, result: Result, run: AuditRun) -> BarRow:
    label = _bar_words(bar, result, run)
    attack, control = write(bar.attack.value, _RATE), write(bar.control.value, _RATE)
    baseline = write(bar.baseline.value, _RATE) if bar.baseline else ""
    excess = _excess_of(result, bar)
    risk = None if excess is None else _same_scope(result, "risk", excess)
    spoken = f"{label}: attack {attack}{PERCENT}, control {control}{PERCENT}"
    alt = f"{spoken}, baseline {baseline}{PERCENT}." if baseline else f"{spoken}."
    return BarRow(
        name=label,
        strip=BarStrip(
            alt=alt,
            attack=_rate(bar.attack),
            control=_rate(bar.control),
            baseline=_rate(bar.baseline) if bar.baseline else None,
        ),
        attack=attack,
        control=control,
        baseline=baseline,
        excess=write(excess.estimate.value, _RATE) if excess else "",
        ends=write_ends(excess.estimate, _RATE) if excess else "",
        risk=write(risk.estimate.value, _RATE) if risk else "",
    )


def _rate(estimate: Estimate) -> RateBar:
    low = estimate.value if estimate.low is None else estimate.low
    high = estimate.value if estimate.high is None else estimate.high
    return RateBar(100 * estimate.value, 100 * max(low, 0.0), 100 * min(high, 1.0))


def _shown_excess(result: Result, bar: Bar) -> float:
    """Return the excess that is printed beside a bar; it may be adjusted, the rates are not."""
    excess = _excess_of(result, bar)
    return bar.attack.value - bar.control.value if excess is None else excess.estimate.value


def _excess_of(result: Result, bar: Bar) -> Measurement | None:
    """Return the excess that the bar stands for: same label, same rates."""
    named = [m for m in result.measurements if m.name == "excess" and "subset" not in m.scope]
    labelled = [m for m in named if bar.label in m.scope.values()] or named
    shown = bar.attack.value - bar.control.value
    return min(labelled, key=lambda m: abs(m.estimate.value - shown), default=None)


def _same_scope(result: Result, name: str, other: Measurement) -> Measurement | None:
    same = (m for m in result.measurements if m.name == name)
    return next((m for m in same if dict(m.scope) == dict(other.scope)), None)


def panels(results: Sequence[Result], run: AuditRun) -> tuple[Figure, ...]:
    """Return the panels of a family, in pairs where a pair tells more."""
    figures: list[Figure] = []
    for result in spokesmen(results, Roc):
        found = (f for f in result.figures if isinstance(f, Roc) and len(f.fpr) > 1)
        figures.extend(_roc(roc, result, run) for roc in found)
    for result in results:
        curves = (f for f in result.figures if isinstance(f, Ecdf) and len(f.x) > 1)
        # The nearest few are for insiders.
        most = 1 if is_redacted(run) else 2
        figures.extend(figure for ecdf in curves for figure in _ecdf_pair(ecdf)[:most])
    figures.extend(heat_figures(results, run))
    return tuple(figures[:MOST_PANELS])


def _ecdf_pair(ecdf: Ecdf) -> tuple[Figure, Figure]:
    known = f"{write_count(ecdf.n_real)} real"
    known += f" and {write_count(ecdf.n_holdout)} holdout people" if ecdf.holdout else " people"
    middle = _median_words(ecdf)
    natural = _reference_words(ecdf)
    everybody = EcdfPanel(
        ecdf,
        is_tail=False,
        alt="Cumulative share of people by the distance to the nearest synthetic record, "
        f"{known}. {middle} {natural}".strip(),
    )
    tail = EcdfPanel(ecdf, is_tail=True, alt=f"The same curves below 10{PERCENT}. {_tail(ecdf)}")
    return (
        Figure(everybody, "Everybody.", f"{known}. {middle} {natural}".strip()),
        Figure(
            tail,
            "The nearest few.",
            f"{_tail(ecdf)} A leak shows here before it shows in the middle. "
            "Curves begin at 11 people.",
        ),
    )


def _reference_words(ecdf: Ecdf) -> str:
    if not ecdf.reference:
        return ""
    index = min(range(len(ecdf.x)), key=lambda i: abs(ecdf.real[i] - 0.5))
    share = f"{write(ecdf.reference[index], _RATE)}{PERCENT}"
    return (
        f"Dashed: holdout people and the nearest real person, {share} at the same distance; "
        "so near come people who were never in the data."
    )


def _share_at(ecdf: Ecdf, index: int) -> str:
    real = f"{write(ecdf.real[index], _RATE)}{PERCENT} of real"
    if not ecdf.holdout:
        return f"{real} people"
    return f"{real} and {write(ecdf.holdout[index], _RATE)}{PERCENT} of holdout people"


def _median_words(ecdf: Ecdf) -> str:
    index = min(range(len(ecdf.x)), key=lambda i: abs(ecdf.real[i] - 0.5))
    return f"At one distance in the middle lie {_share_at(ecdf, index)}."


def _tail(ecdf: Ecdf) -> str:
    curve = ecdf.holdout or ecdf.real
    index = min(range(len(ecdf.x)), key=lambda i: abs(curve[i] - 0.01))
    return f"At the distance that about the nearest 1{PERCENT} fall below lie " + (
        f"{_share_at(ecdf, index)}."
    )


def _roc(roc: Roc, result: Result, run: AuditRun) -> Figure:
    named = [m for m in result.measurements if m.name == "tpr_at_fpr_1pct"]
    whole = [m for m in named if "subset" not in m.scope] or named
    at = whole[0].estimate if whole else None
    point = "" if at is None else _point_words(at)
    name = check_name(result.card.id, run)
    alt = f"ROC of {name} on logarithmic axes, beside chance. {point}"
    panel = RocPanel(roc, alt.strip(), None if at is None else at.value)
    caption = (
        f"Both axes are logarithmic, since a leak shows where few are accused wrongly. {point}"
    )
    return Figure(panel, f"{name}.", caption.strip())


def _point_words(at: Estimate) -> str:
    look = Look(100, 2)
    return (
        f"Where 1{PERCENT} of holdout people are accused wrongly, {write(at.value, look)}{PERCENT} "
        f"of real people are found ({write_ends(at, look)})."
    )
