"""A program for `account.py` under mostlyai-qa's interpreter: its distances.

Asked for: `matrices`, a file, and `seed`; with `files` by side as well: encode the tables and write
the matrices and the groups of columns that the distances will be measured over.

Encoding is not timed, for it is not compared. The groups are drawn from NumPy's global generator,
first thing in `calculate_distances`; the same seed draws the same groups.
"""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from mostlyai.qa import _distances, _embeddings

VERSION = version("mostlyai-qa")
_SIDES = ("real", "holdout", "synthetic")


def prepared(asked: dict[str, Any]) -> Callable[[], dict[str, np.ndarray]]:
    if "files" in asked:
        sides = {side: pd.read_csv(path) for side, path in asked["files"].items()}
        return lambda: _encoded(sides, asked["seed"])
    with np.load(asked["matrices"]) as stored:
        real, holdout, synthetic = (stored[side] for side in _SIDES)
    np.random.seed(asked["seed"])  # noqa: NPY002 - it draws from the global one
    return lambda: _distances.calculate_distances(
        syn_embeds=synthetic, trn_embeds=real, hol_embeds=holdout
    )


def _encoded(sides: dict[str, pd.DataFrame], seed: int) -> dict[str, np.ndarray]:
    synthetic, real, holdout = _embeddings.encode_data(
        sides["synthetic"], sides["real"], sides["holdout"]
    )
    both = np.vstack((real, holdout))
    np.random.seed(seed)  # noqa: NPY002 - it draws from the global one
    groups = [
        np.arange(both.shape[1]),
        *_distances.split_columns_into_correlated_groups(both, k=3),
        *_distances.split_columns_into_random_groups(both, k=3),
    ]
    matrices = dict(zip(_SIDES, (real, holdout, synthetic), strict=True))
    return {**matrices, **{f"group{i}": np.asarray(g) for i, g in enumerate(groups)}}


def told(found: dict[str, np.ndarray], asked: dict[str, Any]) -> dict[str, float]:
    if "files" in asked:
        np.savez(asked["matrices"], allow_pickle=False, **found)
        return {"groups": sum(name.startswith("group") for name in found)}
    to_real, to_holdout = found["dcr_syn_trn"], found["dcr_syn_hol"]
    return {
        "share": float(_distances.calculate_dcr_share(to_real, to_holdout)),
        "to_real": float(to_real.mean()),
        "to_holdout": float(to_holdout.mean()),
    }
