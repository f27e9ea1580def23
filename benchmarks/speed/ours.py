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
from benchmarks.speed.attribution_works import attributed
from benchmarks.speed.distance_works import (
    Group,
    Values,
    baseline,
    overfitting,
    rows_of,
    worst_share,
)
from benchmarks.speed.files import project_of, project_of_files, roles_of

__all__ = ["LAB_SEED", "VERSION", "prepared", "told"]
LAB_SEED = 0


def prepared(asked: dict[str, Any]) -> Callable[[], Values]:
    _warm_up()
    return _WORKS[asked["work"]](asked)


def told(found: Values, asked: dict[str, Any]) -> Values:
    return found


def _warm_up() -> None:
    """Search once: the first search of a process starts threads and loads libraries."""
    rng = np.random.default_rng(LAB_SEED)
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
    """Prepare one `check` with its `parameters`: from typed tables to measurements.

    `told` says which measurements are wanted: an ending for their names, and what their scope must
    hold (None: that it must not have such an entry). Without it every number is the largest. With
    `parts` false nobody asks which people are vulnerable, as for the planted control.
    """
    release, check_id = _release(asked), asked["check"]
    checks = configured({check_id: asked["parameters"]})
    check = next(c for c in checks if c.card.id == check_id)
    told: Mapping[str, Mapping[str, str | None]] = asked.get("told", {"": {}})
    # A limit ends the search for parts; this one leaves nobody out.
    limit = None if asked.get("parts", True) else release.real.n_rows + release.synthetic.n_rows

    def work() -> Values:
        # A lab of its own: nothing is known from an earlier check.
        lab = Lab(release, seed=LAB_SEED, target_limit=limit).for_check(check_id)
        found = [m for m in check.run(lab) if isinstance(m, Measurement)]
        worst: Values = {}
        for ending, scope in told.items():
            for m in found:
                if all(m.scope.get(entry) == value for entry, value in scope.items()):
                    name = m.name + ending
                    worst[name] = max(m.estimate.value, worst.get(name, m.estimate.value))
        return worst

    return work


def _attribution(asked: Mapping[str, Any]) -> Callable[[], Values]:
    """Prepare the attribution `metric` of sdmetrics, from data frames as there."""
    lab = Lab(_release(asked), seed=LAB_SEED)
    frames = [pd.read_csv(asked["files"][side]) for side in ("real", "synthetic")]
    known, secret, metric = asked["known"], asked["secrets"][0], asked["metric"]
    return lambda: attributed(frames, known, secret, metric=metric, lab=lab)


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
    lab = Lab(release, seed=LAB_SEED)

    def group(chosen: tuple[Column, ...]) -> Group:
        return lambda side: lab.points(Side(side), chosen, STANDARDISED)

    return lambda: worst_share([group(chosen) for chosen in groups])


_WORKS: Mapping[str, Callable[[Mapping[str, Any]], Callable[[], Values]]] = {
    "check": _check,
    "attribution": _attribution,
    "sdmetrics": _sdmetrics,
    "dense": _dense,
    "encoded": _encoded,
}
