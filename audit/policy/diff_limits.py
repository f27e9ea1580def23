"""Where and how the limit of a rule differs between two policies."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import TypeAlias

from audit.facts.difference import Change, Direction
from audit.facts.judgement import Declared, Limit, Policy, Rule, Tier
from audit.policy.limits import SENSITIVITIES, resolved

_Pair: TypeAlias = tuple[float | None, float | None]
_Cells: TypeAlias = Mapping[tuple[Tier, str], _Pair]


def limit_changes(old: Rule, new: Rule, *, before: Policy, after: Policy) -> Iterator[Change]:
    """Yield one change per place where the limit differs, and as few places as say it all."""
    if _above(old.limit) != _above(new.limit):
        yield _moved("limit above the value without a leak", _above(old.limit), _above(new.limit))
    claims = (_claim(old.limit), _claim(new.limit))
    if claims[0] != claims[1]:
        yield Change("limit as claimed", *claims, Direction.OTHER)
    tiers = [tier for tier in after.contexts_allowed if tier in before.contexts_allowed]
    cells = {
        (tier, sensitivity): (
            _number(old.limit, before, tier, sensitivity),
            _number(new.limit, after, tier, sensitivity),
        )
        for tier, sensitivity in product(tiers, SENSITIVITIES)
    }
    for where, (was, now) in _places(cells).items():
        if was != now:
            yield _moved("limit", was, now, where)
    collides = (old.limit_where_control_collides, new.limit_where_control_collides)
    if collides[0] != collides[1]:
        yield _moved("limit_where_control_collides", *collides)


def _above(limit: Limit | None) -> float | None:
    return None if limit is None else limit.above_null


def _claim(limit: Limit | None) -> str | None:
    return None if limit is None else limit.declared


def _number(limit: Limit | None, policy: Policy, tier: Tier, sensitivity: str) -> float | None:
    if limit is None:
        return None
    declared = Declared(tier=tier, sensitivity=sensitivity)
    return resolved(limit, policy, declared=declared, measurement=None)


def _places(cells: _Cells) -> dict[str, _Pair]:
    """Name the cells by context, by sensitivity or by neither, where that tells them apart."""
    if len(set(cells.values())) <= 1:
        return dict.fromkeys(("",), next(iter(cells.values()))) if cells else {}
    for part in (0, 1):
        by_part: dict[str, set[_Pair]] = {}
        for key, pair in cells.items():
            by_part.setdefault(str(key[part]), set()).add(pair)
        if all(len(pairs) == 1 for pairs in by_part.values()):
            return {name: next(iter(pairs)) for name, pairs in by_part.items()}
    return {f"{tier}, {sensitivity}": pair for (tier, sensitivity), pair in cells.items()}


def _moved(what: str, was: float | None, now: float | None, where: str = "") -> Change:
    """A limit that is not there cannot be compared with one that is."""
    direction = Direction.OTHER
    if was is not None and now is not None:
        direction = Direction.LOOSER if now > was else Direction.TIGHTER
    return Change(what, was, now, direction, where)
