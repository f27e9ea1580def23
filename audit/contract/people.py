"""What all attacks together say of one person at a time, and of how many it may be believed.

Every person gets one number, and every real person a p-value: how many holdout people who stand as
much alone have a number as large (`audit.statistics.conformal`). The number must not know who is
real. Each attack has one vote: -log of the part of the class whose score is as high, averaged over
the ways to run the attack; votes are added (Fisher). The largest rank would not do: among forty
rankings somebody stands first in each, so that many people tie at the top and nobody stands out.

Classes are parts of the pool by exposure. A larger class can tell apart fewer people who stand
out: with h holdout people in it a share of about 1 / (q h) of the real ones must. Hence a class
has `FEWEST` where it can, and which class a person is in depends on the pool and on sizes alone.

What follows is about single people, so only counts leave here: a caveat. No interval goes with the
count, since a false discovery rate is a mean over splits. The share of members found where one in
a hundred strangers is accused has one (`tpr_at_fpr_1pct`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from audit.contract.arms import BoolArray, FloatArray, IntArray, Side
from audit.contract.exposure import standing
from audit.contract.lab import Lab
from audit.contract.outcomes import Scores
from audit.facts.measurement import Caveat
from audit.facts.reasons import CaveatCode
from audit.statistics.conformal import conformal_values, fewest_rejected, step_up
from audit.statistics.roc import midranks

RATE = 0.1
"""Of the people who are picked out, the part that chance may have picked, on average."""
MOST_CLASSES = 10
FEWEST = 500
"""Holdout people of a class, expected: then one real person in fifty who stands out is enough."""
TAILS = (0.01, 0.1)
"""Part of the holdout people beyond whom people are counted; the first that every class has."""


@dataclass(frozen=True, eq=False, repr=False)
class PersonEvidence:
    """One entry per real person, in the order of the table: shapes (n_real,)."""

    p: FloatArray
    smallest: FloatArray
    """What p can be at least: 1 / (holdout people of the class + 1)."""
    level: IntArray
    """Class by exposure, 1 for people with many like them, the highest for the most exposed."""
    flagged: BoolArray
    """Whether there is evidence that the person was in the data, at a false discovery rate."""
    n_holdout: int


def evidence_of(cases: Sequence[Scores], lab: Lab) -> PersonEvidence | None:
    """Return the evidence about every real person; None where the split explains nothing.

    Parameters
    ----------
    cases
        Label-blind scores of everybody; `attack` in the scope tells which belong together.
    """
    if not lab.release.split.is_exchangeable:
        return None
    n_real, n_holdout = cases[0].real.size, cases[0].holdout.size
    places = standing(lab)
    part = exposure_classes(np.concatenate([places[Side.REAL], places[Side.HOLDOUT]]), n_holdout)
    scores = pooled_scores(cases, part)
    found = conformal_values(
        scores[:n_real],
        scores[n_real:],
        real_class=part[:n_real],
        holdout_class=part[n_real:],
    )
    level = int(part.max()) + 1 - part[:n_real]
    return PersonEvidence(
        found.p, found.smallest, level, step_up(found.p, q=RATE), n_holdout=n_holdout
    )


def exposure_classes(place: FloatArray, n_holdout: int) -> IntArray:
    """Part the pool by exposure, 0 for the most exposed: int64 of shape (n_pool,).

    Parameters
    ----------
    place
        Which part of the pool stands alone more than a person does, shape (n_pool,).
    n_holdout
        How many of them are holdout people; which ones is not looked at.
    """
    wanted = min(MOST_CLASSES, max(1, n_holdout // FEWEST))
    part = np.minimum((place * wanted + 1e-9).astype(np.int64), wanted - 1)
    # People of equal records stand equal, so a part may be small or empty: neighbours are joined.
    enough = place.size * FEWEST // n_holdout
    joined, current, size = np.zeros(wanted, dtype=np.int64), 0, 0
    for i, count in enumerate(np.bincount(part, minlength=wanted)):
        if size >= enough:
            current, size = current + 1, 0
        joined[i] = current
        size += int(count)
    if size < enough and current > 0:
        joined[joined == current] = current - 1
    return np.asarray(joined[part], dtype=np.int64)


def pooled_scores(cases: Sequence[Scores], part: IntArray) -> FloatArray:
    """Return one number per pooled person, larger for likelier members, shape (n_pool,)."""
    attacks: dict[str, list[Scores]] = {}
    for case in cases:
        attacks.setdefault(case.scope.get("attack", ""), []).append(case)
    total = np.zeros(part.size)
    for ways in attacks.values():
        total += sum(_surprise(case.pooled, part) for case in ways) / len(ways)
    return total


def people_caveats(evidence: PersonEvidence | None) -> Iterator[Caveat]:
    """Yield of how many people there is evidence, or why of none; never of whom."""
    if evidence is None:
        return
    flagged, people = float(evidence.flagged.sum()), float(evidence.p.size)
    needed = fewest_rejected(evidence.smallest, q=RATE)
    if needed is None:
        held_out = {"holdout": float(evidence.n_holdout), "needed": float(ceil(1 / RATE) - 1)}
        yield Caveat(CaveatCode.PEOPLE_UNTESTED, held_out)
    elif flagged:
        numbers = {"flagged": flagged, "people": people, "percent": 100 * RATE}
        yield Caveat(CaveatCode.PEOPLE_FLAGGED, {**numbers, "expected_false": RATE * flagged})
    else:
        sizes = {"needed": float(needed), "people": people}
        yield Caveat(CaveatCode.NOBODY_FLAGGED, {**sizes, **_beyond(evidence)})


def _surprise(scores: FloatArray, part: IntArray) -> FloatArray:
    """Return -log of the part of a person's class that scores as high, ties in the middle."""
    tail = np.empty(scores.size)
    for label in range(int(part.max()) + 1):
        inside = part == label
        tail[inside] = (inside.sum() + 1 - midranks(scores[inside])) / inside.sum()
    return np.asarray(-np.log(tail), dtype=np.float64)


def _beyond(evidence: PersonEvidence) -> dict[str, float]:
    """Return how many people lie beyond a tail of their class, and how many chance puts there."""
    rank = np.rint(1 / evidence.smallest)
    tail = next((a for a in TAILS if a * rank.min() >= 1), TAILS[-1])
    expected = float((np.floor(tail * rank + 1e-9) * evidence.smallest).sum())
    beyond = float((evidence.p <= tail + 1e-12).sum())
    return {"beyond": beyond, "expected": expected, "percent": 100 * tail}
