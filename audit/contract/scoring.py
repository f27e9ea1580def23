"""From scores to measurements: AUC, true positives at few false ones, advantage, epsilon."""

from collections.abc import Iterator, Mapping, Sequence
from math import inf, isinf

import numpy as np

from audit.contract.outcomes import Scores
from audit.facts.estimate import Estimate
from audit.facts.figures import Roc
from audit.facts.measurement import Measurement, SafeHigh
from audit.statistics.effects import Effect, safe_both_sides, worst_of
from audit.statistics.exchangeability import max_t
from audit.statistics.multiplicity import bonferroni_z
from audit.statistics.power import detectable
from audit.statistics.privacy_loss import epsilon_lower, fit_advantage
from audit.statistics.rates import Z95, Ends, Tails
from audit.statistics.roc import fit_auc, midranks, roc_points
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
)
_CURVE_POINTS = 60


def auc_effect(scores: Scores) -> Effect:
    """Return the AUC, ties counting half."""
    fit = fit_auc(scores.real, scores.holdout)
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
                advantage.high,
                CONFIDENCE,
                "threshold on one half, score interval on the other",
            ),
            advantage.n_real + advantage.n_holdout,
            scores.scope,
            null_value=0.0,
        )
    yield from _epsilon([scores], half, scores.scope)


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
            detectable=_tail_detectable(fit, alpha),
            safe_high=SafeHigh(safe.mean, safe.sd) if safe and fit.graded else None,
        )


def _epsilon(
    cases: Sequence[Scores], half: np.ndarray, scope: Mapping[str, str]
) -> Iterator[Measurement]:
    """Yield the best lower bound on epsilon, Bonferroni over the attacks; it has no upper end."""
    bounds = [epsilon_lower(c.real, c.holdout, half=half, comparisons=len(cases)) for c in cases]
    known = [b for b in bounds if b is not None]
    if known:
        best = max(known, key=lambda b: b.value)
        estimate = Estimate(
            best.value, best.value, None, CONFIDENCE, "Clopper-Pearson, Bonferroni; indicative"
        )
        yield Measurement("epsilon_lower", estimate, best.n_real + best.n_holdout, scope)


def worst_scores(
    cases: Sequence[Scores], scope: Mapping[str, str], rng: np.random.Generator
) -> Iterator[Measurement]:
    """Yield AUC, log ratios and epsilon of the worst of several attacks on the same people."""
    n_real, n = cases[0].real.size, cases[0].pooled.size
    ranks = np.column_stack([midranks(c.pooled) for c in cases])
    p = max_t(ranks, np.arange(n) < n_real, rng=rng)
    effects = [auc_effect(c) for c in cases]
    yield _worst_measurement("auc", effects, Tails(p.p_risky, p.p_safe), n, scope, rng)
    for tag, alpha in TAILS.items():
        fits = [f for f in (fit_tail(c.real, c.holdout, alpha=alpha) for c in cases) if f]
        if not fits:
            continue
        k = len(fits)
        tails = Tails(*(min(1.0, k * min(ps)) for ps in _tail_ps(fits)))
        if tag in LOG_RATIOS:
            yield _worst_log_ratio(tag, alpha, fits, tails=tails, scope=scope, rng=rng)
        yield _worst_tpr(tag, fits, tails, scope)
    half = rng.permutation(n) < n // 2
    yield from _epsilon(cases, half, scope)


def _tail_ps(fits: Sequence[TailFit]) -> tuple[list[float], list[float]]:
    return [f.p_risky for f in fits], [f.p_safe for f in fits]


def _worst_measurement(
    name: str,
    effects: Sequence[Effect],
    tails: Tails,
    n: int,
    scope: Mapping[str, str],
    rng: np.random.Generator,
) -> Measurement:
    worst = worst_of(effects, rng, both_sides=name == "auc")
    low = None if isinf(worst.low) else min(worst.low, worst.value)
    method = f"worst of {len(effects)}, simultaneous lower end"
    return Measurement(
        name,
        Estimate(worst.value, low, worst.high, CONFIDENCE, method),
        n,
        scope,
        null_value=effects[0].null_value,
        p_value=tails.risky,
        p_safe_side=tails.safe,
        detectable=max(detectable(e.null_se) for e in effects),
        safe_high=worst.safe_high,
    )


def _tail_detectable(fit: TailFit, alpha: float) -> float | None:
    smallest = tail_detectable(fit.n_real, fit.n_holdout, alpha=alpha)
    return None if smallest is None else smallest.log_ratio


def _worst_log_ratio(
    tag: str,
    alpha: float,
    fits: Sequence[TailFit],
    *,
    tails: Tails,
    scope: Mapping[str, str],
    rng: np.random.Generator,
) -> Measurement:
    n = fits[0].n_real + fits[0].n_holdout
    effects = [log_ratio_effect(f) for f in fits]
    found = _worst_measurement(f"log_ratio_at_fpr_{tag}", effects, tails, n, scope, rng)
    first, graded = fits[0], fits[0].graded
    safe = tail_safe_high(
        first.n_real,
        first.n_holdout,
        alpha=alpha,
        influence=np.column_stack([f.influence for f in fits]),
        rng=rng,
    )
    estimate = found.estimate
    return Measurement(
        found.name,
        Estimate(
            estimate.value,
            estimate.low,
            estimate.high if graded else None,
            CONFIDENCE,
            f"{estimate.method}, j = {first.j}",
        ),
        n,
        scope,
        null_value=0.0,
        p_value=tails.risky,
        p_safe_side=tails.safe,
        detectable=_tail_detectable(first, alpha),
        safe_high=SafeHigh(safe.mean, safe.sd) if safe and graded else None,
    )


def _worst_tpr(
    tag: str, fits: Sequence[TailFit], tails: Tails, scope: Mapping[str, str]
) -> Measurement:
    z = bonferroni_z(len(fits))
    value = max(f.tpr for f in fits)
    high = max(f.tpr_ends().high for f in fits)
    return Measurement(
        f"tpr_at_fpr_{tag}",
        Estimate(
            value,
            min(max(f.tpr_ends(z).low for f in fits), value),
            high if fits[0].graded else None,
            CONFIDENCE,
            f"worst of {len(fits)}, Bonferroni lower end, j = {fits[0].j}",
        ),
        fits[0].n_real + fits[0].n_holdout,
        scope,
        null_value=fits[0].false_positive_rate,
        p_value=tails.risky,
        p_safe_side=tails.safe,
    )


def as_roc(figure_id: str, cases: Sequence[Scores]) -> Roc:
    """Return the curve of the attack with the largest AUC, from one holdout person on."""
    best = max(cases, key=lambda c: fit_auc(c.real, c.holdout).value)
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
