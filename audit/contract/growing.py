"""Statements grown around records of the release until each is true of one record only.

Whoever looks for a statement that isolates can take columns by chance, take those by which a
record stands out, or cut the table in two again and again until one record is left.
"""

from collections.abc import Mapping

import numpy as np

from audit.contract.arms import BoolArray, FloatArray, IntArray, Side
from audit.contract.descriptions import Descriptions, describe
from audit.contract.lab import Lab
from audit.contract.predicates import Condition, Op, Predicate, column_values
from audit.facts.schema import Column

_TRIES_PER_PREDICATE = 400
_BATCH = 4_096
_FRUITLESS = 25
"""So many batches without a new statement end the search."""
_CUTS = 64
"""A record that so many cuts leave in company has twins."""


def described(lab: Lab) -> Descriptions:
    """Return what can be said of the records of the release, ranked once for all growers."""
    return lab.keep("described", lambda: describe(lab.table(Side.SYNTHETIC), _columns(lab)))


def by_chance(lab: Lab, n: int, *, width: int) -> list[Predicate]:
    """Return at most n statements about `width` columns that are drawn evenly."""
    rng, records = lab.stream(f"chance/{width}"), described(lab)
    n_rows, columns = records.levels.shape[1], len(records.columns)
    # Keyed by the record and the set of columns: no other record gives the same statement.
    found: dict[tuple[int, bytes], Predicate] = {}
    fruitless = 0
    size = min(_BATCH, 4 * n)
    for _ in range(0, _TRIES_PER_PREDICATE * n, size):
        lab.checkpoint()
        before = len(found)
        rows = rng.integers(n_rows, size=size)
        order = rng.random((size, columns)).argsort(axis=1, kind="stable")
        chosen = np.sort(order[:, :width], axis=1)
        for i in np.flatnonzero(records.alone(rows, chosen)):
            if len(found) == n:
                break
            key = (int(rows[i]), chosen[i].tobytes())
            if key not in found:
                found[key] = records.predicate(int(rows[i]), chosen[i])
        fruitless = fruitless + 1 if len(found) == before else 0
        if len(found) == n or fruitless == _FRUITLESS:
            break
    return list(found.values())


def greedily(lab: Lab, n: int, *, most: int) -> list[Predicate]:
    """Return at most n statements about the columns by which a record stands out most.

    Columns are added to a record's description, the one that fits fewest records first, until it
    fits no other record. No record is described twice.
    """
    records = described(lab)
    rows = lab.stream("greedy").permutation(records.levels.shape[1])
    order = np.argsort(_fits(records), axis=0, kind="stable").T
    found: list[Predicate] = []
    for start in range(0, rows.size, _BATCH):
        open_ = rows[start : start + _BATCH]
        for width in range(2, min(most, len(records.columns)) + 1):
            lab.checkpoint()
            chosen = order[open_, :width]
            alone = records.alone(open_, chosen)
            pairs = zip(open_[alone], chosen[alone], strict=True)
            found.extend(records.predicate(int(row), c) for row, c in pairs)
            open_ = open_[~alone]
        if len(found) >= n:
            break
    return found[:n]


def by_trees(lab: Lab, n: int) -> list[Predicate]:
    """Return at most n statements, each the way to a record that random cuts leave alone.

    One path of an isolation tree for each record (Liu, Ting and Zhou 2008, on the whole release):
    a number is cut at a value drawn among those of the records still there, a category and a gap
    are taken for themselves. Whoever stands out is alone after few cuts.
    """
    rng, table = lab.stream("trees"), lab.table(Side.SYNTHETIC)
    columns = _columns(lab)
    values = np.array([column_values(table, c.name) for c in columns])
    numeric = np.array([c.kind.is_numeric for c in columns])
    found: dict[Predicate, None] = {}
    for i, row in enumerate(rng.permutation(table.n_rows)[: 2 * n]):
        if i % 256 == 0:
            lab.checkpoint()
        predicate = _path(values, numeric, columns, int(row), rng)
        if predicate is not None:
            found[predicate] = None
        if len(found) == n:
            break
    return list(found)


def joined(made: Mapping[str, list[Predicate]], *, fewest: int) -> dict[str, list[Predicate]]:
    """Join each way that offers too few statements to say anything with the next one.

    Few statements have a wide interval whatever they find, and the worst case has the widest.

    Parameters
    ----------
    made
        Statements of each way.
    fewest
        So many stand for themselves.
    """
    found: dict[str, list[Predicate]] = {}
    names: list[str] = []
    waiting: list[Predicate] = []
    for way, statements in made.items():
        names, waiting = [*names, way], [*waiting, *statements]
        if len(waiting) >= fewest:
            found["+".join(names)] = list(dict.fromkeys(waiting))
            names, waiting = [], []
    if waiting:
        last = found.popitem() if found else ("", [])
        found["+".join(filter(None, [last[0], *names]))] = list(dict.fromkeys([*last[1], *waiting]))
    return found


def _columns(lab: Lab) -> list[Column]:
    return sorted(lab.schema.comparable(), key=lambda c: c.name)


def _fits(records: Descriptions) -> IntArray:
    """Return how many records the condition on each value of a record fits, shape (p, n)."""
    fits = np.empty(records.levels.shape, dtype=np.int64)
    for j, column in enumerate(records.columns):
        level = records.levels[j]
        size = np.bincount(level, minlength=records.distinct[j].size + 1)
        up_to = np.cumsum(size) - size[0]
        if not column.kind.is_numeric:
            fits[j] = size[level]
            continue
        upper = level > records.middle[j]
        fits[j] = np.where(upper, up_to[-1] - up_to[level] + size[level], up_to[level])
        fits[j][level == 0] = size[0]
    return fits


def _path(
    values: FloatArray,
    numeric: BoolArray,
    columns: list[Column],
    row: int,
    rng: np.random.Generator,
) -> Predicate | None:
    """Return the conditions that cut a record off from all others, None if it has twins."""
    inside: IntArray | None = None
    low = np.full(len(columns), -np.inf)
    high = np.full(len(columns), np.inf)
    alike = np.zeros(len(columns), dtype=bool)
    for _ in range(_CUTS):
        j = int(rng.integers(len(columns)))
        # At first everybody is inside.
        here, own = values[j] if inside is None else values[j][inside], float(values[j, row])
        if np.isnan(own) or not numeric[j]:
            stays = np.isnan(here) if np.isnan(own) else here == own
            alike[j] |= not stays.all()
        else:
            # A gap lies on no side of a cut.
            cut = float(here[rng.integers(here.size)])
            if np.isnan(cut) or cut == own:
                continue
            if cut < own:
                stays = here > cut
                low[j] = np.where(stays, here, np.inf).min()
            else:
                stays = here < cut
                high[j] = np.where(stays, here, -np.inf).max()
        left = np.flatnonzero(stays)
        inside = left if inside is None else inside[left]
        if inside.size == 1:
            return _said(values[:, row], low, high, alike, columns)
    return None


def _said(
    own: FloatArray, low: FloatArray, high: FloatArray, alike: BoolArray, columns: list[Column]
) -> Predicate | None:
    """Return the conditions on two columns or more; None where one column says it all."""
    conditions = []
    for j, column in enumerate(columns):
        if alike[j]:
            gap = bool(np.isnan(own[j]))
            value = 0.0 if gap else float(own[j])
            conditions.append(Condition(column.name, Op.MISSING if gap else Op.EQUALS, value))
        if np.isfinite(low[j]):
            conditions.append(Condition(column.name, Op.AT_LEAST, float(low[j])))
        if np.isfinite(high[j]):
            conditions.append(Condition(column.name, Op.AT_MOST, float(high[j])))
    several = len({c.column for c in conditions}) > 1
    return Predicate(tuple(conditions)) if several else None
