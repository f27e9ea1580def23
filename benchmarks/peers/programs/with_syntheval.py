"""A program for `account.py` under syntheval's interpreter: its neighbour metrics.

Asked for: `metric`, `files` by side, `numbers` and `codes` (names of columns). The tables may have
no gaps. Encoding is done when a metric is made, so it is not timed.
"""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import pandas as pd
from syntheval.metrics.privacy.metric_distance_closest_record import MedianDistanceToClosestRecord
from syntheval.metrics.privacy.metric_hitting_rate import HittingRate
from syntheval.metrics.privacy.metric_nn_adversarial_accuracy import (
    NearestNeighbourAdversarialAccuracy,
)
from syntheval.metrics.privacy.metric_nn_distance_ratio import NearestNeighbourDistanceRatio

VERSION = version("syntheval")
_METRICS = {
    "dcr": MedianDistanceToClosestRecord,
    "nndr": NearestNeighbourDistanceRatio,
    "hit_rate": HittingRate,
    "nnaa": NearestNeighbourAdversarialAccuracy,
}


def prepared(asked: dict[str, Any]) -> Callable[[], dict[str, float]]:
    real, holdout, synthetic = (
        pd.read_csv(asked["files"][side]) for side in ("real", "holdout", "synthetic")
    )
    metric = _METRICS[asked["metric"]](
        real,
        synthetic,
        holdout,
        cat_cols=asked["codes"],
        num_cols=asked["numbers"],
        nn_dist="gower",
        verbose=False,
        plot_figures=False,
    )
    return lambda: dict(metric.evaluate())


def told(found: dict[str, float], asked: dict[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in found.items()}
