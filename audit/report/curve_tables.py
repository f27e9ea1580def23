"""The curves in numbers: what an ROC and cumulative distances show, for those who read tables."""

from collections.abc import Iterator, Sequence

from audit.facts.figures import Ecdf, Roc
from audit.facts.measurement import AuditRun, Result
from audit.report.digits import Look, write
from audit.report.family_figures import spokesmen
from audit.report.names import check_name
from audit.report.pieces import Table
from audit.report.sentences import say

_ACCUSED = (0.001, 0.01, 0.05, 0.1, 0.5)
"""Shares of holdout people who are accused wrongly, at which the ROC is read off."""
_NEAR = (0.01, 0.05, 0.25, 0.5, 0.75)
"""Shares of holdout people at which the cumulative distances are read off."""
_RATE, _DISTANCE = Look(100, 1), Look(1, 4)


def curve_tables(results: Sequence[Result], run: AuditRun) -> Iterator[Table]:
    """Yield one table per curve that the section draws, in the order of its figures."""
    for result in spokesmen(results, Roc):
        for figure in result.figures:
            if isinstance(figure, Roc) and len(figure.fpr) > 1:
                yield _roc(figure, check_name(result.card.id, run))
    for result in results:
        for figure in result.figures:
            if isinstance(figure, Ecdf) and len(figure.x) > 1:
                yield _ecdf(figure)


def _roc(roc: Roc, name: str) -> Table:
    """Read the curve off where it was measured: the last point that accuses no more."""
    points = list(zip(roc.fpr, roc.tpr, strict=True))
    kept = {max(p for p in points if p[0] <= at) for at in _ACCUSED if min(roc.fpr) <= at}
    rows = tuple((write(f, _RATE), write(t, _RATE)) for f, t in sorted(kept) if f > 0)
    return Table(
        caption=say("curve", "roc", name=name),
        scope=say("curve", "roc_scope"),
        heads=(say("curve", "fpr"), say("curve", "tpr")),
        rows=rows,
        right=frozenset({1}),
    )


def _ecdf(ecdf: Ecdf) -> Table:
    curves = [c for c in (ecdf.real, ecdf.holdout, ecdf.reference) if c]
    guide = ecdf.holdout or ecdf.real
    last = range(len(ecdf.x))
    at = sorted({min(last, key=lambda i: abs(guide[i] - near)) for near in _NEAR})
    names = ("real", "holdout", "holdout to real")
    heads = [n for n, c in zip(names, (ecdf.real, ecdf.holdout, ecdf.reference), strict=True) if c]
    return Table(
        caption=say("curve", "ecdf"),
        scope=say("curve", "ecdf_scope"),
        heads=(say("curve", "distance"), *heads),
        rows=tuple(
            (write(ecdf.x[i], _DISTANCE), *(write(curve[i], _RATE) for curve in curves)) for i in at
        ),
        right=frozenset(range(1, len(curves) + 1)),
    )
