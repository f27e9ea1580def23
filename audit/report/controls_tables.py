"""The tables of the controls: what every check noticed, and the curves in numbers."""

from collections.abc import Sequence

from audit.facts.judgement import Verdict
from audit.facts.measurement import AuditRun, ControlFact
from audit.report.digits import PERCENT, listed, write_count, write_p
from audit.report.names import check_name, check_of
from audit.report.noticed import (
    FULL_COPY,
    JITTERED,
    NULL,
    VERBATIM,
    control_of,
    short_words,
    write_enough,
)
from audit.report.pieces import Table
from audit.text import safe_text

DASH = "–"
"""It was not tried."""
SHARES = (0.5, 0.8, 0.95)
"""Shares of the draws for which the table of the curves says how many people it takes."""
_HEADS = (
    "Check",
    "Serves",
    "A full copy",
    "Nobody copied",
    "False alarms",
    "At most",
    f"80{PERCENT} verbatim",
    f"80{PERCENT} with noise",
)


def checks_table(run: AuditRun, verdict: Verdict) -> Table:
    """Return one row per check that was tried in any way."""
    checks = tuple(dict.fromkeys(c.check for c in run.controls))
    return Table(
        caption="What each check noticed",
        scope=f"last, people copied until it noticed with 80{PERCENT} probability",
        heads=_HEADS,
        rows=tuple(_row(check, run, verdict) for check in checks),
        right=frozenset({4, 5, 6, 7}),
    )


def _row(check: str, run: AuditRun, verdict: Verdict) -> tuple[str, ...]:
    serves = tuple(safe_text(f.rule.id, 24) for f in verdict.findings if check_of(f.rule) == check)
    copied, quiet = control_of(run, check, FULL_COPY), control_of(run, check, NULL)
    return (
        check_name(check, run),
        listed(serves, longest=4),
        _word(copied, "able", "unable"),
        _word(quiet, "quiet", "unreliable"),
        *_alarms(quiet),
        _people(control_of(run, check, VERBATIM)),
        _people(control_of(run, check, JITTERED)),
    )


def _word(control: ControlFact | None, passed: str, failed: str) -> str:
    if control is None:
        return DASH
    return passed if control.passed else failed


def _alarms(control: ControlFact | None) -> tuple[str, str]:
    """Return the false alarms and how many a sound check may have; or how sure it always is."""
    numbers = {} if control is None else control.numbers
    if {"fired", "draws", "bound"} <= numbers.keys():
        of = f"{write_count(numbers['fired'])} of {write_count(numbers['draws'])}"
        return of, write_count(numbers["bound"])
    if control is not None and not control.passed and "p" in numbers:
        return f"always, p {write_p(numbers['p'])}", ""
    return DASH, ""


def _people(control: ControlFact | None) -> str:
    return DASH if control is None else short_words(control)


def curves_table(run: AuditRun) -> tuple[Table, ...]:
    """Return the curves in numbers: how many people it takes to be noticed how often."""
    drawn = tuple(dict.fromkeys(c.check for c in run.controls if c.curve))
    if not drawn:
        return ()
    shares = tuple(f"{100 * share:.0f}{PERCENT}" for share in SHARES)
    return (
        Table(
            caption="The curves in numbers",
            scope="people copied until the check noticed in that share of the draws",
            heads=("Check", *(f"{s} {k}" for k in ("verbatim", "with noise") for s in shares)),
            rows=tuple(_curve_row(check, run) for check in drawn),
            right=frozenset(range(1, 2 * len(shares) + 1)),
            more="Every point stands in run.json",
        ),
    )


def _curve_row(check: str, run: AuditRun) -> tuple[str, ...]:
    cells: list[str] = []
    for plan in (VERBATIM, JITTERED):
        control = control_of(run, check, plan)
        curve = [] if control is None else [(p.people, p.noticed) for p in control.curve]
        cells.extend(_reached(curve, share) for share in SHARES)
    return (check_name(check, run), *cells)


def _reached(curve: Sequence[tuple[int, float]], share: float) -> str:
    """Return the fewest people from which on at least this share of the draws noticed."""
    if not curve:
        return DASH
    kept: int | None = None
    for people, noticed in reversed(curve):
        if noticed < share:
            break
        kept = people
    return f"over {write_count(curve[-1][0])}" if kept is None else write_enough(kept)
