"""A lower bound of epsilon from one training: which of two people was in the data?

Where real and holdout people were parted at random before the training, and are then matched at
random into pairs of one real and one holdout person, the order within each pair is a fair coin that
nobody but the training knows. An epsilon-private training (one person replaced by another) leaves
every guess right with a probability of at most e^epsilon / (1 + e^epsilon), whatever the other
guesses were; so the number of right ones among r guesses lies below a binomial variable.

The attack and the number of guesses are chosen on one half of the pairs, with their answers, and
counted on the other: given those answers the training is as private about the others as before.
"""

from collections.abc import Sequence
from math import log
from typing import NamedTuple

import numpy as np

from audit.statistics.arrays import FloatArray, as_scores
from audit.statistics.rates import clopper_pearson

SHARES = (0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0)
"""Parts of the pairs on which a guess may be made: where the two scores differ most."""
FEWEST = 20
"""Pairs of each half below which nothing is said."""


class PairedBound(NamedTuple):
    """Lower bound of epsilon, for delta = 0 and the replacement of one person by another."""

    value: float
    right: int
    guesses: int
    pairs: int
    """Pairs on which guesses could have been made."""


def paired_epsilon(
    real: Sequence[FloatArray], holdout: Sequence[FloatArray], *, rng: np.random.Generator
) -> PairedBound | None:
    """Return the lower bound at 95 % confidence, 0 where nothing was shown.

    Parameters
    ----------
    real, holdout
        For each attack the scores of the same people, found without knowing who is real; larger
        means more likely a member.
    rng
        Draws the pairs, and which of them choose.

    Returns
    -------
    PairedBound or None
        None where there are too few pairs.

    References
    ----------
    Steinke, Nasr and Jagielski (2023), NeurIPS 36, theorem 5.2 (delta = 0); `attacks.md` G8.
    """
    n = min(real[0].size, holdout[0].size)
    ours, theirs = rng.permutation(real[0].size)[:n], rng.permutation(holdout[0].size)[:n]
    gaps = [as_scores(a)[ours] - as_scores(b)[theirs] for a, b in zip(real, holdout, strict=True)]
    # A fair coin settles a tie, so that who comes first in a pair tells nothing.
    coin = rng.random(n) < 0.5
    choosing, counting = slice(0, n // 2), slice(n // 2, n)
    if n // 2 < FEWEST:
        return None
    tried = [(_guessed(g[choosing], coin[choosing], s), g, s) for g in gaps for s in SHARES]
    _, gap, share = max(tried, key=lambda t: clopper_pearson(t[0].right, t[0].guesses).low)
    return _guessed(gap[counting], coin[counting], share)


def _guessed(gap: FloatArray, coin: np.ndarray, share: float) -> PairedBound:
    """Guess on the share of pairs whose scores differ most; the members are those with gap > 0."""
    r = max(round(share * gap.size), 1)
    sure = np.argsort(-np.abs(gap), kind="stable")[:r]
    right = int(((gap[sure] > 0) | ((gap[sure] == 0) & coin[sure])).sum())
    return PairedBound(epsilon_from_guesses(right, r), right, r, gap.size)


def epsilon_from_guesses(right: int, guesses: int) -> float:
    """Return the largest epsilon that so many right guesses exclude at 95 % confidence."""
    low = clopper_pearson(right, guesses).low
    return max(log(low / (1 - low)), 0.0) if low > 0 else 0.0
