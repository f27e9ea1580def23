"""A program for `account.py` under sdmetrics' interpreter: its answers about one small release.

Asked for: `files` by side, `numbers` and `codes` (names of columns), `keys` (known categories) and
`secret`; without gaps in them.
"""

import warnings
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from sdmetrics.single_table.privacy import (
    CategoricalCAP,
    CategoricalGeneralizedCAP,
    CategoricalZeroCAP,
    DCROverfittingProtection,
    DisclosureProtection,
    DisclosureProtectionEstimate,
)
from sdmetrics.single_table.privacy.dcr_utils import calculate_dcr

VERSION = version("sdmetrics")
SUBSAMPLE, ITERATIONS = 40, 20
_SEED = 7
_TABLE = "table"
_CAPS = {"cap": CategoricalCAP, "zero_cap": CategoricalZeroCAP, "gcap": CategoricalGeneralizedCAP}


def prepared(asked: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    sides = {side: pd.read_csv(path) for side, path in asked["files"].items()}
    warnings.simplefilter("ignore")
    return lambda: {**_distances(sides, asked), **_attribution(sides, asked)}


def told(found: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    return found


def _distances(sides: dict[str, pd.DataFrame], asked: dict[str, Any]) -> dict[str, Any]:
    types = {"numerical": asked["numbers"], "categorical": asked["codes"]}
    columns = {name: {"sdtype": sdtype} for sdtype, names in types.items() for name in names}
    one = {"columns": columns}
    tables = (sides["real"], sides["synthetic"], sides["holdout"])
    metadata = {"tables": {_TABLE: one}}
    whole = DCROverfittingProtection.compute_breakdown(*tables, metadata, _TABLE)
    np.random.seed(_SEED)  # noqa: NPY002 - it draws from the global one
    parts = DCROverfittingProtection.compute_breakdown(
        *tables, metadata, _TABLE, num_rows_subsample=SUBSAMPLE, num_iterations=ITERATIONS
    )
    near = {s: calculate_dcr(sides["synthetic"], sides[s], one) for s in ("real", "holdout")}
    return {
        "dcr": {side: _summary(x.to_numpy(np.float64)) for side, x in near.items()},
        "overfitting": {
            "score": float(whole["score"]),
            "closer": float(whole["synthetic_data_percentages"]["closer_to_training"]),
            "score_of_subsamples": float(parts["score"]),
        },
    }


def _attribution(sides: dict[str, pd.DataFrame], asked: dict[str, Any]) -> dict[str, Any]:
    if not asked["keys"]:
        return {}
    both, known, secrets = (sides["real"], sides["synthetic"]), asked["keys"], [asked["secret"]]
    protection = DisclosureProtection.compute_breakdown(*both, known, secrets)
    estimated = {}
    for rows, iterations in ((10, 1), (1_000, 10)):
        np.random.seed(_SEED)  # noqa: NPY002 - it draws from the global one
        effort = {"num_rows_subsample": rows, "num_iterations": iterations, "verbose": False}
        estimated[str(rows)] = float(
            DisclosureProtectionEstimate.compute(*both, known, secrets, **effort)
        )
    caps = {
        name: 1 - float(metric.compute(*both, key_fields=known, sensitive_fields=secrets))
        for name, metric in _CAPS.items()
    }
    return {
        "attribution": {
            **caps,
            "protection": float(protection["score"]),
            "estimated": estimated,
        }
    }


def _summary(x: np.ndarray) -> list[float]:
    """Mean, then the quantiles that are the distances of single rows."""
    levels = (0.0, 0.05, 0.25, 0.5, 0.75, 1.0)
    return [float(x.mean()), *np.quantile(x, levels, method="inverted_cdf").tolist()]
