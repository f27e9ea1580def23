"""The figure of the controls: how many copied people each check would have noticed."""

from collections.abc import Sequence
from math import sqrt

from audit.facts.measurement import AuditRun, ControlFact
from audit.report.digits import Look, listed, plural, write, write_count
from audit.report.names import check_name
from audit.report.noticed import JITTERED, NULL, VERBATIM, control_of, enough, short_words
from audit.report.pieces import Detection, DetectionCurve, DetectionPanel, Figure
from audit.report.sentences import say

MOST_PANELS = 8
_POINTS = Look(100, 0)


def detection_figure(run: AuditRun) -> Figure | None:
    """Return the curves of the checks that have some, the first of the report first."""
    checks = tuple(dict.fromkeys(c.check for c in run.controls if c.curve))
    if not checks:
        return None
    shown = _shown(checks)
    curves = [c for c in run.controls if c.curve and c.check in shown]
    panel = DetectionPanel(
        checks=tuple(_detection(check, run) for check in shown),
        most=float(max(p.people for c in curves for p in c.curve)),
        alt=_alt(curves, run),
    )
    draws = min(c.numbers.get("draws", 1.0) for c in curves)
    hidden = len(checks) - len(shown)
    more = f" {plural(hidden, 'more check')} in the tables." if hidden else ""
    caption = say(
        "control",
        "caption",
        draws=write_count(draws),
        error=write(0.4 / sqrt(max(draws, 1.0)), _POINTS),
    )
    return Figure(panel, "Copied people.", caption + more)


def _shown(checks: Sequence[str]) -> tuple[str, ...]:
    """Return whose curves are drawn: a worst case goes before the attacks that it is made of."""
    alone = [c for c in checks if not _competes(c, checks)]
    return tuple((alone + [c for c in checks if c not in alone])[:MOST_PANELS])


def _competes(check: str, checks: Sequence[str]) -> bool:
    worst = [c.removesuffix("worst-case") for c in checks if c.endswith("worst-case")]
    return not check.endswith("worst-case") and any(check.startswith(w) for w in worst)


def _detection(check: str, run: AuditRun) -> Detection:
    verbatim, jittered = (control_of(run, check, plan) for plan in (VERBATIM, JITTERED))
    quiet = control_of(run, check, NULL)
    is_loud = quiet is not None and not quiet.passed
    return Detection(
        name=check_name(check, run),
        verbatim=_curve(verbatim, instead="unreliable" if is_loud else None),
        jittered=_curve(jittered, instead="" if is_loud else None),
    )


def _curve(control: ControlFact | None, *, instead: str | None) -> DetectionCurve | None:
    """Return a curve with its number; of a check that cries wolf the number says nothing."""
    if control is None or not control.curve:
        return None
    points = tuple((float(p.people), 100 * p.noticed) for p in control.curve)
    if instead is not None:
        return DetectionCurve(points, None, instead)
    return DetectionCurve(points, enough(control), short_words(control))


def _alt(curves: Sequence[ControlFact], run: AuditRun) -> str:
    """Say what is shown, the numbers that matter, then who never noticed."""
    told = [say("control", "alt", checks=write_count(len({c.check for c in curves})))]
    for plan in (VERBATIM, JITTERED):
        ours = [c for c in curves if c.plan == plan]
        found = sorted(((enough(c) or 0.0, c) for c in ours if enough(c)), key=lambda f: f[0])
        named = tuple(f"{check_name(c.check, run)} {short_words(c)}" for _, c in found)
        missed = tuple(check_name(c.check, run) for c in ours if enough(c) is None)
        if named:
            told.append(say("control", f"alt_{plan}", named=listed(named, longest=8)))
        if missed:
            told.append(say("control", f"alt_{plan}_missed", named=listed(missed, longest=8)))
    return " ".join(told)
