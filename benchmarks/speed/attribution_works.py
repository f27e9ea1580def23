"""Our side of the peers' attribution metrics: the counts of our check, and what they make of them.

The probability is that of `correct-attribution` (`audit.contract.attribution`), from data frames on
as there. The peer answers for real people alone, without a holdout, errors or ends.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from audit.contract.arms import BoolArray, Side, scrambled
from audit.contract.attribution import Answers, Attribution, Words, answers
from audit.contract.lab import Lab
from benchmarks.peers.sdmetrics_distance import Rows
from benchmarks.speed.distance_works import Values, rows_of

GENERALISED = "CategoricalGeneralizedCAP"
SIDES = (Side.REAL, Side.SYNTHETIC)


def attributed(
    frames: Sequence[pd.DataFrame], known: Sequence[str], secret: str, *, metric: str, lab: Lab
) -> Values:
    """Return what a metric of sdmetrics returns of real and synthetic records.

    Parameters
    ----------
    frames
        Real and synthetic, without gaps.
    metric
        Its name there: `CategoricalCAP` asks who has a match, `CategoricalZeroCAP` everybody,
        `CategoricalGeneralizedCAP` the nearest records by Hamming distance, however far, and
        `DisclosureProtection` compares the first with guessing.
    lab
        Whose deadline holds.
    """
    asked = _asked(rows_of(frames, [], [*known, secret]), known, secret)
    within = len(known) if metric == GENERALISED else 0
    said = answers(asked, Side.REAL, within=within, lab=lab)
    if metric != "DisclosureProtection":
        counts = said.matched if metric == "CategoricalCAP" else np.ones(said.total.size, bool)
        return {_NAMES[metric]: _mean(said, counts)}
    # The score there is protection as a share of that against a guess among the real levels.
    cap, levels = _mean(said, said.matched), np.unique(asked.secret[Side.REAL]).size
    return {"cap": cap, "score": min((1 - cap) / (1 - 1 / levels), 1.0)}


_NAMES = {"CategoricalCAP": "cap", "CategoricalZeroCAP": "zero_cap", GENERALISED: "gcap"}


def _mean(said: Answers, counts: BoolArray) -> float:
    return float(said.share[counts].mean())


def _asked(rows: Sequence[Rows], known: Sequence[str], secret: str) -> Attribution:
    """Return tables as the words and levels that are counted."""
    tables = dict(zip(SIDES, rows, strict=True))
    return Attribution(
        keys={s: _words(t, known) for s, t in tables.items()},
        secret={s: t.codes[secret] for s, t in tables.items()},
        levels=1 + max(int(t.codes[secret].max()) for t in tables.values()),
        missing={s: np.zeros(t.n, dtype=bool) for s, t in tables.items()},
    )


def _words(table: Rows, known: Sequence[str]) -> Words:
    """Return a word for each known cell; equal words of one column, equal cells."""
    apart = [table.codes[c].astype(np.uint64) + np.uint64(i << 32) for i, c in enumerate(known)]
    return scrambled(np.stack(apart))
