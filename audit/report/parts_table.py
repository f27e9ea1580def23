"""Parts of the people side by side: the vulnerable, declared groups, minorities, tenths."""

from collections.abc import Iterable, Iterator, Sequence
from math import floor, log10

from audit.facts.measurement import Measurement, Result
from audit.report.digits import look_for, write, write_bare, write_count, write_ends, write_p
from audit.report.names import OTHERS, VULNERABLE, measurement_name
from audit.report.pieces import PartStrip
from audit.report.row_figures import PartRow, PartTable
from audit.report.sentences import has, say
from audit.text import safe_text

MOST_ROWS = 14
FEW_ROWS = 6
_WHOLE_FIELDS = frozenset({"attribute-inference-worst-case", "membership-worst-case"})
"""Checks that speak for a whole family: their parts are what policies ask about."""
_HEADS = {
    "auc": "AUC",
    "excess": "Excess",
    "disco_excess": "Excess",
    "meaningful_excess": "Excess",
}
_DISPARITIES = ("disparity", "disparity_excess")
_TENTH = "decile-"


def parts_tables(results: Iterable[Result]) -> Iterator[PartTable]:
    """Yield what each part of the people shows, of every check that looks at parts."""
    for result in results:
        in_full = result.card.id in _WHOLE_FIELDS
        parts = sorted(_parts(result), key=_order if in_full else _worst_first)
        shown = parts[: MOST_ROWS if in_full else FEW_ROWS]
        if not shown:
            continue
        scale = _Scale(shown, whole=_whole(result, shown[0].name))
        yield PartTable(
            caption=f"Parts of the people: {_name(result)}",
            scope=_scope(parts),
            head=_HEADS[shown[0].name],
            axis=scale.axis,
            rows=tuple(_row(m, scale) for m in shown),
            more=_more(result, hidden=len(parts) - len(shown)),
            has_whole=scale.whole is not None,
        )


class _Scale:
    """The axis of one figure: no effect at 0, the farthest end within 1."""

    def __init__(self, parts: Sequence[Measurement], *, whole: float | None) -> None:
        name = parts[0].name
        self.null = parts[0].null_value or (0.5 if name == "auc" else 0.0)
        ends = [m.estimate.value if m.estimate.high is None else m.estimate.high for m in parts]
        self.span = _round_up(max((abs(e - self.null) for e in ends), default=0.0))
        self.whole = None if whole is None else self.place(whole)
        look = look_for(name)
        steps = (self.null, self.null + self.span / 2, self.null + self.span)
        self.axis = tuple(write_bare(step, look) for step in steps)

    def place(self, number: float) -> float:
        return (number - self.null) / self.span


def _round_up(number: float) -> float:
    """Return the next of 1, 2, 4, 6, 10 times a power of ten: half of it is a round number too."""
    if number <= 0:
        return 0.01
    power = 10.0 ** floor(log10(number))
    return power * next(step for step in (1, 2, 4, 6, 10) if step * power >= number * 0.999)


def _whole(result: Result, name: str) -> float | None:
    """Return what the check says of everybody."""
    same = [m for m in result.measurements if m.name == name and "subset" not in m.scope]
    worst = [m for m in same if not m.scope or dict(m.scope) == {"over": "worst"}]
    return worst[0].estimate.value if worst else None


def _scope(rows: Sequence[Measurement]) -> str:
    apart = any(m.scope["subset"] == VULNERABLE for m in rows)
    rest = ", but for that of the most vulnerable people" if apart else ""
    counted = rows[0].scope.get("counted", "")
    what = f"{say('counted', counted)}; " if has("counted", counted) else ""
    return f"{what}each by itself; every lower end allows for all parts{rest}"


def _name(result: Result) -> str:
    card = result.card
    return say("check", card.id) if has("check", card.id) else safe_text(card.title, 60)


def _parts(result: Result) -> Iterator[Measurement]:
    for m in result.measurements:
        if m.name in _HEADS and _is_whole(m) and m.scope["subset"] != OTHERS:
            yield m


def _is_whole(m: Measurement) -> bool:
    """Tell whether a part is seen by all attacks together: no variant of one."""
    beside = m.scope.keys() - {"subset"}
    return "subset" in m.scope and (beside <= {"over", "counted"} or "over" in beside)


def _order(part: Measurement) -> tuple[int, int, str]:
    name = part.scope["subset"]
    number = name.removeprefix(_TENTH)
    if name == VULNERABLE:
        return (0, 0, name)
    if name.startswith(_TENTH) and number.isdecimal():
        return (3, -int(number), name)
    return (2 if has("part", name) else 1, 0, name)


def _worst_first(part: Measurement) -> tuple[int, float, str]:
    """Order the vulnerable people first, then groups that somebody declared, then by value."""
    place, _, name = _order(part)
    return (min(place, 2), -part.estimate.value, name)


def part_words(name: str) -> str:
    """Return the name of a part in words."""
    number = name.removeprefix(_TENTH)
    if name.startswith(_TENTH) and number.isdecimal():
        key = "most_alone" if number == "10" else "tenth"
        return say("part", key, number=number)
    return (
        say("part", name) if has("part", name) else say("part", "group", name=safe_text(name, 30))
    )


def _row(part: Measurement, scale: _Scale) -> PartRow:
    look, estimate = look_for(part.name), part.estimate
    name, value = part_words(part.scope["subset"]), write(estimate.value, look)
    ends = write_ends(estimate, look)
    strip = PartStrip(
        alt=say("strata", "alt", name=name, value=value, ends=ends),
        value=scale.place(estimate.value),
        low=None if estimate.low is None else scale.place(estimate.low),
        high=None if estimate.high is None else scale.place(estimate.high),
        whole=scale.whole,
    )
    p_value = "" if part.p_value is None else write_p(part.p_value)
    return PartRow(name, strip, write_count(part.n), value, ends, p_value)


def _more(result: Result, *, hidden: int) -> str:
    said = [f"and {hidden} more, in run.json"] if hidden > 0 else []
    for m in result.measurements:
        if m.name in _DISPARITIES:
            look, words = look_for(m.name), measurement_name(m.name)
            value = f"{write(m.estimate.value, look)}{look.suffix}"
            words = f"{words[:1].upper()}{words[1:]}"
            said.append(f"{words}: {value} ({write_ends(m.estimate, look)})")
    return ". ".join(said)
