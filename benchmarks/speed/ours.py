"""A program for `account.py`: our side of what is compared with the peers.

Asked for: `work`, and what that work needs; see the functions below.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import pandas as pd

from audit.contract.arms import Side
from audit.contract.lab import Lab
from audit.data.release import Release, read_release
from audit.facts.measurement import Measurement
from audit.facts.schema import Column
from audit.harness.registry import configured
from audit.space.encode import STANDARDISED
from audit.space.neighbours.search import nearest
from audit.space.points import Metric, Points
from audit.version import VERSION
from benchmarks.speed.distance_works import (
    Group,
    Values,
    baseline,
    overfitting,
    rows_of,
    worst_share,
)
from benchmarks.speed.files import project_of, project_of_files, roles_of

__all__ = ["VERSION", "prepared", "told"]
_SEED = 0


def prepared(asked: dict[str, Any]) -> Callable[[], Values]:
    _warm_up()
    return _WORKS[asked["work"]](asked)


def told(found: Values, asked: dict[str, Any]) -> Values:
    return found


def _warm_up() -> None:
    """Search once: the first search of a process starts threads and loads libraries."""
    rng = np.random.default_rng(_SEED)
    for metric in Metric:
        codes = rng.integers(3, size=(64, 2))
        few = Points(rng.random((64, 2)), codes, np.ones(2), metric, 4.0)
        nearest(few, few, k=2)


def _release(asked: Mapping[str, Any]) -> Release:
    """Read `files`.

    Of made tables `numbers` and `codes` tell which column is what. `known` and `secrets` say what
    the adversary knows and wants; without them that is every column.
    """
    files = asked["files"]
    if "numbers" in asked:
        project = project_of(files, numbers=asked["numbers"], codes=asked["codes"])
    else:
        project = project_of_files(files)
    if "secrets" in asked:
        project = replace(project, columns=roles_of(asked["known"], asked["secrets"]))
    return read_release(project, base=Path("/"))


def _check(asked: Mapping[str, Any]) -> Callable[[], Values]:
    """Prepare one `check` with its `parameters`: from typed tables to measurements."""
    release, check_id = _release(asked), asked["check"]
    checks = configured({check_id: asked["parameters"]})
    check = next(c for c in checks if c.card.id == check_id)

    def work() -> Values:
        # A lab of its own: nothing is known from an earlier check.
        lab = Lab(release, seed=_SEED).for_check(check_id)
        found = [m for m in check.run(lab) if isinstance(m, Measurement)]
        worst: Values = {}
        for m in found:
            worst[m.name] = max(m.estimate.value, worst.get(m.name, m.estimate.value))
        return worst

    return work


def _sdmetrics(asked: Mapping[str, Any]) -> Callable[[], Values]:
    """Prepare the `metric` of sdmetrics, from data frames as there; `holdout` may be random."""
    frames = {side: pd.read_csv(path) for side, path in asked["files"].items()}
    metric = {"DCRBaselineProtection": baseline, "DCROverfittingProtection": overfitting}
    sides = ("synthetic", "real", "holdout")

    def work() -> Values:
        rows = rows_of([frames[s] for s in sides], asked["numbers"], asked["codes"])
        return metric[asked["metric"]](*rows)

    return work


def _dense(asked: Mapping[str, Any]) -> Callable[[], Values]:
    """Prepare searches in the `matrices` that mostlyai-qa has made, for its own `groups`."""
    with np.load(asked["matrices"]) as stored:
        matrices = {side: stored[side] for side in ("real", "holdout", "synthetic")}
        groups = [stored[name] for name in sorted(stored) if name.startswith("group")]

    def group(columns: np.ndarray) -> Group:
        def points(side: str) -> Points:
            numbers = np.ascontiguousarray(matrices[side][:, columns], dtype=np.float64)
            codes = np.zeros((len(numbers), 0), dtype=np.int64)
            return Points(numbers, codes, np.zeros(0), Metric.L2, 1.0)

        return points

    return lambda: worst_share([group(columns) for columns in groups])


def _encoded(asked: Mapping[str, Any]) -> Callable[[], Values]:
    """Prepare as many searches in our own encoding, over groups of whole columns."""
    release = _release(asked)
    columns = release.schema.comparable()
    third = -(-len(columns) // 3)
    groups = [columns, *(columns[i::3] for i in range(3))]
    groups += [columns[i * third : (i + 1) * third] for i in range(3)]
    lab = Lab(release, seed=_SEED)

    def group(chosen: tuple[Column, ...]) -> Group:
        return lambda side: lab.points(Side(side), chosen, STANDARDISED)

    return lambda: worst_share([group(chosen) for chosen in groups])


_WORKS: Mapping[str, Callable[[Mapping[str, Any]], Callable[[], Values]]] = {
    "check": _check,
    "sdmetrics": _sdmetrics,
    "dense": _dense,
    "encoded": _encoded,
}
