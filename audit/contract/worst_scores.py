"""The worst of several rankings of the same people, honestly counted.

Value and upper end are the largest; the lower end allows for the choice (DESIGN section 4,
point 6). An attack that was trained on the labels of half of the people is tested on the other
half; it shares the level with all others by Bonferroni.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isinf

import numpy as np

from audit.contract.outcomes import Scores
from audit.contract.scoring import (
    CONFIDENCE,
    LOG_RATIOS,
    TAILS,
    auc_effect,
    bound_measured,
    detectable_log_ratio,
    log_ratio_effect,
)
from audit.facts.estimate import Estimate
from audit.facts.measurement import Measurement, SafeHigh
from audit.statistics.effects import Effect, Worst, joined, safe_both_sides, worst_of
from audit.statistics.max_t import max_t
from audit.statistics.multiplicity import bonferroni_level, bonferroni_z
from audit.statistics.power import detectable
from audit.statistics.privacy_loss import epsilon_lower, fit_advantage, mu_lower
from audit.statistics.rates import Tails, normal_quantile
from audit.statistics.roc import midranks
from audit.statistics.tail import GRADED_FROM, TailFit, fit_tail
from audit.statistics.tail_power import tail_safe_high

JOINS_FROM = 2 * GRADED_FROM
"""Holdout people beyond the threshold from which half of the people may speak about a tail."""


def worst_scores(
    cases: Sequence[Scores],
    scope: Mapping[str, str],
    rng: np.random.Generator,
    *,
    trained: Scores | None = None,
) -> Iterator[Measurement]:
    """Yield all measurements of the worst of several attacks on the same people.

    Parameters
    ----------
    cases
        Label-blind scores of the same people.
    trained
        Scores of people on whom an attack that learned from the labels of others was tested.
    """
    field = _Field(tuple(cases), scope, rng, trained)
    yield field.auc()
    for tag, alpha in TAILS.items():
        yield from field.tail(tag, alpha)
    half = rng.permutation(cases[0].pooled.size) < cases[0].pooled.size // 2
    yield from _worst_advantage(cases, half, scope)
    yield from _bounds(cases, half, scope)


@dataclass(frozen=True, eq=False)
class _Field:
    """All attacks that compete."""

    cases: tuple[Scores, ...]
    scope: Mapping[str, str]
    rng: np.random.Generator
    trained: Scores | None

    @property
    def n(self) -> int:
        return int(self.cases[0].pooled.size)

    def auc(self) -> Measurement:
        ranks = np.column_stack([midranks(c.pooled) for c in self.cases])
        p = max_t(ranks, np.arange(self.n) < self.cases[0].real.size, rng=self.rng)
        effects = [auc_effect(c) for c in self.cases]
        late = None if self.trained is None else auc_effect(self.trained)
        worst = worst_of(effects, self.rng, both_sides=True, level=_level(late))
        if late is not None:
            safe = safe_both_sides(0.5, np.array([late.null_se]))
            worst = joined(worst, late, safe=safe, level=_level(late))
        tails = _shared(Tails(p.p_risky, p.p_safe), late)
        k = len(effects) + (late is not None)
        found = self._measured("auc", worst, effects, tails, k=k)
        return replace(found, least_low=worst.least_low)

    def tail(self, tag: str, alpha: float) -> Iterator[Measurement]:
        fits = [f for f in (fit_tail(c.real, c.holdout, alpha=alpha) for c in self.cases) if f]
        if not fits:
            return
        found = self.trained
        fit = None if found is None else fit_tail(found.real, found.holdout, alpha=alpha)
        # Too small a half would widen the ends and find nothing; how small depends on sizes alone.
        late = fit if fit is not None and fit.j >= JOINS_FROM else None
        k = len(fits)
        blind = Tails(
            min(1.0, k * min(f.p_risky for f in fits)), min(1.0, k * min(f.p_safe for f in fits))
        )
        tails = _shared(blind, None if late is None else log_ratio_effect(late))
        if tag in LOG_RATIOS:
            yield self._log_ratio(tag, alpha, fits, late=late, tails=tails)
        yield self._tpr(tag, fits, late=late, tails=tails)

    def _log_ratio(
        self, tag: str, alpha: float, fits: Sequence[TailFit], *, late: TailFit | None, tails: Tails
    ) -> Measurement:
        effects = [log_ratio_effect(f) for f in fits]
        newcomer = None if late is None else log_ratio_effect(late)
        worst = worst_of(effects, self.rng, level=_level(newcomer))
        safe = _safe_tail(fits, alpha, self.rng)
        worst = worst if safe is None else replace(worst, safe_high=safe)
        if late is not None and newcomer is not None:
            theirs = _safe_tail([late], alpha, self.rng) or worst.safe_high
            worst = joined(worst, newcomer, safe=theirs, level=_level(newcomer))
        k = len(fits) + (late is not None)
        found = self._measured(f"log_ratio_at_fpr_{tag}", worst, effects, tails, k=k)
        first, estimate = fits[0], found.estimate
        # With fewer than 10 holdout people beyond the threshold nothing may pass on it.
        high = estimate.high if first.graded else None
        method = f"{estimate.method}, j = {first.j}"
        return replace(
            found,
            estimate=Estimate(estimate.value, estimate.low, high, CONFIDENCE, method),
            detectable=detectable_log_ratio(first, alpha),
            safe_high=worst.safe_high if safe is not None and first.graded else None,
        )

    def _tpr(
        self, tag: str, fits: Sequence[TailFit], *, late: TailFit | None, tails: Tails
    ) -> Measurement:
        everyone = [*fits, late] if late is not None else list(fits)
        level = CONFIDENCE if late is None else bonferroni_level(2)
        z = bonferroni_z(len(fits), level=level)
        lows = [f.tpr_ends(z).low for f in fits]
        if late is not None:
            lows.append(late.tpr_ends(normal_quantile(level)).low)
        value = max(f.tpr for f in everyone)
        high = max(f.tpr_ends().high for f in everyone)
        return Measurement(
            f"tpr_at_fpr_{tag}",
            Estimate(
                value,
                min(max(lows), value),
                high if fits[0].graded else None,
                CONFIDENCE,
                f"worst of {len(everyone)}, Bonferroni lower end, j = {fits[0].j}",
            ),
            self.n,
            self.scope,
            null_value=fits[0].false_positive_rate,
            p_value=tails.risky,
            p_safe_side=tails.safe,
        )

    def _measured(
        self, name: str, worst: Worst, effects: Sequence[Effect], tails: Tails, *, k: int
    ) -> Measurement:
        low = None if isinf(worst.low) else min(worst.low, worst.value)
        method = f"worst of {k}, simultaneous lower end"
        return Measurement(
            name,
            Estimate(worst.value, low, worst.high, CONFIDENCE, method),
            self.n,
            self.scope,
            null_value=effects[0].null_value,
            p_value=tails.risky,
            p_safe_side=tails.safe,
            detectable=max(detectable(e.null_se) for e in effects),
            safe_high=worst.safe_high,
        )


def _level(late: Effect | None) -> float:
    return CONFIDENCE if late is None else bonferroni_level(2)


def _shared(blind: Tails, late: Effect | None) -> Tails:
    """Return the p-values once another attack has had its share of the level."""
    if late is None:
        return blind
    risky = min(1.0, 2 * min(blind.risky, late.tails.risky))
    return Tails(risky, min(1.0, 2 * min(blind.safe, late.tails.safe)))


def _safe_tail(fits: Sequence[TailFit], alpha: float, rng: np.random.Generator) -> SafeHigh | None:
    influence = np.column_stack([f.influence for f in fits]) if len(fits) > 1 else None
    n_real, n_holdout = fits[0].n_real, fits[0].n_holdout
    found = tail_safe_high(n_real, n_holdout, alpha=alpha, influence=influence, rng=rng)
    return None if found is None else SafeHigh(found.mean, found.sd)


def _worst_advantage(
    cases: Sequence[Scores], half: np.ndarray, scope: Mapping[str, str]
) -> Iterator[Measurement]:
    """Yield the largest advantage; thresholds and counts on different people."""
    fits = [fit_advantage(c.real, c.holdout, half=half) for c in cases]
    known = [f for f in fits if f is not None]
    if not known:
        return
    z = bonferroni_z(len(known))
    strict = [fit_advantage(c.real, c.holdout, half=half, z=z) for c in cases]
    value = max(f.value for f in known)
    low = max(f.low for f in strict if f is not None)
    method = f"worst of {len(known)}, Bonferroni lower end, threshold on one half"
    yield Measurement(
        "advantage",
        Estimate(value, min(low, value), None, CONFIDENCE, method),
        known[0].n_real + known[0].n_holdout,
        scope,
        null_value=0.0,
    )


def _bounds(
    cases: Sequence[Scores], half: np.ndarray, scope: Mapping[str, str]
) -> Iterator[Measurement]:
    """Yield the best lower bounds of epsilon and mu, Bonferroni over the attacks."""
    for name, bound in (("epsilon_lower", epsilon_lower), ("mu_lower", mu_lower)):
        found = [bound(c.real, c.holdout, half=half, comparisons=len(cases)) for c in cases]
        known = [b for b in found if b is not None]
        if known:
            yield bound_measured(name, max(known, key=lambda b: b.value), scope)
