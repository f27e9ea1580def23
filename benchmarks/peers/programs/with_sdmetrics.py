"""A program for `account.py` under sdmetrics' interpreter: distance and attribution metrics.

Asked for: `metric`, `files` by side, `numbers` and `codes` (names of columns), `seed`; or with
`random`, a file, instead of `metric`: write the random table that DCRBaselineProtection draws.
Of attribution: `metric`, `files`, `known` (names of columns), `secrets` (the name of one).

A score there is 1 minus a probability; the probability is told.
"""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from sdmetrics.single_table.privacy import (
    CategoricalCAP,
    CategoricalGeneralizedCAP,
    CategoricalZeroCAP,
    DCRBaselineProtection,
    DCROverfittingProtection,
    DisclosureProtection,
)

VERSION = version("sdmetrics")
_TABLE = "table"
Breakdown = dict[str, Any]
_ATTRIBUTION = {
    "CategoricalCAP": ("cap", CategoricalCAP),
    "CategoricalZeroCAP": ("zero_cap", CategoricalZeroCAP),
    "CategoricalGeneralizedCAP": ("gcap", CategoricalGeneralizedCAP),
}


def prepared(asked: dict[str, Any]) -> Callable[[], Breakdown | pd.DataFrame]:
    sides = {side: pd.read_csv(path) for side, path in asked["files"].items()}
    if "known" in asked:
        return _attribution(sides, asked)
    np.random.seed(asked["seed"])  # noqa: NPY002 - it draws from the global one
    DCRBaselineProtection._seed = asked["seed"]
    if "random" in asked:
        size = len(sides["synthetic"])
        return lambda: DCRBaselineProtection._generate_random_data(sides["real"], size)
    types = {"numerical": asked["numbers"], "categorical": asked["codes"]}
    columns = {name: {"sdtype": sdtype} for sdtype, names in types.items() for name in names}
    metadata = {"tables": {_TABLE: {"columns": columns}}}
    if asked["metric"] == "DCRBaselineProtection":
        return lambda: DCRBaselineProtection.compute_breakdown(
            sides["real"], sides["synthetic"], metadata, _TABLE
        )
    return lambda: DCROverfittingProtection.compute_breakdown(
        sides["real"], sides["synthetic"], sides["holdout"], metadata, _TABLE
    )


def _attribution(sides: dict[str, pd.DataFrame], asked: dict[str, Any]) -> Callable[[], Breakdown]:
    both, known, secrets = (sides["real"], sides["synthetic"]), asked["known"], asked["secrets"]
    if asked["metric"] == "DisclosureProtection":
        return lambda: DisclosureProtection.compute_breakdown(*both, known, secrets)
    name, metric = _ATTRIBUTION[asked["metric"]]
    return lambda: {name: metric.compute(*both, key_fields=known, sensitive_fields=secrets)}


def told(found: Breakdown | pd.DataFrame, asked: dict[str, Any]) -> dict[str, float]:
    if isinstance(found, pd.DataFrame):
        found.to_csv(asked["random"], index=False)
        return {"rows": len(found)}
    if asked["metric"] == "DisclosureProtection":
        return {"cap": 1 - float(found["cap_protection"]), "score": float(found["score"])}
    if asked["metric"] in _ATTRIBUTION:
        return {name: 1 - float(score) for name, score in found.items()}
    if asked["metric"] == "DCRBaselineProtection":
        medians = found["median_DCR_to_real_data"]
        return {
            "score": float(found["score"]),
            "synthetic": float(medians["synthetic_data"]),
            "random": float(medians["random_data_baseline"]),
        }
    share = found["synthetic_data_percentages"]["closer_to_training"]
    return {"score": float(found["score"]), "closer_to_training": float(share)}
