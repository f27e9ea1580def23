"""Our side of the peers' distance metrics: the same distances, and what they make of them."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

from audit.space.neighbours.search import nearest
from audit.space.points import Points
from benchmarks.peers.sdmetrics_distance import Rows, closest

Values: TypeAlias = dict[str, float]
Group: TypeAlias = Callable[[str], Points]
"""Returns the points of one side over one group of columns."""


def overfitting(synthetic: Rows, real: Rows, holdout: Rows) -> Values:
    """Return what sdmetrics' DCROverfittingProtection returns; ties go to the holdout there."""
    share = float((closest(synthetic, real) < closest(synthetic, holdout)).mean())
    return {"score": min(2 * (1 - share), 1.0), "closer_to_training": share}


def baseline(synthetic: Rows, real: Rows, random: Rows) -> Values:
    """Return what sdmetrics' DCRBaselineProtection returns for a given random table."""
    near, far = (float(np.median(closest(rows, real))) for rows in (synthetic, random))
    return {"score": min(near / far, 1.0), "synthetic": near, "random": far}


def worst_share(groups: Sequence[Group]) -> Values:
    """Return the largest share of synthetic records nearer to real than to holdout rows.

    For each group of columns the two nearest are searched three times: synthetic records among
    real and among holdout rows, and holdout rows among real ones. As in mostlyai-qa, the numbers
    of the group with the largest share are returned.
    """
    best: Values = {"share": -1.0}
    for points in groups:
        real, holdout, synthetic = (points(side) for side in ("real", "holdout", "synthetic"))
        near, far, _ = (
            nearest(queries, among, k=2)
            for queries, among in ((synthetic, real), (synthetic, holdout), (holdout, real))
        )
        gaps = near.distances[:, 0], far.distances[:, 0]
        share = float((gaps[0] < gaps[1]).mean() + (gaps[0] == gaps[1]).mean() / 2)
        if share >= best["share"]:
            means = {"to_real": float(gaps[0].mean()), "to_holdout": float(gaps[1].mean())}
            best = {"share": share, **means}
    return best


def rows_of(
    frames: Sequence[pd.DataFrame], numbers: Sequence[str], codes: Sequence[str]
) -> list[Rows]:
    """Return data frames of equal columns as rows, with joint codes of their categories."""
    ends = np.cumsum([len(frame) for frame in frames])[:-1]
    whole = {name: pd.concat([frame[name] for frame in frames]) for name in codes}
    joint = {name: np.split(pd.factorize(x)[0].astype(np.int64), ends) for name, x in whole.items()}
    return [
        Rows(
            {name: frame[name].to_numpy(np.float64) for name in numbers},
            {name: parts[i] for name, parts in joint.items()},
        )
        for i, frame in enumerate(frames)
    ]
