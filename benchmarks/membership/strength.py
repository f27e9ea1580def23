"""Is our worst case ever weaker than a published attack with its published settings?

Both know as much: half of the holdout. The published attacks take it as their reference, as they
were published; ours keeps to its own, which knows no label, and is not given that half at all. Both
are judged on the same people, the real ones and the other half of the holdout. Less by no more than
one standard error of the difference, the same people taken into account, is no weaker.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import log

import numpy as np
import pandas as pd

from audit.contract.lab import Lab
from audit.contract.outcomes import Scores
from audit.data.release import Release, release_from_frames
from audit.data.table import Table
from audit.facts.project import ColumnPlan, Project
from audit.facts.schema import Kind
from audit.harness.registry import configured
from audit.harness.worst_case_membership import MembershipWorstCase
from audit.statistics.roc import fit_auc, fit_tail
from audit.statistics.tail import GRADED_FROM, SMALLEST_COUNT
from benchmarks.synth_mia import Width, encoded, kernels, presets, scored

Frames = Mapping[str, pd.DataFrame]
FloatArray = np.ndarray
TAILS = {"TPR at 10 %": 0.1, "TPR at 1 %": 0.01}


@dataclass(frozen=True, eq=False)
class Strength:
    """What an attack reaches in one measure."""

    name: str
    value: float
    merit: float
    """What is compared: the AUC, or the logarithm of the rate."""
    influence: FloatArray
    """Share of each person in the error of the merit."""


@dataclass(frozen=True)
class Duel:
    """Our worst case and the published attack that comes nearest to beating it."""

    measure: str
    ours: Strength
    theirs: Strength
    best: Strength
    """The published attack with the largest value, often the same."""
    error: float
    """Standard error of the difference of merits."""

    @property
    def holds(self) -> bool:
        """Whether ours is no weaker."""
        return self.ours.merit >= self.theirs.merit - self.error


def duels(frames: Frames, *, widths: tuple[Width, ...] = ("scott",)) -> Iterator[Duel]:
    """Yield one duel for each measure that so many people can carry.

    Parameters
    ----------
    frames
        `real`, `holdout` and `synthetic`, without identifiers.
    """
    release = divided(frames)
    ours = list(our_scores(replace(release, reference=None)))
    theirs = list(published_scores(release, widths))
    for measure in ("AUC", *TAILS):
        fields = [[s for c in side if (s := strength(measure, c))] for side in (ours, theirs)]
        if all(fields):
            yield _duel(measure, *fields)


def divided(frames: Frames) -> Release:
    """Return a release whose reference is one half of the holdout, and whose holdout the other."""
    holdout = frames["holdout"].reset_index(drop=True)
    half = np.random.default_rng(0).permutation(len(holdout)) < len(holdout) // 2
    plans = {
        str(name): ColumnPlan(kind=Kind.CATEGORICAL)
        for name in holdout.select_dtypes(exclude=["number", "datetime", "bool"])
    }
    return release_from_frames(
        frames["real"].reset_index(drop=True),
        frames["synthetic"].reset_index(drop=True),
        holdout[~half],
        project=Project(columns=plans),
        reference=holdout[half],
    )


def our_scores(release: Release) -> Iterator[Scores]:
    """Yield the scores of all attacks that compete in the worst case and need no label."""
    lab = Lab(release, seed=0)
    (worst,) = (c for c in configured({}) if isinstance(c, MembershipWorstCase))
    for attack in worst.attacks:
        for case in attack.outcomes(lab):
            yield replace(
                case, scope={"attack": attack.card.id.removeprefix("membership-"), **case.scope}
            )


def published_scores(release: Release, widths: tuple[Width, ...]) -> Iterator[Scores]:
    """Yield the scores of all presets: raw, standardised, and kernels on the numbers alone.

    No kernel density can be fitted to marks of all levels, so these attacks would be left out of
    every table with a category.
    """
    whole = {side: frame_of(table) for side, table in _sides(release).items()}
    for encoding in ("raw", "standardised", "numbers alone"):
        given = whole
        if encoding == "numbers alone":
            given = {side: frame.select_dtypes("number") for side, frame in whole.items()}
            if given["real"].shape[1] in (0, whole["real"].shape[1]):
                continue
        tables = encoded(given, standardised=encoding != "raw")
        for width in widths:
            attacks = kernels(width) if encoding == "numbers alone" else presets(width)
            for name, attack in attacks.items():
                found = scored(attack, tables)
                if found is not None:
                    n, scope = len(tables.real), {"attack": name, "encoding": encoding}
                    scope |= {} if len(widths) == 1 else {"width": width}
                    yield Scores(scope, found[:n], found[n:])


def frame_of(table: Table) -> pd.DataFrame:
    """Return a typed table as plain columns: numbers, dates among them, and labels."""
    named = table.schema.comparable()
    numbers = {c.name: table.numbers[c.name] for c in named if c.name in table.numbers}
    labels = {c.name: table.codes[c.name].astype(str) for c in named if c.name not in numbers}
    return pd.DataFrame(numbers | labels)


def strength(measure: str, case: Scores) -> Strength | None:
    """Return what scores reach; None where the holdout is too small for the measure."""
    name = ", ".join(case.scope.values())
    if measure == "AUC":
        fit = fit_auc(case.real, case.holdout)
        return Strength(name, fit.value, fit.value, fit.influence)
    tail = fit_tail(case.real, case.holdout, alpha=TAILS[measure])
    if tail is None or tail.j < GRADED_FROM:
        return None
    merit = log(max(tail.found, SMALLEST_COUNT))
    return Strength(name, tail.tpr, merit, tail.influence)


def _duel(measure: str, ours: list[Strength], theirs: list[Strength]) -> Duel:
    champion = max(ours, key=lambda s: s.merit)
    nearest = max(theirs, key=lambda s: s.merit - _error(champion, s))
    best = max(theirs, key=lambda s: s.merit)
    return Duel(measure, champion, nearest, best, _error(champion, nearest))


def _error(one: Strength, other: Strength) -> float:
    return float(np.linalg.norm(one.influence - other.influence))


def _sides(release: Release) -> dict[str, Table]:
    assert release.holdout is not None
    assert release.reference is not None
    return {
        "real": release.real,
        "holdout": release.holdout,
        "reference": release.reference,
        "synthetic": release.synthetic,
    }
