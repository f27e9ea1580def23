"""A program for `account.py` under mostlyai-qa's interpreter: its answers about given matrices.

Asked for: `matrices`, a file with one matrix of each side, and `seeds` (how many). Only tables of
equal sizes have an answer over groups of columns.
"""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
from mostlyai.qa import _distances as theirs

VERSION = version("mostlyai-qa")


def prepared(asked: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    with np.load(asked["matrices"]) as stored:
        real, holdout, synthetic = (stored[s] for s in ("real", "holdout", "synthetic"))
    return lambda: {
        "all_columns": _all_columns(real, holdout, synthetic),
        "largest_of_seven": _over_seeds(real, holdout, synthetic, asked["seeds"]),
    }


def told(found: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    return found


def _all_columns(real: np.ndarray, holdout: np.ndarray, synthetic: np.ndarray) -> dict[str, float]:
    to_real, ratio_real = theirs.calculate_dcrs_nndrs(data=real, query=synthetic)
    to_holdout, ratio_holdout = theirs.calculate_dcrs_nndrs(data=holdout, query=synthetic)
    return {
        "ims": float(theirs.calculate_ims(to_real)),
        "ims_holdout": float(theirs.calculate_ims(to_holdout)),
        "dcr": float(theirs.calculate_dcr(to_real)),
        "dcr_holdout": float(theirs.calculate_dcr(to_holdout)),
        "share": float(theirs.calculate_dcr_share(to_real, to_holdout)),
        "nndr": float(theirs.calculate_nndr(ratio_real)),
        "nndr_holdout": float(theirs.calculate_nndr(ratio_holdout)),
        "nndr_mean": float(ratio_real.mean()),
        "nndr_ratio": float(theirs.calculate_nndr_ratio(ratio_real, ratio_holdout)),
    }


def _over_seeds(
    real: np.ndarray, holdout: np.ndarray, synthetic: np.ndarray, seeds: int
) -> list[float]:
    """The share that is told: the largest of seven groups, some of them drawn."""
    if not len(real) == len(holdout) == len(synthetic):
        return []
    shares = []
    for seed in range(seeds):
        np.random.seed(seed)  # noqa: NPY002 - it draws from the global one
        found = theirs.calculate_distances(
            syn_embeds=synthetic, trn_embeds=real, hol_embeds=holdout
        )
        share = theirs.calculate_dcr_share(found["dcr_syn_trn"], found["dcr_syn_hol"])
        shares.append(float(share))
    return shares
