"""Shares of people, their differences and ratios, with ends that hold at 0 and at n.

An attack rate m among real people and a control rate c among holdout people give the excess
m - c and the risk (m - c) / (1 - c) = 1 - (1 - m) / (1 - c). Their ends invert score tests, so
they never leave the range of the parameter and never collapse to a point where nobody, or
everybody, was hit. Every end is a one-sided bound at its level.
"""

from collections.abc import Callable
from math import copysign, inf, sqrt
from typing import NamedTuple

import numpy as np
from scipy import special
from scipy.optimize import brentq
from scipy.stats import hypergeom


class Ends(NamedTuple):
    """Lower and upper end; each holds by itself."""

    low: float
    high: float


class Tails(NamedTuple):
    """How surprising an observation is without any leak, on either side."""

    risky: float
    """Probability of a value at least this large."""
    safe: float
    """Probability of a value at least this small."""


def normal_quantile(level: float) -> float:
    """Return z such that a standard normal stays below z with probability `level`."""
    if not 0 < level < 1:
        raise ValueError("a level lies strictly between 0 and 1")
    return float(special.ndtri(level))


def level_of(z: float) -> float:
    """Return the one-sided level that belongs to the normal quantile `z`."""
    return float(special.ndtr(z))


Z95 = normal_quantile(0.95)
"""One-sided 95 %: the level of every end in a report (DESIGN section 4, point 3)."""


def clopper_pearson(k: int, n: int, *, level: float = 0.95) -> Ends:
    """Return exact ends for a binomial share: `k` of `n` people.

    Parameters
    ----------
    k, n
        Successes and trials, 0 <= k <= n, n >= 1.
    level
        One-sided confidence of each end.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26:404. `attacks.md` C1.
    """
    _check(k, n)
    low = 0.0 if k == 0 else float(special.betaincinv(k, n - k + 1, 1 - level))
    high = 1.0 if k == n else float(special.betaincinv(k + 1, n - k, level))
    return Ends(low, high)


def wilson(k: int, n: int, *, level: float = 0.95) -> Ends:
    """Return score ends for a binomial share, for display; see `clopper_pearson` for claims.

    References
    ----------
    Wilson (1927), JASA 22:209.
    """
    _check(k, n)
    z = normal_quantile(level)
    centre = (k + z * z / 2) / (n + z * z)
    half = z * sqrt(k * (n - k) / n + z * z / 4) / (n + z * z)
    low = 0.0 if k == 0 else max(0.0, centre - half)
    high = 1.0 if k == n else min(1.0, centre + half)
    return Ends(float(low), float(high))


def difference_ends(
    k_real: int, n_real: int, k_holdout: int, n_holdout: int, *, z: float = Z95
) -> Ends:
    """Return Miettinen-Nurminen ends of the excess, attack rate minus control rate.

    Parameters
    ----------
    k_real, n_real, k_holdout, n_holdout
        Successes among, and number of, real and holdout people.
    z
        Normal quantile of the one-sided level of each end.

    Returns
    -------
    Ends
        Within [-1, 1], enclosing k_real / n_real - k_holdout / n_holdout.

    References
    ----------
    Miettinen and Nurminen (1985), Stat. Med. 4:213, equations 9 and 10; `attacks.md` C2.
    """
    _check(k_real, n_real)
    _check(k_holdout, n_holdout)
    value = k_real / n_real - k_holdout / n_holdout

    def score(excess: float) -> float:
        return _difference_score(excess, k_real, n_real, k_holdout, n_holdout)

    low = _root(lambda x: score(x) - z, -1.0, value)
    high = _root(lambda x: score(x) + z, value, 1.0)
    return Ends(float(min(low, value)), float(max(high, value)))


def risk_ends(
    k_real: int, n_real: int, k_holdout: int, n_holdout: int, *, z: float = Z95
) -> Ends | None:
    """Return score ends of the risk (m - c) / (1 - c), one minus the ratio of failures.

    Parameters
    ----------
    k_real, n_real, k_holdout, n_holdout
        Successes among, and number of, real and holdout people.
    z
        Normal quantile of the one-sided level of each end.

    Returns
    -------
    Ends or None
        At most 1; None if the attack won against every holdout person, for then nothing is left
        of which a share could be at risk (`control_saturated`).

    References
    ----------
    Koopman (1984), Biometrics 40:513; Miettinen and Nurminen (1985), Stat. Med. 4:213,
    equations 11 and 12; `statistics.md` F18.
    """
    _check(k_real, n_real)
    _check(k_holdout, n_holdout)
    missed_real, missed_holdout = n_real - k_real, n_holdout - k_holdout
    if missed_holdout == 0:
        return None
    # A ratio in [0, inf) is searched on t = ratio / (1 + ratio) in [0, 1).
    observed = missed_real * n_holdout / (missed_real * n_holdout + missed_holdout * n_real)

    def score(t: float) -> float:
        return _ratio_score(t / (1 - t), missed_real, n_real, missed_holdout, n_holdout)

    smallest = _root(lambda t: score(t) - z, 0.0, observed)
    largest = _root(lambda t: score(t) + z, observed, 1.0 - 1e-12)
    value = 1 - observed / (1 - observed)
    low, high = 1 - largest / (1 - largest), 1 - smallest / (1 - smallest)
    return Ends(float(min(low, value)), float(max(high, value)))


def exact_tails(k_real: int, n_real: int, k_holdout: int, n_holdout: int) -> Tails:
    """Return the exact relabelling law of a yes-or-no outcome.

    Given that k_real + k_holdout people of the pool were hit, and that which people are real is
    random, the number hit among the real ones is hypergeometric.

    References
    ----------
    Fisher's exact test, one-sided; `statistics.md` F9, F19.
    """
    _check(k_real, n_real)
    _check(k_holdout, n_holdout)
    # Not frozen: to make a distribution object costs more than to ask it twice.
    law = n_real + n_holdout, k_real + k_holdout, n_real
    risky, safe = float(hypergeom.sf(k_real - 1, *law)), float(hypergeom.cdf(k_real, *law))
    return Tails(min(max(risky, 0.0), 1.0), min(max(safe, 0.0), 1.0))


def _check(k: int, n: int) -> None:
    if n < 1 or not 0 <= k <= n:
        raise ValueError("a share needs 0 <= k <= n and n >= 1")


def _root(f: Callable[[float], float], start: float, stop: float) -> float:
    """Return where the falling function `f` crosses zero; the bound itself if it does not."""
    if start >= stop or f(start) <= 0:
        return start
    if f(stop) >= 0:
        return stop
    return float(brentq(f, start, stop, xtol=1e-13, maxiter=200))


def _difference_score(d: float, k1: int, n1: int, k2: int, n2: int) -> float:
    p2 = _restricted_share(d, k1, n1, k2, n2)
    p1 = min(max(p2 + d, 0.0), 1.0)
    return _standardised(k1 / n1 - k2 / n2 - d, p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2, n1 + n2)


def _ratio_score(r: float, k1: int, n1: int, k2: int, n2: int) -> float:
    # The likelihood under p1 = r p2 is largest at the smaller root of a quadratic in p2,
    # written so that nothing cancels.
    b = (n1 + k2) * r + k1 + n2
    c = float(k1 + k2)
    p2 = 2 * c / (b + sqrt(max(b * b - 4 * (n1 + n2) * r * c, 0.0)))
    p2 = min(p2, 1.0 if r <= 1 else 1 / r)
    p1 = min(r * p2, 1.0)
    return _standardised(
        k1 / n1 - r * k2 / n2, p1 * (1 - p1) / n1 + r * r * p2 * (1 - p2) / n2, n1 + n2
    )


def _standardised(gap: float, variance: float, n: int) -> float:
    variance *= n / (n - 1)
    if variance <= 0:
        return copysign(inf, gap) if gap else 0.0
    return gap / sqrt(variance)


def _restricted_share(d: float, k1: int, n1: int, k2: int, n2: int) -> float:
    """Return the share p2 of largest likelihood among those with p1 = p2 + d.

    Closed form of the likelihood cubic: Farrington and Manning (1990), Stat. Med. 9:1447.
    """
    n = n1 + n2
    l2 = (n1 + 2 * n2) * d - n - k1 - k2
    l1 = (n2 * d - n - 2 * k2) * d + k1 + k2
    l0 = k2 * d * (1 - d)
    q = (l2 / (3 * n)) ** 3 - l1 * l2 / (6 * n * n) + l0 / (2 * n)
    p = copysign(sqrt(max((l2 / (3 * n)) ** 2 - l1 / (3 * n), 0.0)), q)
    cosine = q / p**3 if p else 1.0
    angle = (np.pi + np.arccos(min(max(cosine, -1.0), 1.0))) / 3
    share = 2 * p * float(np.cos(angle)) - l2 / (3 * n)
    return min(max(share, 0.0, -d), 1.0, 1.0 - d)
