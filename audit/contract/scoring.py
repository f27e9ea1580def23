"""From scores to measurements: AUC, true positives at few false ones, advantage, epsilon."""

from collections.abc import Iterator, Mapping, Sequence
from math import inf

import numpy as np

from audit.contract.outcomes import Scores
from audit.facts.estimate import Estimate
from audit.facts.figures import Roc
from audit.facts.measurement import Caveat, Measurement, SafeHigh
from audit.facts.reasons import CaveatCode
from audit.statistics.effects import Effect, safe_both_sides
from audit.statistics.power import detectable
from audit.statistics.privacy_loss import (
    EpsilonBound,
    epsilon_ceiling,
    epsilon_lower,
    fit_advantage,
)
from audit.statistics.rates import Z95, Ends, Tails
from audit.statistics.roc import roc_points
from audit.statistics.tail import TailFit, fit_tail, tpr_ends_of
from audit.statistics.tail_power import tail_detectable, tail_safe_high

CONFIDENCE = 0.95
TAILS = {"10pct": 0.1, "1pct": 0.01, "0_1pct": 0.001}
LOG_RATIOS = ("1pct", "0_1pct")
SCORING_MEASURES = (
    "auc",
    *(f"tpr_at_fpr_{t}" for t in TAILS),
    *(f"log_ratio_at_fpr_{t}" for t in LOG_RATIOS),
    "advantage",
    "epsilon_lower",
    "mu_lower",
)
_CURVE_POINTS = 60


def auc_effect(scores: Scores) -> Effect:
    """Return the AUC, ties counting half."""
    fit = scores.auc
    return Effect(
        value=fit.value,
        ends=fit.ends,
        null_value=0.5,
        se=fit.se,
        null_se=fit.null_se,
        tails=Tails(fit.p_risky, fit.p_safe),
        method="DeLong on the logit scale",
        influence=fit.influence,
    )


def log_ratio_effect(fit: TailFit) -> Effect:
    """Return the log of true over false positive rate; the lower end may be minus infinity."""

    def ends(z: float) -> Ends:
        low, high = fit.ends(z)
        return Ends(-inf if low is None else low, high)

    return Effect(
        value=fit.log_ratio,
        ends=ends,
        null_value=0.0,
        se=fit.se,
        null_se=fit.se,
        tails=Tails(fit.p_risky, fit.p_safe),
        method="F distribution, order statistic of the holdout",
        influence=fit.influence,
    )


def score_case(scores: Scores, rng: np.random.Generator) -> Iterator[Measurement]:
    """Yield all measurements of one variant of an attack."""
    n = scores.pooled.size
    yield auc_measured(scores)
    for tag, alpha in TAILS.items():
        fit = fit_tail(scores.real, scores.holdout, alpha=alpha)
        if fit is not None:
            yield from _tail_measurements(tag, alpha, fit, scores.scope)
    half = rng.permutation(n) < n // 2
    advantage = fit_advantage(scores.real, scores.holdout, half=half)
    if advantage is not None:
        yield Measurement(
            "advantage",
            Estimate(
                advantage.value,
                advantage.low,
                # Another threshold may do better than the one that was chosen.
                None,
                CONFIDENCE,
                "threshold on one half, score interval on the other",
            ),
            advantage.n_real + advantage.n_holdout,
            scores.scope,
            null_value=0.0,
        )
    yield from _privacy_loss(scores, half)


def auc_measured(scores: Scores) -> Measurement:
    """Return the AUC of one variant with its ends."""
    effect = auc_effect(scores)
    low, high = effect.ends(Z95)
    return Measurement(
        "auc",
        Estimate(effect.value, low, high, CONFIDENCE, effect.method),
        scores.pooled.size,
        scores.scope,
        null_value=0.5,
        p_value=effect.tails.risky,
        p_safe_side=effect.tails.safe,
        detectable=detectable(effect.null_se),
        safe_high=safe_both_sides(0.5, np.array([effect.null_se])),
    )


def _tail_measurements(
    tag: str, alpha: float, fit: TailFit, scope: Mapping[str, str]
) -> Iterator[Measurement]:
    n = fit.n_real + fit.n_holdout
    method = f"F distribution, j = {fit.j}"
    ends = fit.ends()
    tpr_low, tpr_high = tpr_ends_of(ends, fit)
    yield Measurement(
        f"tpr_at_fpr_{tag}",
        Estimate(fit.tpr, tpr_low, tpr_high if fit.graded else None, CONFIDENCE, method),
        n,
        scope,
        null_value=fit.false_positive_rate,
        p_value=fit.p_risky,
        p_safe_side=fit.p_safe,
    )
    if tag in LOG_RATIOS:
        safe = tail_safe_high(fit.n_real, fit.n_holdout, alpha=alpha)
        yield Measurement(
            f"log_ratio_at_fpr_{tag}",
            # With fewer than 10 holdout people beyond the threshold nothing may pass on it.
            Estimate(
                fit.log_ratio, ends.low, ends.high if fit.graded else None, CONFIDENCE, method
            ),
            n,
            scope,
            null_value=0.0,
            p_value=fit.p_risky,
            p_safe_side=fit.p_safe,
            detectable=detectable_log_ratio(fit, alpha),
            safe_high=SafeHigh(safe.mean, safe.sd) if safe and fit.graded else None,
        )


def _privacy_loss(scores: Scores, half: np.ndarray) -> Iterator[Measurement]:
    """Yield the lower bound of epsilon; it has no upper end."""
    bound = epsilon_lower(scores.real, scores.holdout, half=half)
    if bound is not None:
        yield bound_measured("epsilon_lower", bound, scores.scope)


def bound_measured(name: str, bound: EpsilonBound, scope: Mapping[str, str]) -> Measurement:
    """Return a lower bound of a privacy parameter as a measurement."""
    method = "Clopper-Pearson, Bonferroni; indicative"
    estimate = Estimate(bound.value, bound.value, None, CONFIDENCE, method)
    return Measurement(name, estimate, bound.n_real + bound.n_holdout, scope)


def epsilon_caveat(n_real: int, n_holdout: int, *, comparisons: int) -> Caveat:
    """Say what a lower bound of epsilon rests on, and the largest that could be shown.

    Half of the people choose the threshold, so half are counted.
    """
    counted = [max(n - n // 2, 1) for n in (n_real, n_holdout)]
    ceiling = epsilon_ceiling(counted[0], counted[1], comparisons=comparisons)
    return Caveat(CaveatCode.EPSILON_INDICATIVE, {"ceiling": ceiling})


def detectable_log_ratio(fit: TailFit, alpha: float) -> float | None:
    """Return the smallest log ratio that so many people would show."""
    smallest = tail_detectable(fit.n_real, fit.n_holdout, alpha=alpha)
    return None if smallest is None else smallest.log_ratio


def as_roc(figure_id: str, cases: Sequence[Scores]) -> Roc:
    """Return the curve of the attack with the largest AUC, from one holdout person on."""
    best = max(cases, key=lambda c: c.auc.value)
    n_h = best.holdout.size
    at = np.unique(np.geomspace(1, n_h, _CURVE_POINTS).astype(np.int64))
    points = roc_points(best.real, best.holdout, at=at)
    return Roc(
        figure_id,
        tuple(map(float, points.fpr)),
        tuple(map(float, points.tpr)),
        best.real.size,
        n_h,
    )
