"""Invented populations: ties, numbers alone, heavy tails, people of several records.

Each draws three independent tables, in the order of the sizes: real, holdout, released.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.data.release import Release, release_from_frames
from audit.facts.measurement import SplitFacts
from audit.facts.project import ColumnPlan, Project
from audit.facts.schema import Kind, Role
from benchmarks.calibration.cells import SEED, Sizes

Floats = NDArray[np.float64]
Columns = Mapping[str, Any]
RANDOM = SplitFacts("random", "declared")

CENSUS: Mapping[str, int] = {
    "sex": 2,
    "marital": 5,
    "education": 6,
    "work": 4,
    "occupation": 8,
    "region": 6,
    "origin": 8,
    "income": 2,
}
"""Columns and number of levels: coarse enough for many people to be alike in everything."""
_CLASSES = 6


def census(sizes: Sizes, draw: int) -> Release:
    """Return an invented census: categories only, dependent, with many ties and equal rows."""
    law = np.random.default_rng([SEED, 2])
    tables = {name: _levels_by_class(n, law) for name, n in CENSUS.items()}
    rng = np.random.default_rng([SEED, draw, 3])
    return _released("census", sizes, lambda n: _census_people(n, tables, rng))


def _levels_by_class(n_levels: int, rng: np.random.Generator) -> Floats:
    """Return the shares of the levels in each hidden class, shape (classes, levels)."""
    frequency = 1.0 / np.arange(1, n_levels + 1) ** 1.3
    shares = frequency * rng.gamma(1.5, size=(_CLASSES, n_levels))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _census_people(n: int, tables: Mapping[str, Floats], rng: np.random.Generator) -> Columns:
    hidden = rng.integers(_CLASSES, size=n)
    columns = {}
    for name, shares in tables.items():
        steps = np.cumsum(shares[hidden], axis=1)
        level = (steps < rng.random(n)[:, None]).sum(axis=1)
        columns[name] = [f"{name}-{min(x, shares.shape[1] - 1):02d}" for x in level]
    return columns


_CENTRES = np.random.default_rng([SEED, 4]).normal(0, 2, size=(3, 6))
_LOADINGS = np.random.default_rng([SEED, 5]).normal(0, 0.7, size=(6, 6))


def numeric(sizes: Sizes, draw: int) -> Release:
    """Return six dependent numbers from three groups of people, to three decimals."""
    rng = np.random.default_rng([SEED, draw, 6])
    return _released("numeric", sizes, lambda n: _measures(n, rng))


def _measures(n: int, rng: np.random.Generator) -> Columns:
    group = rng.choice(3, n, p=[0.6, 0.3, 0.1])
    values = _CENTRES[group] + rng.normal(size=(n, 6)) @ _LOADINGS + 0.3 * rng.normal(size=(n, 6))
    return {f"m{j}": values[:, j].round(3) for j in range(6)}


def skewed(sizes: Sizes, draw: int) -> Release:
    """Return amounts, counts and times with heavy tails, and one person in a hundred far out."""
    rng = np.random.default_rng([SEED, draw, 7])
    return _released("skewed", sizes, lambda n: _tailed(n, rng))


def _tailed(n: int, rng: np.random.Generator) -> Columns:
    wealth = rng.normal(size=n)
    far = np.where(rng.random(n) < 0.01, 50.0, 1.0)
    return {
        "income": (far * np.exp(7 + wealth + 0.8 * rng.normal(size=n))).round(2),
        "claim": (100 * (1 + rng.pareto(1.2, n))).round(2),
        "gain": (far * rng.standard_t(2, n)).round(3),
        "visits": np.minimum(rng.zipf(1.8, n), 10_000),
        "days": np.floor(rng.exponential(20 * np.exp(0.5 * wealth))).astype(np.int64),
        "plan": rng.choice(["a", "b", "c", "rare"], n, p=[0.6, 0.3, 0.09, 0.01]),
        "lapsed": np.where(rng.random(n) < 0.02, "yes", "no"),
    }


_KEY = ColumnPlan(Kind.IDENTIFIER, frozenset({Role.DIRECT_IDENTIFIER}))
_KNOWN, _SECRET = frozenset({Role.QUASI_IDENTIFIER}), frozenset({Role.SENSITIVE})


def clustered(sizes: Sizes, draw: int) -> Release:
    """Return people of one to four records each, parted by person; sizes count people."""
    rng = np.random.default_rng([SEED, draw, 8])
    who = iter(rng.permutation(sum(sizes) * 10))
    return _released(
        "clustered",
        sizes,
        lambda n: _visits(n, np.array([next(who) for _ in range(n)]), rng),
        unit="person",
        split=SplitFacts("by_group", "declared"),
        columns={
            **dict.fromkeys(("person", "bed"), _KEY),
            **{n: ColumnPlan(roles=_KNOWN) for n in ("age", "sex", "region")},
            **{n: ColumnPlan(roles=_SECRET) for n in ("pressure", "cost", "ward", "insured")},
        },
    )


def _visits(n: int, names: NDArray[np.int64], rng: np.random.Generator) -> Columns:
    person = np.repeat(np.arange(n), rng.choice([1, 2, 3, 4], n, p=[0.4, 0.3, 0.2, 0.1]))
    health = rng.normal(size=n)
    age, region = rng.integers(18, 95, n), rng.choice(["north", "south", "east", "west"], n)
    sex = rng.choice(["f", "m"], n)
    rows = person.size
    ill = health[person] + 0.5 * rng.normal(size=rows)
    return {
        "person": [f"V{names[p]:07d}" for p in person],
        # Numbers of a small range: some return by chance, whoever was in the data.
        "bed": rng.integers(0, 5 * n, n)[person],
        "age": age[person],
        "sex": sex[person],
        "region": region[person],
        "pressure": (120 + 0.3 * age[person] + 10 * ill).round(1),
        "cost": np.exp(5 + 0.6 * ill + 0.4 * rng.normal(size=rows)).round(2),
        "insured": np.where(rng.random(n) < 0.88, "yes", "no")[person],
        "ward": np.where(ill > 0.8, "acute", np.where(rng.random(rows) < 0.3, "day", "general")),
    }


def _released(
    name: str,
    sizes: Sizes,
    people: Callable[[int], Columns],
    *,
    unit: str = "row",
    split: SplitFacts = RANDOM,
    columns: Mapping[str, ColumnPlan] = {},
) -> Release:
    # The holdout comes second here and the release third, in the order of the sizes.
    real, holdout, released = (pd.DataFrame(people(n)) for n in sizes)
    project = Project(name=name, unit=unit, split=split, columns=columns)
    return release_from_frames(real, released, holdout, project=project)
