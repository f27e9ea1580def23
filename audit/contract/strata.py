"""Parts of the people, fixed before anything is attacked.

One of them carries the pass: the most exposed 5, 10 or 25 %, the smallest that is evidence. All
others, tenths by exposure, minorities and the groups that a person declared, can only fail (DESIGN
section 4, point 9). Membership of a part and the choice of the part depend on the pool and on
sizes, never on who is a member.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np

from audit.contract.arms import Arm, BoolArray, FloatArray, Side
from audit.contract.exposure import standing
from audit.contract.lab import Lab
from audit.contract.reference import pool
from audit.facts.measurement import Caveat
from audit.facts.reasons import CaveatCode
from audit.statistics.power import FLOOR_Z

VULNERABLE, OTHERS = "vulnerable", "others"
SHARES = (0.05, 0.1, 0.25)
DISTANCE = 0.05
"""From no leak to the tightest limit of any built-in policy (AUC .55, excess .05)."""
RANKING = 1 / 12
"""Variance of one person's part in an AUC without a leak."""
ATTACKED = 0.65 / 4
"""The same of an outcome that half of the people show, after adjustment (`statistics.md` F10)."""
TENTHS = 10
FEWEST = 50
"""People on each side below which a part is not shown (`statistics.md` F23)."""
_RARE = 0.01
_MOST = 0.5
"""A group of more people than this is no minority."""


@dataclass(frozen=True, eq=False)
class Stratum:
    """Some of the people who are attacked."""

    name: str
    real: BoolArray
    """bool of shape (n_real,), people of the arm."""
    holdout: BoolArray

    @property
    def is_shown(self) -> bool:
        """Whether enough people of both sides belong to it."""
        return min(int(self.real.sum()), int(self.holdout.sum())) >= FEWEST

    @property
    def has_both_sides(self) -> bool:
        """Whether anybody of both sides belongs to it."""
        return bool(self.real.any() and self.holdout.any())

    @property
    def rest(self) -> "Stratum":
        """Everybody else."""
        return Stratum(f"not-{self.name}", ~self.real, ~self.holdout)


@dataclass(frozen=True, eq=False)
class Strata:
    """How the people who are attacked are parted."""

    vulnerable: Stratum | None
    """None where even a quarter of the people is no evidence."""
    others: tuple[Stratum, ...]
    caveats: tuple[Caveat, ...]


def strata_of(real: Arm, holdout: Arm, lab: Lab, *, variance: float = RANKING) -> Strata:
    """Part the people of two arms.

    Parameters
    ----------
    variance
        Of one person's part in the measurement: decides how many people are evidence.
    """
    places = [standing(lab)[arm.side][persons_of(arm, lab)] for arm in (real, holdout)]
    share = chosen_share(real.n_people, holdout.n_people, variance=variance)
    if share is None:
        vulnerable, said = None, _too_few(real.n_people, holdout.n_people)
    else:
        vulnerable = Stratum(VULNERABLE, places[0] < share, places[1] < share)
        said = _chosen(vulnerable, share)
    declared = [
        _stratum(n, rows, (real, holdout), lab) for n, rows in sorted(pool(lab).groups.items())
    ]
    found = [*_tenths(places[0], places[1]), *_minorities(real, holdout, lab)]
    shown = tuple(s for s in (*found, *declared) if s.is_shown)
    return Strata(vulnerable, shown, (said, *_hidden(found, declared)))


def chosen_share(n_real: int, n_holdout: int, *, variance: float = RANKING) -> float | None:
    """Return the smallest share of people that is evidence, from the sizes alone.

    A share is evidence where `FLOOR_Z` standard errors reach no farther than the limit. Where that
    holds of none, a quarter is taken as long as it is evidence for a ranking (726 + 726 people).
    """
    for share in SHARES:
        if _floor(share, n_real, n_holdout, variance) <= DISTANCE:
            return share
    widest = SHARES[-1]
    return widest if _floor(widest, n_real, n_holdout, RANKING) <= DISTANCE else None


def holdout_needed(n_real: int) -> int:
    """Return the holdout people from which a quarter of everybody is evidence for a ranking.

    With fewer than half as many real people as equal sides need, it is the number for equal sides,
    and the real people are too few as well.
    """
    together = 12 * (DISTANCE / FLOOR_Z) ** 2
    left = together - 1 / (SHARES[-1] * n_real)
    equal = ceil(2 / together / SHARES[-1] - 1e-6)
    return ceil(1 / left / SHARES[-1] - 1e-6) if left > together / 4 else equal


def persons_of(arm: Arm, lab: Lab) -> np.ndarray:
    """Return the number of each person of an arm in the side's table, shape (n_people,)."""
    found = np.empty(arm.n_people, dtype=np.int64)
    found[arm.person] = lab.table(arm.side).people[arm.rows]
    return found


def _floor(share: float, n_real: int, n_holdout: int, variance: float) -> float:
    sizes = [max(round(share * n), 1) for n in (n_real, n_holdout)]
    return round(FLOOR_Z * sqrt(variance * (1 / sizes[0] + 1 / sizes[1])), 9)


def _tenths(real: FloatArray, holdout: FloatArray) -> Iterator[Stratum]:
    """Yield ten parts by exposure, the tenth the most exposed."""
    parts = [np.minimum((x * TENTHS).astype(np.int64), TENTHS - 1) for x in (real, holdout)]
    for tenth in range(TENTHS):
        yield Stratum(f"decile-{TENTHS - tenth}", parts[0] == tenth, parts[1] == tenth)


def _minorities(real: Arm, holdout: Arm, lab: Lab) -> Iterator[Stratum]:
    """Yield people of rare categories and people with gaps, where they are some and not most."""
    for name, rows in _rare_or_incomplete(lab).items():
        table = pool(lab)
        share = float((np.bincount(table.people, rows, minlength=table.n_people) > 0).mean())
        if 0 < share <= _MOST:
            yield _stratum(name, rows, (real, holdout), lab)


def _stratum(name: str, rows: BoolArray, arms: tuple[Arm, Arm], lab: Lab) -> Stratum:
    """Return the people of whom one of some pooled rows is: who has several needs one."""
    table, n_real = pool(lab), lab.table(Side.REAL).n_people
    belongs = np.bincount(table.people, rows, minlength=table.n_people) > 0
    sides = {Side.REAL: belongs[:n_real], Side.HOLDOUT: belongs[n_real:]}
    parts = [sides[arm.side][persons_of(arm, lab)] for arm in arms]
    return Stratum(name, parts[0], parts[1])


def _rare_or_incomplete(lab: Lab) -> Mapping[str, BoolArray]:
    """Return which pooled rows have a rare category, and which lack a value."""
    table = pool(lab)
    rare, incomplete = np.zeros(table.n_rows, bool), np.zeros(table.n_rows, bool)
    for column in table.schema.comparable():
        codes = table.codes.get(column.name)
        if codes is None:
            incomplete |= np.isnan(table.numbers[column.name])
            continue
        counts = np.bincount(codes + 1)[codes + 1]
        rare |= (counts < _RARE * table.n_rows) & (codes >= 0)
        incomplete |= codes < 0
    return {"rare-category": rare, "incomplete": incomplete}


def _hidden(found: Sequence[Stratum], declared: Sequence[Stratum]) -> Iterator[Caveat]:
    """Say that parts are too small to be shown; those that a person declared by their name."""
    if not all(s.is_shown for s in found):
        yield Caveat(CaveatCode.SMALL_CELLS_HIDDEN)
    small = tuple(s.name for s in declared if not s.is_shown)
    if small:
        yield Caveat(CaveatCode.GROUPS_TOO_SMALL, {"needed": float(FEWEST)}, small)


def _chosen(vulnerable: Stratum, share: float) -> Caveat:
    people = {"real": float(vulnerable.real.sum()), "holdout": float(vulnerable.holdout.sum())}
    return Caveat(CaveatCode.VULNERABLE_CHOSEN, {"percent": 100 * share, **people})


def _too_few(n_real: int, n_holdout: int) -> Caveat:
    needed = {"rows": float(n_holdout), "rows_needed": float(holdout_needed(n_real))}
    return Caveat(CaveatCode.VULNERABLE_TOO_FEW, needed)
