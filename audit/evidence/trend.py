"""From the entries of a ledger to what each release has been through."""

from collections.abc import Sequence

from audit.facts.history import Entry, Graded
from audit.facts.trend import Change, Past, Point, Trend


def pasts(entries: Sequence[Entry]) -> tuple[Past, ...]:
    """Return what each release has been through, in the order in which they first came."""
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        by_name.setdefault(entry.audited.release, []).append(entry)
    return tuple(_past(name, held) for name, held in by_name.items())


def _past(release: str, held: Sequence[Entry]) -> Past:
    audited = [entry.audited for entry in held]
    return Past(
        release=release,
        entries=tuple(held),
        files=len({a.file for a in audited}),
        repeated=len(audited) - len({a.identity for a in audited}),
        seeds_given=sum(a.seed_source == "given" for a in audited),
        policies=len({(a.policy.sha256, a.context) for a in audited}),
        trends=_trends(held),
    )


def _trends(held: Sequence[Entry]) -> tuple[Trend, ...]:
    points: dict[tuple[str, str], list[Point]] = {}
    measured: dict[tuple[str, str], str] = {}
    for entry in held:
        for graded in entry.audited.rules:
            key = (graded.rule, graded.measure)
            # Grading again measures nothing.
            if measured.get(key) != entry.audited.run_sha256:
                measured[key] = entry.audited.run_sha256
                points.setdefault(key, []).append(_point(entry, graded, points.get(key)))
    return tuple(Trend(*key, tuple(found)) for key, found in points.items())


def _point(entry: Entry, graded: Graded, before: Sequence[Point] | None) -> Point:
    change = change_of(before[-1].graded, graded) if before else None
    return Point(entry.sequence, graded, change)


def change_of(before: Graded, after: Graded) -> Change:
    """Tell whether the intervals of two measurements lie apart, and which way."""
    if before.low is not None and after.high is not None and after.high < before.low:
        return Change.BETTER
    if before.high is not None and after.low is not None and after.low > before.high:
        return Change.WORSE
    ends = (before.low, before.high, after.low, after.high)
    return Change.UNKNOWN if None in ends else Change.WITHIN
