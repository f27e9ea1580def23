"""From wins to measurements: attack, control and baseline rate, excess and risk."""

from collections.abc import Mapping, Sequence

import numpy as np

from audit.contract.outcomes import Wins
from audit.facts.estimate import Estimate
from audit.facts.figures import Bar, Bars
from audit.facts.measurement import Measurement, SafeHigh
from audit.statistics.adjust import fit_excess
from audit.statistics.effects import Effect, Worst, worst_of
from audit.statistics.max_t import max_t
from audit.statistics.power import detectable
from audit.statistics.rates import (
    Z95,
    Ends,
    Tails,
    clopper_pearson,
    exact_tails,
    level_of,
    risk_ends,
)

CONFIDENCE = 0.95
FEW = 5
"""Wins, or losses, expected of the smaller side below which score intervals err (to 9 % at 4:1)."""


def rate(wins: np.ndarray) -> Estimate:
    """Return the share of people won, with exact binomial ends."""
    k, n = int(wins.sum()), int(wins.size)
    low, high = clopper_pearson(k, n)
    return Estimate(k / n, low, high, CONFIDENCE, "Clopper-Pearson")


def _null_se(wins: Wins) -> float:
    """Standard error of the excess if nobody's chance depended on being a member."""
    n_t, n_h = wins.real.size, wins.holdout.size
    # Half a win more keeps the rate off 0 and 1, where the binomial error vanishes.
    p = (wins.pooled.sum() + 0.5) / (n_t + n_h + 1)
    return float(np.sqrt(p * (1 - p) * (1 / n_t + 1 / n_h)))


def _held(found: Ends, wins: Wins, tails: Tails, *, z: float) -> Ends:
    """Return ends of which few wins or losses put none beyond 0 against the law of relabelling."""
    k, n = int(wins.pooled.sum()), wins.pooled.size
    if min(k, n - k) * min(wins.real.size, wins.holdout.size) >= FEW * n:
        return found
    beyond = 1 - level_of(z)
    low = found.low if tails.risky <= beyond else min(found.low, 0.0)
    return Ends(low, found.high if tails.safe <= beyond else max(found.high, 0.0))


def excess_effect(wins: Wins) -> Effect:
    """Return attack rate minus control rate, adjusted by covariates if there are any."""
    fit = fit_excess(wins.real, wins.holdout, x_real=wins.x_real, x_holdout=wins.x_holdout)
    tails = exact_tails(*fit.hits)
    return Effect(
        value=fit.value,
        ends=lambda z: _held(fit.ends(z), wins, tails, z=z),
        null_value=0.0,
        se=fit.se,
        null_se=_null_se(wins) * fit.width,
        tails=tails,
        method="score, regression-adjusted" if fit.adjusted else "Miettinen-Nurminen score",
        influence=fit.influence,
    )


def risk_effect(wins: Wins) -> Effect | None:
    """Return (attack - control) / (1 - control), or None where the control is saturated."""
    k_t, n_t = int(wins.real.sum()), wins.real.size
    k_h, n_h = int(wins.holdout.sum()), wins.holdout.size
    if risk_ends(k_t, n_t, k_h, n_h) is None:
        return None
    m, c = k_t / n_t, k_h / n_h
    tails = exact_tails(k_t, n_t, k_h, n_h)
    influence = np.concatenate(
        [(wins.real - m) / (n_t * (1 - c)), -(1 - m) * (wins.holdout - c) / (n_h * (1 - c) ** 2)]
    )

    def ends(z: float) -> Ends:
        found = risk_ends(k_t, n_t, k_h, n_h, z=z)
        assert found is not None
        return _held(found, wins, tails, z=z)

    return Effect(
        value=(m - c) / (1 - c),
        ends=ends,
        null_value=0.0,
        se=float(np.sqrt((influence**2).sum())),
        null_se=_null_se(wins) / (1 - c),
        tails=tails,
        method="Koopman score, ratio of failures",
        influence=influence,
    )


def as_measurement(name: str, effect: Effect, *, n: int, scope: Mapping[str, str]) -> Measurement:
    """Return one effect with its ends at the reported level."""
    low, high = effect.ends(Z95)
    return Measurement(
        name=name,
        estimate=Estimate(effect.value, low, high, CONFIDENCE, effect.method),
        n=n,
        scope=scope,
        null_value=effect.null_value,
        p_value=effect.tails.risky,
        p_safe_side=effect.tails.safe,
        detectable=detectable(effect.null_se),
        safe_high=SafeHigh(effect.null_value + Z95 * effect.null_se, effect.null_se),
    )


def single_case(wins: Wins) -> list[Measurement]:
    """Return all measurements of one variant of an attack."""
    n = wins.pooled.size
    rates = {"attack_rate": wins.real, "control_rate": wins.holdout, "baseline_rate": wins.guessed}
    found = [
        Measurement(name, rate(values), values.size, wins.scope) for name, values in rates.items()
    ]
    found.append(as_measurement("excess", excess_effect(wins), n=n, scope=wins.scope))
    risk = risk_effect(wins)
    if risk is not None:
        found.append(as_measurement("risk", risk, n=n, scope=wins.scope))
    return found


def worst_case(
    cases: Sequence[Wins], scope: Mapping[str, str], rng: np.random.Generator
) -> list[Measurement]:
    """Return excess and risk of the worst of several variants on the same people."""
    n_real = cases[0].real.size
    won = np.column_stack([c.pooled for c in cases]).astype(float)
    p = max_t(won, np.arange(won.shape[0]) < n_real, rng=rng)
    found = []
    for name, make in (("excess", excess_effect), ("risk", risk_effect)):
        effects = [e for e in map(make, cases) if e is not None]
        if not effects:
            continue
        worst = worst_of(effects, rng)
        tails = Tails(p.p_risky, p.p_safe)
        n = cases[0].pooled.size
        found.append(worst_measured(name, worst, effects, tails, n=n, scope=scope))
    return found


def worst_measured(
    name: str,
    worst: Worst,
    effects: Sequence[Effect],
    tails: Tails,
    *,
    n: int,
    scope: Mapping[str, str],
) -> Measurement:
    """Return the worst of several effects (DESIGN section 4, point 6)."""
    low, method = min(worst.low, worst.value), f"worst of {len(effects)}, simultaneous lower end"
    return Measurement(
        name=name,
        estimate=Estimate(worst.value, low, worst.high, CONFIDENCE, method),
        n=n,
        scope=scope,
        null_value=0.0,
        p_value=tails.risky,
        p_safe_side=tails.safe,
        detectable=max(detectable(e.null_se) for e in effects),
        safe_high=worst.safe_high,
    )


def as_bars(figure_id: str, cases: Sequence[Wins], label: str) -> Bars:
    """Return attack, control and baseline rate of each variant as a figure.

    Parameters
    ----------
    label
        Which entry of the scope names the bar.
    """
    bars = [
        Bar(c.scope.get(label, ""), rate(c.real), rate(c.holdout), rate(c.guessed)) for c in cases
    ]
    return Bars(figure_id, tuple(bars))


def strongest(cases: Sequence[Wins], label: str) -> list[Wins]:
    """Return, for each value of one scope entry, the variant with the largest difference."""
    best: dict[str, Wins] = {}
    for case in cases:
        key = case.scope.get(label, "")
        if key not in best or _gap(case) > _gap(best[key]):
            best[key] = case
    return list(best.values())


def _gap(case: Wins) -> float:
    return float(case.real.mean() - case.holdout.mean())
