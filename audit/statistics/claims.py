"""Claims of membership where members are as common as somebody says they are.

Precision, and with it F1, depends on how many candidates are members. People are weighted so that
the members make up the declared share (the prevalence), which the sizes of the two samples do not
decide. The threshold is chosen on one half of the people and everything is counted on the other.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from audit.statistics.halves import cuts_of, split_halves
from audit.statistics.multiplicity import bonferroni_level
from audit.statistics.rates import Tails, clopper_pearson, exact_tails


class Bounded(NamedTuple):
    """A number with one-sided 95 % ends."""

    value: float
    low: float
    high: float


class Claims(NamedTuple):
    """How good the claims are, counted on people who did not choose the threshold."""

    relative_f1: Bounded
    """0: no better than claiming everybody; 1: perfect. May be negative."""
    precision: Bounded | None
    """Share of the accused who are members; None where nobody was accused."""
    tails: Tails
    threshold: float
    """Claimed is whoever scores at least this much."""
    n_real: int
    n_holdout: int


def naive_f1(prevalence: float) -> float:
    """Return the F1 of claiming everybody: precision t, recall 1."""
    return 2 * prevalence / (1 + prevalence)


def relative_f1(tpr: float, fpr: float, prevalence: float) -> float:
    """Return (F1 - naive) / (1 - naive) from both rates; -naive / (1 - naive) if nobody is claimed.

    References
    ----------
    El Emam, Mosquera and Fang (2022), JAMIA Open 5(4):ooac083.
    """
    naive = naive_f1(prevalence)
    f1 = 2 * prevalence * tpr / (prevalence * tpr + (1 - prevalence) * fpr + prevalence)
    return (f1 - naive) / (1 - naive)


def precision(tpr: float, fpr: float, prevalence: float) -> float:
    """Return the share of the accused who are members; 0 where nobody is accused."""
    accused = prevalence * tpr + (1 - prevalence) * fpr
    return prevalence * tpr / accused if accused > 0 else 0.0


def fit_claims(
    real: ArrayLike, holdout: ArrayLike, *, half: ArrayLike, prevalence: float
) -> Claims | None:
    """Measure the claims of the threshold that does best on those who choose.

    Parameters
    ----------
    real, holdout
        Scores, larger is more likely a member, shapes (n_real,) and (n_holdout,).
    half
        True for the people on whom the threshold is chosen, drawn without knowing who is real.
    prevalence
        Share of members among the candidates, between 0 and 1.

    Returns
    -------
    Claims or None
        None where a half lacks people of one side. F1 and precision rise with the true and fall
        with the false positive rate, so their ends follow from exact ends of both rates that hold
        together (Bonferroni).

    Raises
    ------
    ValueError
        If the prevalence does not lie between 0 and 1.
    """
    if not 0 < prevalence < 1:
        raise ValueError("a prevalence lies between 0 and 1")
    halves = split_halves(real, holdout, half)
    if halves is None:
        return None
    cuts = cuts_of(halves)
    n, m = halves.real.size, halves.holdout.size
    merit = [
        relative_f1(a / n, b / m, prevalence) for a, b in zip(cuts.real, cuts.holdout, strict=True)
    ]
    best = int(np.argmax(merit))
    # Everybody may be claimed, also those who lie beyond all who choose.
    chosen = float(cuts.at[best]) if merit[best] > 0 else -np.inf
    k_real = int((halves.count_real >= chosen).sum())
    k_holdout = int((halves.count_holdout >= chosen).sum())
    n, m, level = halves.count_real.size, halves.count_holdout.size, bonferroni_level(2)
    tpr = clopper_pearson(k_real, n, level=level)
    fpr = clopper_pearson(k_holdout, m, level=level)
    rates = [(k_real / n, k_holdout / m), (tpr.low, fpr.high), (tpr.high, fpr.low)]
    f1 = Bounded(*(relative_f1(a, b, prevalence) for a, b in rates))
    right = Bounded(*(precision(a, b, prevalence) for a, b in rates))
    return Claims(
        relative_f1=f1,
        precision=right if k_real + k_holdout else None,
        tails=exact_tails(k_real, n, k_holdout, m),
        threshold=chosen,
        n_real=n,
        n_holdout=m,
    )
