"""Figures for outsiders: curves over everybody, from where at least 11 people stand behind them."""

from audit.facts.figures import Ecdf, Figure, Roc
from audit.facts.measurement import Result
from audit.facts.withheld import fewer_than_small


def outward_figures(result: Result) -> tuple[Figure, ...]:
    """Return the figures that show no column, no small count and no parameter."""
    made = []
    for figure in result.figures:
        if isinstance(figure, Roc):
            made.append(_roc(figure))
        elif isinstance(figure, Ecdf):
            made.append(_ecdf(figure))
    return tuple(made)


def _roc(roc: Roc) -> Figure:
    points = [
        (fpr, tpr)
        for fpr, tpr in zip(roc.fpr, roc.tpr, strict=True)
        if _may_be_shown(fpr, roc.n_holdout) and _may_be_shown(tpr, roc.n_real)
    ]
    return Roc(
        id="roc",
        fpr=tuple(fpr for fpr, _ in points),
        tpr=tuple(tpr for _, tpr in points),
        n_real=roc.n_real,
        n_holdout=roc.n_holdout,
    )


def _ecdf(ecdf: Ecdf) -> Figure:
    curves = [(ecdf.real, ecdf.n_real)]
    curves += [(ecdf.holdout, ecdf.n_holdout)] if ecdf.holdout else []
    curves += [(ecdf.reference, ecdf.n_reference)] if ecdf.reference else []
    kept = [
        i
        for i in range(len(ecdf.x))
        if all(_may_be_shown(curve[i], people) for curve, people in curves)
    ]

    def at(curve: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(curve[i] for i in kept) if curve else ()

    return Ecdf(
        id="distance",
        x=at(ecdf.x),
        real=at(ecdf.real),
        holdout=at(ecdf.holdout),
        n_real=ecdf.n_real,
        n_holdout=ecdf.n_holdout,
        reference=at(ecdf.reference),
        n_reference=ecdf.n_reference,
    )


def _may_be_shown(share: float, people: int) -> bool:
    return fewer_than_small(round(share * people), people) is None
