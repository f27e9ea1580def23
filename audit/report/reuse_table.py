"""How often combinations of values that one person alone has return, by number of columns."""

from collections.abc import Iterable, Mapping

from audit.facts.measurement import Measurement, Result
from audit.report.digits import Look, write, write_count, write_ends, write_p
from audit.report.pieces import Table
from audit.report.sentences import say

CHECK = "combination-reuse"
_RATE = Look(100, 1)


def reuse_table(results: Iterable[Result]) -> Table | None:
    """Return one row per number of columns and form, beside the holdout."""
    rows = [
        _row(result, share)
        for result in results
        if result.card.id == CHECK
        for share in result.measurements
        if share.name == "share"
    ]
    if not rows:
        return None
    return Table(
        caption="Combinations that one person alone has",
        scope="mean share that returns in the synthetic data, %; every person counts once",
        heads=("Columns", "Values", "People", "Real", "Holdout", "Excess", "95 % ends", "p"),
        rows=tuple(rows),
        right=frozenset({2, 3, 4, 5, 7}),
        ends=frozenset({6}),
        more="",
    )


def _row(result: Result, share: Measurement) -> tuple[str, ...]:
    control = _beside(result, "control_share", share.scope)
    excess = _beside(result, "excess", share.scope)
    return (
        share.scope.get("k", ""),
        say("reuse", share.scope.get("reuse", "verbatim")),
        write_count(excess.n if excess else share.n),
        write(share.estimate.value, _RATE),
        write(control.estimate.value, _RATE) if control else "",
        write(excess.estimate.value, _RATE) if excess else "",
        write_ends(excess.estimate, _RATE) if excess else "",
        "" if excess is None or excess.p_value is None else write_p(excess.p_value),
    )


def _beside(result: Result, name: str, scope: Mapping[str, str]) -> Measurement | None:
    same = (m for m in result.measurements if m.name == name)
    return next((m for m in same if dict(m.scope) == dict(scope)), None)
