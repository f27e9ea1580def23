"""The numbers of a report before there is one: what a release without any leak would yield.

The formulas are those of the report; what they would take from the outcomes of attacks is replaced
by planning values, which stand here with where they come from. They were held against audits of
fresh samples of Adult (500 + 500 to 8,000 + 4,000 people, 6 and 15 columns, 1 to 15 secrets).
"""

from collections.abc import Sequence
from math import ceil, log, sqrt

import numpy as np

from audit.facts.measurement import SafeHigh
from audit.statistics.effects import larger_of, safe_both_sides
from audit.statistics.negative_hypergeometric import tail_count
from audit.statistics.power import auc_null_se, rate_null_se, safe_high_worst
from audit.statistics.rates import Z95
from audit.statistics.tail import GRADED_FROM
from audit.statistics.tail_power import tail_safe_high

Z_POWER = 0.8416212335729143
"""Normal quantile of .8."""
APART_IN_MEAN = 20 / 46
"""Rankings of the same people agree: of 46, as many AUCs scatter as of 20 that do not."""
APART_IN_TAIL = 30 / 46
"""In the tail they agree less."""
ADJUSTED = 0.85
"""What covariates leave of the standard error of an excess (`statistics.md` F10: .64 to .995)."""
APART_PER_SECRET = 1.5
"""Attacks on one secret agree: three kinds of them scatter as one and a half."""
STATEMENTS = 4_000
"""Statements by which people are singled out, at least (DESIGN section 4, point 8)."""
UNIVARIATE, MULTIVARIATE = 0.08, 0.37
"""Share of statements that isolate somebody. The second is 1/e, the most that a statement drawn
without looking at the people reaches (Cohen and Nissim 2020, section 2)."""
PEOPLE_PER_STATEMENT = 0.61
"""Statements about the same people: at 4,000 of them and 2,000 people the standard error is 1.49
times that of independent ones (`statistics.md` F17)."""


def planned_auc(n_real: int, n_holdout: int, *, rankings: int, trained: bool) -> SafeHigh:
    """Return where the end that decides falls for the best of several rankings.

    Parameters
    ----------
    rankings
        That do not know who is real.
    trained
        One more learns from half of the people and is tried on the other half.
    """
    apart = max(1, round(APART_IN_MEAN * rankings))
    blind = safe_both_sides(0.5, np.full(apart, auc_null_se(n_real, n_holdout)))
    if not trained or min(n_real, n_holdout) < 2:
        return blind
    halves = auc_null_se(n_real // 2, n_holdout // 2)
    return larger_of(blind, safe_both_sides(0.5, np.array([halves])))


def planned_log_ratio(
    n_real: int, n_holdout: int, *, alpha: float, rankings: int, trained: bool
) -> SafeHigh | None:
    """Return where the upper end of the largest log ratio falls; None where it is not graded."""
    if tail_count(alpha, n_holdout) < GRADED_FROM:
        return None
    apart = max(1, round(APART_IN_TAIL * rankings))
    blind = tail_safe_high(n_real, n_holdout, alpha=alpha, columns=apart)
    # As in the report: half of the people speak where enough of them stand in the tail.
    if blind is None or not trained or tail_count(alpha, n_holdout // 2) < 2 * GRADED_FROM:
        return blind
    half = tail_safe_high(n_real // 2, n_holdout // 2, alpha=alpha)
    return blind if half is None else larger_of(blind, half)


def planned_excess(rates: Sequence[float], n_real: int, n_holdout: int) -> SafeHigh:
    """Return where the upper end of the largest excess falls.

    Parameters
    ----------
    rates
        How often each attack that counts for itself succeeds.
    """
    errors = [rate_null_se(rate, n_real, n_holdout) for rate in rates]
    return safe_high_worst(0.0, errors)


def inference_rates(rates: Sequence[float]) -> tuple[float, ...]:
    """Return the rates of the attacks that count for themselves, those that scatter most first."""
    wide = sorted(rates, key=lambda rate: abs(rate - 0.5))
    return (*wide, *wide[: ceil(APART_PER_SECRET * len(wide)) - len(wide)])


def targets_for(limit: float, rates: Sequence[float], *, width: float, share: float = 1.0) -> int:
    """Return the people of a side from whom a release without any leak meets a limit on an excess.

    In four of five audits, with as many people on the other side (`statistics.md` F10).

    Parameters
    ----------
    limit
        On the largest excess; above 0.
    rates
        How often each attack that counts for itself succeeds.
    width
        What covariates leave of the standard error.
    share
        Part of the people whom the limit is about.
    """
    # Of two and two people, for whom the root of 1/2 + 1/2 is 1.
    unit = planned_excess(rates, 2, 2)
    end = width * (unit.mean + Z_POWER * unit.sd)
    return ceil(round(2 * (end / limit) ** 2 / share, 6))


def statements_for(limit: float, rate: float) -> int:
    """Return the statements from which a limit on singling out can be met, whoever is there.

    Half of the error that the limit allows is left to the people whom the statements are about.
    """
    allowed = (limit / (Z95 + Z_POWER)) ** 2
    return ceil(round(2 * rate * (1 - rate) * 2 / allowed, 6))


def scaled(safe: SafeHigh, by: float) -> SafeHigh:
    """Return the same on a scale of which the null is 0."""
    return SafeHigh(safe.mean * by, safe.sd * by)


def isolation_se(rate: float, n_real: int, n_holdout: int) -> float:
    """Return the standard error of an excess of statements that isolate somebody.

    People of the larger side are thinned out to the smaller one, which costs precision.
    """
    fewest = min(n_real, n_holdout)
    # By one column there are about as many statements as people, by several as many as wanted.
    by_one = rate <= UNIVARIATE
    statements = min(STATEMENTS, n_real) if by_one else STATEMENTS
    people = 0.0 if by_one else PEOPLE_PER_STATEMENT / fewest
    return sqrt(2 * rate * (1 - rate) * (1 / statements + people) * n_real / fewest)


def fewest_copies(n_real: int, n_holdout: int, limit: float, *, level: float = 0.025) -> int | None:
    """Return how many people must be copied, and no holdout person met, for a rule to be broken.

    Parameters
    ----------
    limit
        Share of real people that may be copied.
    level
        Of the exact test; half of 5 %, because rare people and everybody are tested (Holm).

    Returns
    -------
    int or None
        None where even copies of everybody would not be significant.
    """
    chance, copied = 0.0, 0
    while chance > log(level) + 1e-12 or copied <= limit * n_real:
        if copied == n_real:
            return None
        chance += log((n_real - copied) / (n_real + n_holdout - copied))
        copied += 1
    return copied
