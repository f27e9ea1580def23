"""Combination reuse: do values that one person alone has return in the release?

What the adversary does
-----------------------
Nothing; this is a measurement of the release. Of every value, every pair and many triples of
values that exactly one person of the pool (real and holdout together) has, it is looked up whether
they stand in the release. A synthetic record need not be near anybody for that: fragments of a
record give a person away where distances between whole records see nothing.

For each person the share of the person's own combinations that return is a number that does not
depend on who is a member. Its mean over real people less its mean over holdout people is the
excess. Dealing out the labels anew gives the law of a difference of two means exactly, whatever the
sizes of the tables; a person with many combinations counts once. Of a published variant, the share
of all returning combinations that belong to real people, the p-value is about the same; but its
size depends on the sizes of the tables, and a few people with many combinations decide it.

Combinations are counted twice over: as values stand (`verbatim`, where a number or a date takes
part), and with numbers and dates in 20 bins of equal weight (`binned`). A generator that draws real
values column by column repeats single numbers verbatim and knows nobody; in bins hardly anything
is left of that. So only binned combinations, the worst number of columns, raise an alarm.

What a high value means
-----------------------
The release repeats fragments of the records of people in the data.

What a low value does not mean
------------------------------
A mean over people does not show that a few of them were copied; the counts of copies do.

Cost
----
One look-up of the pool and of the release for each combination of columns: about 300 in each form.

References
----------
Platzer and Reutterer, Frontiers in Big Data 4, 2021 (share against the holdout). Cochran, Sampling
Techniques, 1977, theorem 2.2 (law under relabelling).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.arms import FloatArray
from audit.contract.check import Check, NothingToTry, Yield
from audit.contract.combinations import (
    Cells,
    Combination,
    Drawn,
    Reuse,
    binned_cells,
    count_reuse,
    draw_combinations,
    is_discretised,
    verbatim_cells,
)
from audit.contract.lab import Lab
from audit.contract.relabelled import CONFIDENCE, relabelled_ends
from audit.contract.targeted import as_measurement
from audit.facts.estimate import Estimate, exactly
from audit.facts.measurement import Card, Caveat, Family, Measurement, Need
from audit.facts.reasons import CaveatCode
from audit.statistics.effects import Effect, worst_of
from audit.statistics.exchangeability import share_test
from audit.statistics.max_t import max_t
from audit.statistics.power import detectable
from audit.statistics.rates import Z95, Ends, Tails

FEWEST = 22
"""Of fewer people who have a combination alone, no share is told: it would be about single ones."""
SIZES = (1, 2, 3)
DRAWS = 1_000
"""Relabellings behind the p-value of the worst; the lower end, not this, decides."""


@dataclass(frozen=True)
class CombinationReuse(Check):
    """Values and combinations of one person that return."""

    bins: int = 20
    pairs: int = 500
    """Pairs of columns that are tried at most; all of them in tables of up to 32 columns."""
    triples: int = 500

    card: ClassVar[Card] = Card(
        id="combination-reuse",
        version=1,
        title="Values that one person alone has return in the release",
        family=Family.COPYING,
        threat=None,
        references=("Platzer and Reutterer 2021", "Cochran 1977"),
        measures=("excess", "share", "control_share"),
        needs=frozenset({Need.HOLDOUT}),
    )

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Compare how much of what people have alone returns."""
        drawn = self._drawn(lab)
        binned: dict[str, Reuse] = {}
        measured = 0
        for k, tried in drawn.items():
            for form, reuse in self._counted(lab, tried).items():
                scope = {"k": str(k), "reuse": form}
                if not _is_told(reuse):
                    continue
                measured += 1
                yield from _case(reuse, scope, lab.stream(f"relabel/{form}/{k}"))
                if form == "binned":
                    binned[str(k)] = reuse
        if not measured:
            raise NothingToTry("too few people have a combination alone")
        if binned:
            yield _worst(tuple(binned.values()), lab.stream("worst"))
        yield from _sampled(drawn)

    def _drawn(self, lab: Lab) -> dict[int, Drawn]:
        names = sorted(c.name for c in lab.schema.comparable())
        most = {1: len(names), 2: self.pairs, 3: self.triples}
        return {
            k: draw_combinations(names, k, at_most=most[k], rng=lab.stream(f"combinations/{k}"))
            for k in SIZES
            if k <= len(names)
        }

    def _counted(self, lab: Lab, drawn: Drawn) -> dict[str, Reuse]:
        """Count combinations as they stand, where numbers take part, and in bins."""
        numbers = {c.name for c in lab.schema.comparable() if is_discretised(c)}
        with_number = [c for c in drawn.tried if numbers & set(c)]
        return {
            "verbatim": count_reuse(lab, _chosen(_verbatim(lab), with_number)),
            "binned": count_reuse(lab, _chosen(_binned(lab, self.bins), drawn.tried)),
        }


def _verbatim(lab: Lab) -> Mapping[str, Cells]:
    columns = lab.schema.comparable()
    return lab.keep("cells", lambda: {c.name: verbatim_cells(lab, c) for c in columns})


def _binned(lab: Lab, bins: int) -> Mapping[str, Cells]:
    columns = lab.schema.comparable()
    return lab.keep(
        ("cells", bins), lambda: {c.name: binned_cells(lab, c, bins=bins) for c in columns}
    )


def _chosen(cells: Mapping[str, Cells], tried: Sequence[Combination]) -> list[list[Cells]]:
    return [[cells[name] for name in combination] for combination in tried]


def _is_told(reuse: Reuse) -> bool:
    """Tell whether enough people, and two of each kind, have a combination alone."""
    owners, is_real = reuse.owners, reuse.is_real
    both = min(int((owners & is_real).sum()), int((owners & ~is_real).sum()))
    return both >= 2 and int(owners.sum()) >= FEWEST


def _case(
    reuse: Reuse, scope: Mapping[str, str], rng: np.random.Generator
) -> Iterator[Measurement]:
    """Yield the mean share that returns, of real and of holdout people, and their difference."""
    real = reuse.rates[reuse.owners & reuse.is_real]
    holdout = reuse.rates[reuse.owners & ~reuse.is_real]
    yield Measurement("share", exactly(float(real.mean())), real.size, scope)
    yield Measurement("control_share", _mean(holdout), holdout.size, scope)
    if not reuse.returned.any():
        # Nothing that anybody has alone returns: that is known.
        nothing = exactly(0.0)
        yield Measurement("excess", nothing, real.size + holdout.size, scope, 0.0, p_value=1.0)
        return
    effect = _effect(reuse, rng)
    yield as_measurement("excess", effect, n=real.size + holdout.size, scope=scope)


def _mean(values: FloatArray) -> Estimate:
    value, half = float(values.mean()), Z95 * float(values.std(ddof=1)) / np.sqrt(values.size)
    low, high = max(0.0, value - half), min(1.0, value + half)
    return Estimate(value, low, high, CONFIDENCE, "normal, over holdout people")


def _effect(reuse: Reuse, rng: np.random.Generator) -> Effect:
    """Return the difference of the two means with its law under relabelling.

    Given the people who have a combination alone, which of them are real is uniformly random, and
    the difference grows with the share of all rates that real people have: one test serves both.
    """
    owners, is_real, rates = reuse.owners, reuse.is_real, reuse.rates
    real, holdout = owners & is_real, owners & ~is_real
    n_t, n_h = int(real.sum()), int(holdout.sum())
    m, c = float(rates[real].mean()), float(rates[holdout].mean())
    fit = share_test(rates[owners], is_real[owners], rng=rng)
    null_se = float(rates[owners].std(ddof=1)) * np.sqrt(1 / n_t + 1 / n_h)
    influence = np.where(real, (rates - m) / n_t, 0) - np.where(holdout, (rates - c) / n_h, 0)
    # With few people, or all of one kind alike, the spread within the two kinds says too little.
    se = max(float(np.sqrt(influence @ influence)), null_se if min(n_t, n_h) < FEWEST else 0.0)
    tails = Tails(fit.p_risky, fit.p_safe)

    def ends(z: float) -> Ends:
        low, high = relabelled_ends(m - c, 0.0, se, tails, z=z)
        return Ends(max(-1.0, low), min(1.0, high))

    how = "difference of means, normal"
    return Effect(m - c, ends, 0.0, se, null_se, tails, how, influence)


def _worst(cases: Sequence[Reuse], rng: np.random.Generator) -> Measurement:
    """Return the worst number of columns, with a p-value and a lower end that allow for it."""
    effects = [_effect(c, rng) for c in cases if c.returned.any()]
    scope = {"reuse": "binned", "over": "worst"}
    owners = np.any([c.owners for c in cases], axis=0)
    n = int(owners.sum())
    if not effects:
        return Measurement("excess", exactly(0.0), n, scope, 0.0, p_value=1.0)
    lifts = np.column_stack([_lifts(c) for c in cases])
    p = max_t(lifts[owners], cases[0].is_real[owners], rng=rng, draws=DRAWS)
    worst = worst_of(effects, rng)
    low = min(worst.low, worst.value)
    method = f"worst of {len(effects)}, simultaneous lower end"
    return Measurement(
        "excess",
        Estimate(worst.value, low, worst.high, CONFIDENCE, method),
        n,
        scope,
        null_value=0.0,
        p_value=p.p_risky,
        p_safe_side=p.p_safe,
        detectable=max(detectable(e.null_se) for e in effects),
        safe_high=worst.safe_high,
    )


def _lifts(reuse: Reuse) -> FloatArray:
    """Return each person's rate above the mean, 0 for people who have no combination alone."""
    mean = float(reuse.rates[reuse.owners].mean())
    return np.asarray(np.where(reuse.owners, reuse.rates - mean, 0.0), dtype=np.float64)


def _sampled(drawn: Mapping[int, Drawn]) -> Iterator[Caveat]:
    tried = sum(len(d.tried) for d in drawn.values())
    possible = sum(d.possible for d in drawn.values())
    if tried < possible:
        numbers = {"tried": float(tried), "possible": float(possible)}
        yield Caveat(CaveatCode.COMBINATIONS_SAMPLED, numbers)
