"""The bound of epsilon against generators of known epsilon, asked many times over.

One release of one table shows little of a generator. Here it runs on two worlds that differ by one
person, hundreds of times in each: the sharpest question that one can ask of a mechanism, and one
to which the answer is known. The attack counts the released rows that have all the levels
which the person in question alone has.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import binom

from audit.statistics.privacy_loss import epsilon_lower
from benchmarks.calibration.cells import SEED
from benchmarks.calibration.coverage import BAND, NOMINAL
from fixtures.generators.private.copula import noisy_copula
from fixtures.generators.private.histogram import noisy_histogram
from fixtures.generators.private.marginals import noisy_marginals
from fixtures.generators.private.tables import Codes, as_shares, counted, with_laplace

LEVELS = (4, 4, 4)
PEOPLE = 200
RELEASES = 300
"""Of each world in one audit, half of which choose the threshold."""
EPSILONS = (1.0, 3.0)
World = Callable[[Codes, float, np.random.Generator], Codes]


class Asked(NamedTuple):
    """What many audits of one generator said."""

    generator: str
    epsilon: float
    """Of adding or removing one row."""
    bounds: tuple[float, ...]

    @property
    def exceeded(self) -> float:
        """Share of audits whose bound lies above the truth."""
        return float(np.mean(np.array(self.bounds) > self.epsilon + 1e-9))

    @property
    def limit(self) -> float:
        """Largest share that the level of the bound explains."""
        return float(binom.ppf(1 - BAND, len(self.bounds), NOMINAL)) / len(self.bounds)

    @property
    def is_beyond(self) -> bool:
        """The bound claims more than is true more often than its level allows."""
        return self.exceeded > self.limit


def ask(generator: str, epsilon: float, audits: int) -> Asked:
    """Audit a generator so many times; equal arguments give equal answers."""
    rng = np.random.default_rng([SEED, 12])
    release = {**SOUND, **BROKEN}[generator]
    return Asked(generator, epsilon, tuple(_bound(release, epsilon, rng) for _ in range(audits)))


def _bound(release: World, epsilon: float, rng: np.random.Generator) -> float:
    rare = np.array(LEVELS) - 1
    people = rng.integers(0, rare, size=(PEOPLE, len(LEVELS)))
    worlds = (np.vstack([people, rare]), people)
    real, holdout = (
        np.array([(release(w, epsilon, rng) == rare).all(axis=1).sum() for _ in range(RELEASES)])
        for w in worlds
    )
    half = np.tile(np.arange(RELEASES) % 2 == 0, 2)
    bound = epsilon_lower(real, holdout, half=half)
    assert bound is not None
    return bound.value


def _by(generate: Callable[..., Codes]) -> World:
    return lambda codes, epsilon, rng: generate(
        codes, LEVELS, epsilon=epsilon, rows=PEOPLE, rng=rng
    )


def _too_little_noise(codes: Codes, epsilon: float, rng: np.random.Generator) -> Codes:
    return noisy_histogram(codes, LEVELS, epsilon=4 * epsilon, rows=PEOPLE, rng=rng)


def _cells_from_data(codes: Codes, epsilon: float, rng: np.random.Generator) -> Codes:
    counts = counted(codes, LEVELS)
    noisy = np.where(counts > 0, with_laplace(counts, 1 / epsilon, rng), 0.0).ravel()
    drawn = rng.choice(noisy.size, size=PEOPLE, p=as_shares(noisy))
    return np.column_stack(np.unravel_index(drawn, LEVELS)).astype(np.int64)


SOUND: Mapping[str, World] = {
    "noisy-histogram": _by(noisy_histogram),
    "noisy-marginals": _by(noisy_marginals),
    "noisy-copula": _by(noisy_copula),
}
BROKEN: Mapping[str, World] = {
    "histogram, a quarter of the noise": _too_little_noise,
    "histogram, cells from the data": _cells_from_data,
}
"""They claim an epsilon that they do not keep: what a bound is there to find."""


def questions() -> Sequence[tuple[str, float]]:
    """Return every generator with each epsilon."""
    return [(name, e) for name in (*SOUND, *BROKEN) for e in EPSILONS]
