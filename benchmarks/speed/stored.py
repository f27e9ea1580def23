"""Encoded rows on disk, to hand them to a program of its own."""

import json
from pathlib import Path

import numpy as np

from audit.space.points import Metric, Points
from benchmarks.speed.exactness import Found

_ARRAYS = ("numbers", "codes", "weights")


def keep_points(points: Points, folder: Path) -> Path:
    """Write points into a new folder and return it."""
    folder.mkdir()
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", getattr(points, name))
    rest = {"metric": points.metric.value, "divisor": points.divisor}
    (folder / "rest.json").write_text(json.dumps(rest), encoding="utf-8")
    return folder


def kept_points(folder: Path) -> Points:
    """Read points that were written by `keep_points`."""
    arrays = {name: np.load(folder / f"{name}.npy") for name in _ARRAYS}
    rest = json.loads((folder / "rest.json").read_text(encoding="utf-8"))
    return Points(**arrays, metric=Metric(rest["metric"]), divisor=rest["divisor"])


def keep_found(found: Found, path: Path) -> None:
    """Write an answer."""
    with path.open("wb") as file:
        np.savez(file, distances=found.distances, ids=found.ids)


def kept_found(path: Path) -> Found:
    """Read an answer."""
    with np.load(path) as stored:
        return Found(stored["distances"], stored["ids"])
