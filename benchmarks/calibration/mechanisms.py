"""Releases by generators of known epsilon.

The people have numbers between declared bounds and categories of declared levels, so that a
generator need not look at the data for either. The code of a number is its bin; a released number
lies anywhere in its bin.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import inf

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.data.release import Release, release_from_frames
from audit.facts.project import Project
from benchmarks.calibration.cells import SEED, Cell
from benchmarks.calibration.invented import RANDOM
from fixtures.generators.private.copula import noisy_copula
from fixtures.generators.private.histogram import noisy_histogram
from fixtures.generators.private.marginals import noisy_marginals
from fixtures.generators.private.tables import Codes

BOUNDED = "bounded"
NUMBERS = ("height", "weight", "score")
"""Between 0 and 1, to three decimals."""
LABELS: Mapping[str, int] = {"grade": 4, "ward": 3}
EPSILONS = (0.5, 2.0)

Generator = Callable[[pd.DataFrame, float, int, np.random.Generator], pd.DataFrame]


@dataclass(frozen=True)
class Mechanism:
    """A generator and how private it is."""

    title: str
    release: Generator
    """From the real people, epsilon, the number of rows and random numbers to a release."""
    epsilons: tuple[float, ...] = EPSILONS
    """Of adding or removing one person, for each of which it is tried."""


def generated_release(cell: Cell, draw: int) -> Release:
    """Draw people and let a generator make the release; draws of one number share their people."""
    rng = np.random.default_rng([SEED, draw, 10])
    real, holdout = (bounded_people(n, rng) for n in cell.sizes[:2])
    released = MECHANISMS[cell.kind].release(
        real, cell.leak, cell.sizes.synthetic, np.random.default_rng([SEED, draw, 11])
    )
    return release_from_frames(real, released, holdout, project=Project(name=BOUNDED, split=RANDOM))


def bounded_people(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw people with three dependent numbers and two dependent categories."""
    hidden = rng.normal(size=n)
    noise = rng.normal(size=(n, len(NUMBERS)))
    numbers = 1 / (1 + np.exp(-(0.8 * hidden[:, None] + 0.8 * noise)))
    grade = np.clip(np.floor(hidden + 2 + 0.5 * rng.normal(size=n)), 0, 3).astype(np.int64)
    ward = (grade + rng.integers(0, 2, n)) % 3
    return _frame(numbers.round(3), np.column_stack([grade, ward]))


def levels_of(bins: int) -> tuple[int, ...]:
    """Return the declared levels of each column, numbers in so many bins."""
    return (*(bins for _ in NUMBERS), *LABELS.values())


def coded(people: pd.DataFrame, bins: int) -> Codes:
    """Return the codes of people, shape (n, 5)."""
    numbers = np.minimum((people[list(NUMBERS)].to_numpy() * bins).astype(np.int64), bins - 1)
    labels = [people[n].str.rpartition("-")[2].astype(int).to_numpy() for n in LABELS]
    return np.column_stack([numbers, *labels])


def decoded(codes: Codes, bins: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return people of these codes."""
    k = len(NUMBERS)
    numbers = (codes[:, :k] + rng.random((len(codes), k))) / bins
    return _frame(numbers.round(3), codes[:, k:])


def _frame(numbers: NDArray[np.float64], labels: Codes) -> pd.DataFrame:
    columns: dict[str, object] = {n: numbers[:, j] for j, n in enumerate(NUMBERS)}
    columns |= {n: [f"{n}-{c}" for c in labels[:, j]] for j, n in enumerate(LABELS)}
    return pd.DataFrame(columns)


def _by(
    generate: Callable[..., Codes],
    bins: int,
    real: pd.DataFrame,
    epsilon: float,
    rows: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    made = generate(coded(real, bins), levels_of(bins), epsilon=epsilon, rows=rows, rng=rng)
    return decoded(made, bins, rng)


def _prior(_: pd.DataFrame, __: float, rows: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return draws of the declared domain, whoever the real people are."""
    levels = levels_of(4)
    return decoded(np.column_stack([rng.integers(k, size=rows) for k in levels]), 4, rng)


def _as_they_are(real: pd.DataFrame, _: float, rows: int, __: np.random.Generator) -> pd.DataFrame:
    return real.head(rows)


MECHANISMS: Mapping[str, Mechanism] = {
    "noisy-histogram": Mechanism("noisy histogram", partial(_by, noisy_histogram, 4)),
    "noisy-marginals": Mechanism("noisy pairs of columns", partial(_by, noisy_marginals, 8)),
    "noisy-copula": Mechanism("noisy Gaussian copula", partial(_by, noisy_copula, 16)),
    "prior": Mechanism("no look at the data", _prior, (0.0,)),
    "real-data": Mechanism("the real data themselves", _as_they_are, (inf,)),
}
