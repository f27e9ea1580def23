"""Parts of the people side by side: the vulnerable, declared groups, minorities, tenths."""

from collections.abc import Iterable, Iterator, Sequence

from audit.facts.measurement import Measurement, Result
from audit.report.digits import look_for, write, write_count, write_ends, write_p
from audit.report.names import OTHERS, VULNERABLE, measurement_name
from audit.report.pieces import Table
from audit.report.sentences import has, say
from audit.text import safe_text

MOST_ROWS = 24
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


def parts_tables(results: Iterable[Result]) -> Iterator[Table]:
    """Yield what each part of the people shows, of every check that looks at parts."""
    for result in results:
        in_full = result.card.id in _WHOLE_FIELDS
        rows = sorted(_parts(result), key=_order if in_full else _worst_first)
        most = MOST_ROWS if in_full else FEW_ROWS
        if rows:
            yield Table(
                caption=f"Parts of the people: {_name(result)}",
                scope=_scope(rows),
                heads=("Part", "People", _HEADS[rows[0].name], "95 % ends", "p"),
                rows=tuple(_row(m) for m in rows[:most]),
                right=frozenset({1, 2, 4}),
                ends=frozenset({3}),
                more=_more(result, hidden=len(rows) - most),
            )


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


def _row(part: Measurement) -> tuple[str, ...]:
    look = look_for(part.name)
    return (
        part_words(part.scope["subset"]),
        write_count(part.n),
        write(part.estimate.value, look),
        write_ends(part.estimate, look),
        "" if part.p_value is None else write_p(part.p_value),
    )


def _more(result: Result, *, hidden: int) -> str:
    said = [f"and {hidden} more, in run.json"] if hidden > 0 else []
    for m in result.measurements:
        if m.name in _DISPARITIES:
            look, words = look_for(m.name), measurement_name(m.name)
            value = f"{write(m.estimate.value, look)}{look.suffix}"
            words = f"{words[:1].upper()}{words[1:]}"
            said.append(f"{words}: {value} ({write_ends(m.estimate, look)})")
    return ". ".join(said)
