"""The table of nearest neighbours."""

from collections.abc import Sequence
from math import isnan

from benchmarks.speed.growth import exponent, share_of_peak
from benchmarks.speed.neighbours import Checked, Searched
from benchmarks.speed.page import NOTHING, ratio, table, took

HEADS = (
    "rows",
    "metric",
    "who",
    "seconds",
    "range",
    "CPU s",
    "peak memory",
    "ours is faster by",
    "growth",
    "of the peak",
    "nearest found",
    "copies at distance 0",
)


def neighbours_table(all_searched: Sequence[Searched], *, peak: float) -> str:
    """Return time, ratio, growth, use of the hardware and exactness of everybody.

    Parameters
    ----------
    all_searched
        Of one table the smaller sizes first.
    peak
        Of the matrix multiplication, in FLOP per second.
    """
    lines = []
    for place, searched in enumerate(all_searched):
        smaller = [
            s
            for s in all_searched[:place]
            if (s.table, s.metric) == (searched.table, searched.metric)
        ]
        before = smaller[-1] if smaller else None
        for i, checked in enumerate(searched.checked):
            last = before.checked[i] if before else None
            grown = _growth(before.n, last, searched.n, checked) if before and last else NOTHING
            lines.append(_line(searched, checked, grown, peak))
    return table(HEADS, lines)


def _line(searched: Searched, checked: Checked, grown: str, peak: float) -> list[str]:
    ours, place = searched.checked[0].place, checked.place
    part = "" if place.scale == 1 else f", scaled from {searched.n / place.scale:,.0f} rows"
    return [
        f"{searched.table}, {searched.n:,} among {searched.pairs / searched.n:,.0f}",
        searched.metric,
        f"{place.name}{part}",
        *took(place),
        "" if place is ours else ratio(place, ours),
        grown,
        _of_peak(searched, checked, peak),
        NOTHING if checked.exact is None else f"{checked.exact:.1%}",
        NOTHING if checked.zeros is None else f"{checked.zeros:.1%}",
    ]


def _growth(n_small: int, small: Checked, n_large: int, large: Checked) -> str:
    if small.place.fate or large.place.fate:
        return NOTHING
    found = exponent(n_small, small.place.seconds, n_large, large.place.seconds)
    return NOTHING if isnan(found) else f"{found:.2f}"


def _of_peak(searched: Searched, checked: Checked, peak: float) -> str:
    if checked.place.fate:
        return NOTHING
    share = share_of_peak(
        pairs=searched.pairs,
        dimensions=searched.dimensions,
        seconds=checked.place.seconds,
        peak=peak,
    )
    return f"{share:.0%}" if share < 9.995 else f"{share:,.0f}x"
